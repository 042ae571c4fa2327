package io.nightjar.crypto.lattice;

/**
 * How the polynomials of a block are written down.
 *
 * <p>The integer product and additions do not care. Symmetric encryption and decryption are
 * cheapest in NTT form; SEAL multiplies BFV ciphertexts in coefficient form only.
 */
public enum Form {
  /** By their coefficients. */
  COEFFICIENT(0),
  /** By their values at the roots of unity, where products are point by point. */
  NTT(1);

  /** Part of the wire format and of the native boundary. */
  private final int code;

  Form(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
