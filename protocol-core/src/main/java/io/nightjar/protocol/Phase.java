package io.nightjar.protocol;

/** A phase of a job, which time is spent on. */
public enum Phase {
  /** The data owner reads records and writes results. */
  RECORDS,
  /** The data owner encrypts. */
  ENCRYPT,
  /** Executors read the posterior and draw weights. */
  DRAW,
  /** Executors evaluate linear steps on ciphertexts. */
  LINEAR,
  /** Executors encrypt results anew and drown their noise. */
  HIDE,
  /** The data owner decrypts. */
  DECRYPT,
  /** The data owner rescales, applies activations and averages draws. */
  ACTIVATE,
  /** Either side reads, writes, commits or removes blocks. */
  EXCHANGE
}
