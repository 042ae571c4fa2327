package io.nightjar.crypto.paillier;

import io.nightjar.crypto.ClosedException;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.ParameterDigest;

/**
 * The ciphertexts of one batch under Paillier, one for each feature. Each is made of as many of
 * Paillier's ciphertexts, its lanes, as the records need.
 *
 * <p>A block never changes once it exists. Its memory is the Java heap's; closing it lets go of it.
 * It is not Serializable: {@link PaillierCodec} is the way to the wire.
 */
public final class PaillierBlock implements EncryptedBlock {

  private final PaillierParameters parameters;
  private final ParameterDigest keyDigest;
  private final int ciphertexts;
  private final int records;
  private byte[] numbers;

  /** Takes the numbers over: ciphertext after ciphertext, lane after lane, big-endian. */
  PaillierBlock(PaillierPublicKey key, int ciphertexts, int records, byte[] numbers) {
    this.parameters = key.parameters();
    this.keyDigest = key.digest();
    this.ciphertexts = ciphertexts;
    this.records = records;
    this.numbers = numbers;
    if (numbers.length != parameters.blockBytes(ciphertexts, records)) {
      throw new IllegalArgumentException(
          "%d columns of %d records are %d bytes, not %d"
              .formatted(
                  ciphertexts,
                  records,
                  parameters.blockBytes(ciphertexts, records),
                  numbers.length));
    }
  }

  /** Returns the parameters that it was encrypted under. */
  public PaillierParameters parameters() {
    return parameters;
  }

  /** Returns the digest of the key that it was encrypted under. */
  public ParameterDigest keyDigest() {
    return keyDigest;
  }

  @Override
  public int ciphertexts() {
    return ciphertexts;
  }

  @Override
  public int records() {
    return records;
  }

  /** Returns the lanes of each ciphertext. */
  public int lanes() {
    return parameters.lanes(records);
  }

  /** The array itself. */
  synchronized byte[] numbers() {
    if (numbers == null) {
      throw new ClosedException("This block is closed");
    }
    return numbers;
  }

  @Override
  public synchronized void close() {
    numbers = null;
  }

  @Override
  public String toString() {
    return "PaillierBlock[%d columns, %d records]".formatted(ciphertexts, records);
  }
}
