package io.nightjar.crypto;

/**
 * The shape of a block of columns.
 *
 * @param columns how many ciphertexts
 * @param polys polynomials of each: 2, or 3 after a multiplication
 * @param limbs primes that they are taken modulo, counted from the first
 * @param form how the polynomials are written down
 */
public record BlockShape(int columns, int polys, int limbs, Form form) {

  /** The most columns that a block may have. */
  public static final int MAX_COLUMNS = 1 << 20;

  /** Checks the ranges that hold for every block. */
  public BlockShape {
    requireBetween("columns", columns, 1, MAX_COLUMNS);
    requireBetween("polys", polys, 2, 3);
    requireBetween("limbs", limbs, 1, HeParameters.MAX_PRIMES);
    java.util.Objects.requireNonNull(form, "form");
  }

  BlockShape withColumns(int count) {
    return new BlockShape(count, polys, limbs, form);
  }

  BlockShape withPolys(int count) {
    return new BlockShape(columns, count, limbs, form);
  }

  BlockShape withLimbs(int count) {
    return new BlockShape(columns, polys, count, form);
  }

  BlockShape withForm(Form other) {
    return new BlockShape(columns, polys, limbs, other);
  }

  private static void requireBetween(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "A block's %s must be from %d to %d, not %d".formatted(name, least, most, value));
    }
  }
}
