package io.nightjar.lattice;

/**
 * The costs of operations on ciphertexts of a ring of degree 2048 with one prime, in nanoseconds.
 * They grow with {@link LatticeEncryption#size()}; being about right is good enough.
 */
public final class LatticeCosts {

  /** The time of a product of a ciphertext and a weight, added up. */
  public static final double PRODUCT = 170;

  /** The time of reading a ciphertext, or of writing one. */
  public static final double CIPHERTEXT = 20_000;

  /** The time of drawing a weight, whatever the ring. */
  public static final double WEIGHT = 60;

  /** The rows that the kernel computes at once, so that work is cut in multiples of them. */
  public static final int ROWS_AT_ONCE = 8;

  private LatticeCosts() {}
}
