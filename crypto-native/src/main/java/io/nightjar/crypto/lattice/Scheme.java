package io.nightjar.crypto.lattice;

/** The homomorphic encryption schemes that Nightjar computes in. */
public enum Scheme {
  /** Exact arithmetic on integers modulo a plain modulus. */
  BFV(0),
  /** Approximate arithmetic on real numbers, with a scale. */
  CKKS(1);

  /** Part of the wire format and of the native boundary. */
  private final int code;

  Scheme(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
