package io.nightjar.crypto.lattice;

import io.nightjar.crypto.EncryptedBlock;
import java.util.Objects;

/**
 * The shape of a block.
 *
 * @param ciphertexts how many it has
 * @param polys polynomials of each ciphertext: 2, or 3 after a multiplication
 * @param limbs primes that they are taken modulo, counted from the first
 * @param form how the polynomials are written down
 */
public record BlockShape(int ciphertexts, int polys, int limbs, Form form) {

  /** Checks the ranges that hold for every block. */
  public BlockShape {
    requireBetween("columns", ciphertexts, 1, EncryptedBlock.MAX_CIPHERTEXTS);
    requireBetween("polys", polys, 2, 3);
    requireBetween("limbs", limbs, 1, HeParameters.MAX_PRIMES);
    Objects.requireNonNull(form, "form");
  }

  /** Returns the shape of another number of such ciphertexts. */
  public BlockShape withCiphertexts(int count) {
    return new BlockShape(count, polys, limbs, form);
  }

  BlockShape withPolys(int count) {
    return new BlockShape(ciphertexts, count, limbs, form);
  }

  BlockShape withLimbs(int count) {
    return new BlockShape(ciphertexts, polys, count, form);
  }

  BlockShape withForm(Form other) {
    return new BlockShape(ciphertexts, polys, limbs, other);
  }

  private static void requireBetween(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "A block's %s must be from %d to %d, not %d".formatted(name, least, most, value));
    }
  }
}
