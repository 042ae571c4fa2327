package io.nightjar.crypto.paillier;

import io.nightjar.crypto.Cancellation;
import io.nightjar.crypto.InvalidBlockException;
import io.nightjar.crypto.layer.IntegerLayer;
import java.math.BigInteger;

/**
 * Arithmetic modulo one odd number, on many numbers in one call.
 *
 * <p>Numbers are big-endian bytes, as wide as the modulus, one after another. Exponents are secret:
 * how long a call takes, and what memory it reads, does not depend on them. All implementations
 * give the same results.
 */
sealed interface NumberRing extends AutoCloseable permits KernelRing, BigIntegerRing {

  /** Returns the width of a number in bytes. */
  int width();

  /** Returns every number to the same power. */
  byte[] powers(byte[] numbers, byte[] exponent, Cancellation cancellation);

  /** Returns numbers that have the same product, eight at most. */
  byte[] product(byte[] numbers);

  /** Prepares powers of one base. */
  FixedBase fixedBase(byte[] base, int exponentBytes);

  /**
   * Prepares columns of so many numbers each, which must have inverses, for a layer in the
   * exponents.
   *
   * @throws InvalidBlockException if a number has none
   */
  LaneColumns columns(byte[] numbers, int lanes);

  /** Powers of one base. */
  interface FixedBase extends AutoCloseable {

    /** Returns the base to each of the exponents, which are big-endian and one after another. */
    byte[] powers(byte[] exponents, Cancellation cancellation);

    @Override
    void close();
  }

  /** Columns that a layer reads. */
  interface LaneColumns extends AutoCloseable {

    /**
     * Returns, for every row, gather and lane, the product of gathered columns to the powers that
     * the row's weights are, times the row's factor, times a power of the mask's base.
     *
     * @param weights row after row, {@code terms} each
     * @param gathered gather after gather; {@link IntegerLayer#NO_COLUMN} is left out
     * @param factors one number for each row
     * @param mask of the same ring
     * @param exponents of the mask, one for each result
     */
    byte[] multipower(
        int terms,
        int[] weights,
        int[] gathered,
        byte[] factors,
        FixedBase mask,
        byte[] exponents,
        Cancellation cancellation);

    @Override
    void close();
  }

  /** Opens a ring with what {@link PaillierArithmetic} prefers. */
  static NumberRing modulo(BigInteger modulus, PaillierArithmetic arithmetic) {
    return switch (arithmetic) {
      case KERNEL -> new KernelRing(modulus);
      case GMP -> new BigIntegerRing(modulus, new GmpPowers());
      case JAVA -> new BigIntegerRing(modulus, new JavaPowers());
    };
  }

  @Override
  void close();
}
