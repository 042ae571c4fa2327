package io.nightjar.crypto;

/**
 * Columns of one batch under Paillier: for each feature as many ciphertexts as the records need.
 *
 * <p>A block never changes once it exists. Its memory is the Java heap's; closing it lets go of it.
 * It is not Serializable: {@link PaillierCodec} is the way to the wire.
 */
public final class PaillierBlock implements EncryptedBlock {

  private final PaillierParameters parameters;
  private final ParameterDigest keyDigest;
  private final int columns;
  private final int records;
  private byte[] numbers;

  /** Takes the ciphertexts over: column after column, lane after lane, big-endian. */
  PaillierBlock(PaillierPublicKey key, int columns, int records, byte[] numbers) {
    this.parameters = key.parameters();
    this.keyDigest = key.digest();
    this.columns = columns;
    this.records = records;
    this.numbers = numbers;
    if (numbers.length != parameters.blockBytes(columns, records)) {
      throw new IllegalArgumentException(
          "%d columns of %d records are %d bytes, not %d"
              .formatted(
                  columns, records, parameters.blockBytes(columns, records), numbers.length));
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
  public int columns() {
    return columns;
  }

  @Override
  public int records() {
    return records;
  }

  /** Returns the ciphertexts of each column. */
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
    return "PaillierBlock[%d columns, %d records]".formatted(columns, records);
  }
}
