package io.nightjar.crypto;

/**
 * The ciphertexts of one batch, of whatever scheme; whoever has a block closes it.
 *
 * <p>Which features of which records a ciphertext holds, a layout says; a block knows nothing of
 * it.
 */
public interface EncryptedBlock extends AutoCloseable {

  /** The most ciphertexts that a block may have. */
  int MAX_CIPHERTEXTS = 1 << 20;

  /** Returns how many ciphertexts it has. */
  int ciphertexts();

  /** Returns how many records the batch has. */
  int records();

  @Override
  void close();
}
