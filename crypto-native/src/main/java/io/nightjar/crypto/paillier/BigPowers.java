package io.nightjar.crypto.paillier;

import java.math.BigInteger;

/**
 * Powers and inverses of large numbers: by GMP where it can be loaded, otherwise in Java, with the
 * same results.
 */
public sealed interface BigPowers permits GmpPowers, JavaPowers {

  /** Returns GMP's where it can be loaded, otherwise Java's. */
  static BigPowers preferred() {
    return GmpPowers.isAvailable() ? new GmpPowers() : new JavaPowers();
  }

  /** Returns {@code gmp} or {@code java}. */
  String name();

  /**
   * Returns base^exponent modulo an odd modulus, in a time, and reading memory in an order, that do
   * not depend on the exponent but for its length.
   *
   * @param base from 0 to below the modulus
   * @param exponent above 0
   */
  BigInteger power(BigInteger base, BigInteger exponent, BigInteger modulus);

  /**
   * Returns base^exponent modulo an odd modulus as fast as possible: for exponents that are no
   * secret.
   */
  BigInteger publicPower(BigInteger base, BigInteger exponent, BigInteger modulus);

  /**
   * Returns the inverse of a number.
   *
   * @throws ArithmeticException if it has none
   */
  BigInteger inverse(BigInteger number, BigInteger modulus);
}
