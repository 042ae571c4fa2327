package io.nightjar.crypto.lattice;

/** What a block on the wire is. */
public enum BlockKind {
  /** Ciphertexts of a batch. */
  CIPHERTEXTS(0),
  /** A public key. */
  PUBLIC_KEY(1),
  /** A relinearisation key. */
  RELINEARISATION_KEY(2);

  /** Part of the wire format and of the native boundary. */
  private final int code;

  BlockKind(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
