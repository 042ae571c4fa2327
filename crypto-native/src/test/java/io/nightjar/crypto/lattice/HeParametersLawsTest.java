package io.nightjar.crypto.lattice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class HeParametersLawsTest {

  @Provide
  Arbitrary<Integer> ringDegrees() {
    return Arbitraries.integers().between(6, 15).map(power -> 1 << power);
  }

  /** From 26 bits on, every ring degree has four primes of each size. */
  @Provide
  Arbitrary<List<Integer>> primeSizes() {
    return Arbitraries.integers().between(26, 60).list().ofMinSize(1).ofMaxSize(4);
  }

  @Property(tries = 200)
  void chosenPrimesHaveTheSizeAskedForAndSuitTheTransform(
      @ForAll("ringDegrees") int ringDegree, @ForAll("primeSizes") List<Integer> sizes) {
    List<Long> primes = insecure(ringDegree, sizes).keyPrimes();

    assertEquals(sizes, primes.stream().map(p -> BigInteger.valueOf(p).bitLength()).toList());
    assertEquals(sizes.size(), new HashSet<>(primes).size());
    for (long prime : primes) {
      assertEquals(1, prime % (2L * ringDegree));
      assertTrue(BigInteger.valueOf(prime).isProbablePrime(50));
    }
  }

  /** SEAL's rule, stated without its loop: nothing larger of that size was passed over. */
  @Property(tries = 200)
  void noLargerPrimeOfASizeIsLeftOut(
      @ForAll("ringDegrees") int ringDegree, @ForAll("primeSizes") List<Integer> sizes) {
    List<Long> primes = insecure(ringDegree, sizes).keyPrimes();
    for (int size : new HashSet<>(sizes)) {
      List<Long> ofSize =
          primes.stream().filter(p -> BigInteger.valueOf(p).bitLength() == size).toList();

      assertEquals(ofSize.stream().sorted().toList(), ofSize, "dealt out from the smallest");
      long step = 2L * ringDegree;
      long passedOver = 0;
      for (long value = ofSize.get(0); value < 1L << size; value += step) {
        if (BigInteger.valueOf(value).isProbablePrime(50) && !ofSize.contains(value)) {
          passedOver++;
        }
      }
      assertEquals(0, passedOver);
    }
  }

  @Property(tries = 200)
  void whatIsReadBackIsTheSame(
      @ForAll("ringDegrees") int ringDegree, @ForAll("primeSizes") List<Integer> sizes) {
    HeParameters written = insecure(ringDegree, sizes);
    HeParameters read =
        HeParameters.ofExplicitPrimes(
            written.scheme(),
            written.ringDegree(),
            written.keyPrimes(),
            written.plainModulus(),
            written.securityBits());

    assertEquals(written, read);
    assertEquals(written.digest(), read.digest());
  }

  private static HeParameters insecure(int ringDegree, List<Integer> sizes) {
    return HeParameters.ofAnySecurity(Scheme.CKKS, ringDegree, sizes, 0);
  }
}
