package io.nightjar.crypto.lattice;

/** Where the value of record j goes in the plaintext polynomial of a column. */
public enum Packing {
  /** Into coefficient j: cheapest, for any BFV plain modulus. */
  COEFFICIENTS(0),
  /**
   * Into slot j, so that products act on each record by itself: BFV with a prime plain modulus that
   * is 1 modulo twice the ring degree, and CKKS.
   */
  SLOTS(1);

  /** Part of the wire format and of the native boundary. */
  private final int code;

  Packing(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
