package io.nightjar.crypto.paillier;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * Powers in Java alone.
 *
 * <p>{@link BigInteger#modPow} takes its time from the bits of the exponent. Here every window of
 * four bits costs four squarings, one pass over the whole table, and one product, and products are
 * Montgomery's with a subtraction that always happens.
 */
final class JavaPowers implements BigPowers {

  private static final int WINDOW = 4;
  private static final int ENTRIES = 1 << WINDOW;
  private static final long LOW = 0xffffffffL;

  @Override
  public String name() {
    return "java";
  }

  @Override
  public BigInteger power(BigInteger base, BigInteger exponent, BigInteger modulus) {
    return new Montgomery(modulus).power(base, exponent);
  }

  @Override
  public BigInteger publicPower(BigInteger base, BigInteger exponent, BigInteger modulus) {
    return base.modPow(exponent, modulus);
  }

  @Override
  public BigInteger inverse(BigInteger number, BigInteger modulus) {
    return number.modInverse(modulus);
  }

  @Override
  public String toString() {
    return "JavaPowers";
  }

  /** Products modulo one number, of limbs of 32 bits, least significant first. */
  private static final class Montgomery {
    private final BigInteger modulus;
    private final long[] limbs;
    private final long inverse; // -1 / modulus modulo 2^32

    Montgomery(BigInteger modulus) {
      if (!modulus.testBit(0) || modulus.signum() <= 0) {
        throw new IllegalArgumentException("A modulus must be odd and above 0");
      }
      this.modulus = modulus;
      int count = (modulus.bitLength() + Integer.SIZE - 1) / Integer.SIZE;
      this.limbs = limbs(modulus, count);
      this.inverse =
          BigInteger.ONE
              .shiftLeft(Integer.SIZE)
              .subtract(modulus.modInverse(BigInteger.ONE.shiftLeft(Integer.SIZE)))
              .longValue();
    }

    BigInteger power(BigInteger base, BigInteger exponent) {
      int shift = limbs.length * Integer.SIZE;
      long[][] table = new long[ENTRIES][];
      table[0] = limbs(BigInteger.ONE.shiftLeft(shift).mod(modulus), limbs.length);
      long[] factor = limbs(base.shiftLeft(shift).mod(modulus), limbs.length);
      for (int entry = 1; entry < ENTRIES; entry++) {
        table[entry] = multiply(table[entry - 1], factor);
      }
      byte[] bytes = exponent.toByteArray();
      long[] result = table[0];
      for (byte b : bytes) {
        for (int half = WINDOW; half >= 0; half -= WINDOW) {
          for (int i = 0; i < WINDOW; i++) {
            result = multiply(result, result);
          }
          result = multiply(result, select(table, b >> half & (ENTRIES - 1)));
        }
      }
      long[] one = new long[limbs.length];
      one[0] = 1;
      return number(multiply(result, one));
    }

    /** Reads all entries. */
    private static long[] select(long[][] table, int choice) {
      long[] found = new long[table[0].length];
      for (int entry = 0; entry < table.length; entry++) {
        int difference = entry ^ choice;
        long mask = ((difference | -difference) >>> (Integer.SIZE - 1)) - 1L;
        for (int i = 0; i < found.length; i++) {
          found[i] |= table[entry][i] & mask;
        }
      }
      return found;
    }

    private long[] multiply(long[] a, long[] b) {
      int count = limbs.length;
      long[] sum = new long[count + 2];
      for (int i = 0; i < count; i++) {
        multiplyAdd(sum, a, b[i]);
        multiplyAdd(sum, limbs, sum[0] * inverse & LOW);
        System.arraycopy(sum, 1, sum, 0, count + 1); // the lowest limb is zero
        sum[count + 1] = 0;
      }
      return reduceOnce(sum);
    }

    private static void multiplyAdd(long[] sum, long[] a, long factor) {
      long carry = 0;
      for (int j = 0; j < a.length; j++) {
        long term = a[j] * factor + sum[j] + carry; // at most 2^64 - 1, read as unsigned
        sum[j] = term & LOW;
        carry = term >>> Integer.SIZE;
      }
      carry += sum[a.length];
      sum[a.length] = carry & LOW;
      sum[a.length + 1] += carry >>> Integer.SIZE;
    }

    private long[] reduceOnce(long[] sum) {
      int count = limbs.length;
      long[] difference = new long[count];
      long borrow = 0;
      for (int i = 0; i < count; i++) {
        long d = sum[i] - limbs[i] - borrow;
        difference[i] = d & LOW;
        borrow = d >>> (Long.SIZE - 1);
      }
      // The difference is right unless it borrows from beyond what there is.
      long keep = -(borrow & ~sum[count] & 1);
      long[] result = new long[count];
      for (int i = 0; i < count; i++) {
        result[i] = (sum[i] & keep) | (difference[i] & ~keep);
      }
      return result;
    }

    private static long[] limbs(BigInteger number, int count) {
      long[] limbs = new long[count];
      byte[] bytes = number.toByteArray();
      for (int i = 0; i < Math.min(bytes.length, count * Integer.BYTES); i++) {
        long b = bytes[bytes.length - 1 - i] & 0xffL;
        limbs[i / Integer.BYTES] |= b << (i % Integer.BYTES * Byte.SIZE);
      }
      return limbs;
    }

    private static BigInteger number(long[] limbs) {
      byte[] bytes = new byte[limbs.length * Integer.BYTES];
      for (int i = 0; i < bytes.length; i++) {
        bytes[bytes.length - 1 - i] =
            (byte) (limbs[i / Integer.BYTES] >>> (i % Integer.BYTES * Byte.SIZE));
      }
      BigInteger number = new BigInteger(1, bytes);
      Arrays.fill(bytes, (byte) 0);
      return number;
    }
  }
}
