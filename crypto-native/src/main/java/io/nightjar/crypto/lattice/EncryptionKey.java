package io.nightjar.crypto.lattice;

/**
 * A key that can encrypt: the secret one, whose blocks travel at half the size, or the public one.
 *
 * <p>A relinearisation key is not one, so encrypting with it does not compile.
 */
public sealed interface EncryptionKey extends AutoCloseable permits SecretKey, PublicKey {

  /** Returns the parameters that the key belongs to. */
  HeParameters parameters();

  @Override
  void close();
}
