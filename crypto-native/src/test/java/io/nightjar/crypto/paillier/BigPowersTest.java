package io.nightjar.crypto.paillier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** GMP's powers and Java's are the same numbers. */
class BigPowersTest {

  private static final List<BigPowers> BOTH = List.of(new GmpPowers(), new JavaPowers());

  @Test
  void gmpIsThereOnThePlatformsThatItsBindingCarries() {
    boolean carried = System.getProperty("os.arch").equals("amd64");
    assertTrue(GmpPowers.isAvailable() || !carried);
    assertEquals(GmpPowers.isAvailable() ? "gmp" : "java", BigPowers.preferred().name());
  }

  @Property(tries = 100)
  void powersAreThose(
      @ForAll @IntRange(min = 2, max = 700) int bits,
      @ForAll @IntRange(min = 1, max = 700) int exponentBits,
      @ForAll long seed) {
    Random random = new Random(seed);
    BigInteger modulus = new BigInteger(bits, random).setBit(0).setBit(bits - 1);
    BigInteger exponent = new BigInteger(exponentBits, random).setBit(0);
    BigInteger largest = modulus.subtract(BigInteger.ONE);
    for (BigInteger base :
        List.of(BigInteger.ZERO, BigInteger.ONE, largest, new BigInteger(bits, random))) {
      BigInteger reduced = base.mod(modulus);
      BigInteger expected = reduced.modPow(exponent, modulus);
      for (BigPowers powers : BOTH) {
        assertEquals(expected, powers.power(reduced, exponent, modulus), powers.name());
        assertEquals(expected, powers.publicPower(reduced, exponent, modulus), powers.name());
      }
    }
  }

  @Test
  void inversesAreThoseAndWhatHasNoneIsRefused() {
    BigInteger modulus = BigInteger.valueOf(3 * 5 * 7);
    for (BigPowers powers : BOTH) {
      assertEquals(BigInteger.valueOf(53), powers.inverse(BigInteger.TWO, modulus));
      assertThrows(
          ArithmeticException.class, () -> powers.inverse(BigInteger.valueOf(35), modulus));
      assertThrows(ArithmeticException.class, () -> powers.inverse(BigInteger.ZERO, modulus));
    }
  }

  @Test
  void safePrimesAreSafeAndOfTheirSize() {
    for (BigPowers powers : BOTH) {
      BigInteger prime = new SafePrimes(new SecureRandom(), powers).next(128);
      assertEquals(128, prime.bitLength());
      assertTrue(prime.testBit(126));
      assertTrue(prime.isProbablePrime(100));
      assertTrue(prime.shiftRight(1).isProbablePrime(100));
    }
  }
}
