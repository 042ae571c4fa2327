package io.nightjar.crypto.lattice;

import java.math.BigInteger;
import java.util.Objects;

/**
 * Which blocks can exist under given parameters: one place for the rules, whoever makes the block.
 * For the packages under io.nightjar.crypto only.
 */
public final class BlockRules {

  private BlockRules() {}

  /**
   * Checks a block's shape and meaning.
   *
   * @throws IllegalArgumentException naming the value that cannot be
   */
  public static void check(
      HeParameters parameters, BlockShape shape, Packing packing, int records, double scale) {
    Objects.requireNonNull(packing, "packing");
    if (shape.limbs() > parameters.keyLimbs()) {
      throw new IllegalArgumentException(
          "A block cannot have %d primes; the parameters have %d"
              .formatted(shape.limbs(), parameters.keyLimbs()));
    }
    int capacity = capacity(parameters);
    if (records < 1 || records > capacity) {
      throw new IllegalArgumentException(
          "A batch has 1 to %d records, not %d".formatted(capacity, records));
    }
    if (parameters.scheme() == Scheme.CKKS) {
      if (packing != Packing.SLOTS || shape.form() != Form.NTT) {
        throw new IllegalArgumentException(
            "CKKS blocks pack slots in NTT form, not %s in %s form"
                .formatted(packing, shape.form()));
      }
      // At half the modulus not even the number 1 could be told from -1.
      int bits = modulusBits(parameters, shape.limbs()) - 1;
      // Below 1 too: dividing takes from the scale, and slots may hold large numbers.
      if (!(scale >= Double.MIN_NORMAL && scale < Math.scalb(1.0, bits))) {
        throw new IllegalArgumentException(
            "A CKKS scale must be above 0 and below 2^%d with %d primes, not %s"
                .formatted(bits, shape.limbs(), scale));
      }
      return;
    }
    if (packing == Packing.SLOTS && !parameters.supportsSlotPacking()) {
      throw new IllegalArgumentException(
          "Slot packing needs a prime plain modulus that is 1 modulo %d, not %d"
              .formatted(2 * parameters.ringDegree(), parameters.plainModulus()));
    }
    if (scale != 1) {
      throw new IllegalArgumentException("A BFV block has scale 1, not " + scale);
    }
  }

  /**
   * Checks how many slots of each ciphertext are used, which a block does not say: whoever encrypts
   * and decrypts agrees on that. A batch has slots for all of its records, so there are not fewer.
   *
   * @throws IllegalArgumentException if a ciphertext has fewer
   */
  static void checkSlots(HeParameters parameters, int slots) {
    int capacity = capacity(parameters);
    if (slots > capacity) {
      throw new IllegalArgumentException(
          "A ciphertext has %d slots, not %d".formatted(capacity, slots));
    }
  }

  private static int modulusBits(HeParameters parameters, int limbs) {
    return parameters.primesAtLimbs(limbs).stream()
        .map(BigInteger::valueOf)
        .reduce(BigInteger.ONE, BigInteger::multiply)
        .bitLength();
  }

  /** Returns how many slots a ciphertext has. */
  static int capacity(HeParameters parameters) {
    return parameters.scheme() == Scheme.CKKS
        ? parameters.ringDegree() / 2
        : parameters.ringDegree();
  }
}
