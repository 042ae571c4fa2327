package io.nightjar.crypto.paillier;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.InvalidBlockException;
import io.nightjar.crypto.ParameterDigest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The first {@value #BYTES} bytes of a block of Paillier ciphertexts on the wire, in little-endian
 * order:
 *
 * <pre>
 *   0  magic "NJPB"          56 batch (8 bytes)      76 ciphertexts
 *   4  version (2 bytes)     64 round                80 records
 *   6  header bytes (2)      68 draw                 84 payload bytes (8)
 *   8  key digest            72 first ciphertext       92 CRC-32C of the bytes before
 *  40  job (16 bytes)
 * </pre>
 *
 * @param key the digest of the key that the block was encrypted under
 * @param label where it belongs
 * @param ciphertexts how many it has
 * @param records how many the batch has
 */
public record PaillierHeader(ParameterDigest key, BlockLabel label, int ciphertexts, int records)
    implements BlockFormat.Header {

  /** The length of a header. */
  public static final int BYTES = 96;

  private static final int MAGIC = 0x42504a4e;
  private static final short VERSION = 1;
  private static final int CHECKED_BYTES = BYTES - Integer.BYTES;

  byte[] toBytes(PaillierParameters parameters) {
    ByteBuffer buffer = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(MAGIC).putShort(VERSION).putShort((short) BYTES).put(key.toByteArray());
    buffer.putLong(label.job().getMostSignificantBits());
    buffer.putLong(label.job().getLeastSignificantBits());
    buffer.putLong(label.batch()).putInt(label.round()).putInt(label.draw());
    buffer.putInt(label.firstCiphertext()).putInt(ciphertexts).putInt(records);
    buffer.putLong(parameters.blockBytes(ciphertexts, records));
    buffer.putInt(checksum(buffer.array()));
    return buffer.array();
  }

  /**
   * Reads a header from another party and checks every field of it.
   *
   * @throws InvalidBlockException naming the field that is wrong
   */
  static PaillierHeader parse(byte[] bytes, PaillierPublicKey key) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    requireEqual("magic", MAGIC, buffer.getInt());
    requireEqual("version", VERSION, buffer.getShort());
    requireEqual("header length", (short) BYTES, buffer.getShort());
    requireEqual("header checksum", checksum(bytes), buffer.getInt(CHECKED_BYTES));
    byte[] digest = new byte[ParameterDigest.BYTES];
    buffer.get(digest);
    requireEqual("key digest", key.digest(), ParameterDigest.of(digest));
    UUID job = new UUID(buffer.getLong(), buffer.getLong());
    try {
      BlockLabel label =
          new BlockLabel(job, buffer.getLong(), buffer.getInt(), buffer.getInt(), buffer.getInt());
      int ciphertexts = buffer.getInt();
      int records = buffer.getInt();
      if (ciphertexts < 1 || ciphertexts > EncryptedBlock.MAX_CIPHERTEXTS) {
        throw new InvalidBlockException(
            "The block has %d columns; it must have 1 to %d"
                .formatted(ciphertexts, EncryptedBlock.MAX_CIPHERTEXTS));
      }
      requireEqual(
          "payload length", key.parameters().blockBytes(ciphertexts, records), buffer.getLong());
      return new PaillierHeader(key.digest(), label, ciphertexts, records);
    } catch (IllegalArgumentException e) { // of a label or a number of records
      throw new InvalidBlockException("The block's header is wrong: " + e.getMessage(), e);
    }
  }

  private static int checksum(byte[] bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, CHECKED_BYTES);
    return (int) checksum.getValue();
  }

  private static void requireEqual(String field, Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new InvalidBlockException(
          "The block's %s is %s, not %s".formatted(field, actual, expected));
    }
  }
}
