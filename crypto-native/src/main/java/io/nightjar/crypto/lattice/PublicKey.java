package io.nightjar.crypto.lattice;

/**
 * The data owner's public key: anyone who has it can encrypt, and re-randomise what is encrypted.
 */
public final class PublicKey implements EncryptionKey {

  private final CipherBlock block;

  /** Takes ownership of a block that is known to be a public key. */
  PublicKey(CipherBlock block) {
    this.block = block;
  }

  @Override
  public HeParameters parameters() {
    return block.parameters();
  }

  /** Returns the key as the block that travels; it stays the key's to close. */
  CipherBlock block() {
    return block;
  }

  @Override
  public void close() {
    block.close();
  }

  @Override
  public String toString() {
    return "PublicKey[" + parameters().digest() + "]";
  }
}
