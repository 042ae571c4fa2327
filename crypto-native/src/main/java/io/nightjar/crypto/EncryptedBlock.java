package io.nightjar.crypto;

/**
 * The ciphertexts of one batch, of whatever scheme; whoever has a block closes it.
 *
 * <p>A ciphertext holds one feature of every record of the batch.
 */
public interface EncryptedBlock extends AutoCloseable {

  /** The most ciphertexts that a block may have. */
  int MAX_CIPHERTEXTS = 1 << 20;

  /** Returns how many ciphertexts it has: one for each feature. */
  int ciphertexts();

  /** Returns how many records the batch has. */
  int records();

  @Override
  void close();
}
