package io.nightjar.crypto.lattice;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.InvalidBlockException;
import io.nightjar.crypto.ParameterDigest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.UUID;
import java.util.function.ToIntFunction;
import java.util.zip.CRC32C;

/**
 * The first {@value #BYTES} bytes of a block on the wire, in little-endian order:
 *
 * <pre>
 *   0  magic "NJBK"          44 job (16 bytes)       80 records
 *   4  version (2 bytes)     60 batch (8 bytes)      84 scale (8 bytes, IEEE 754)
 *   6  header bytes (2)      68 round                92 payload bytes (8)
 *   8  parameter digest      72 draw                100 seed (32 bytes; zeros without one)
 *  40  kind, form,           76 first ciphertext    132 ciphertexts
 *      packing, polys       136 limbs (2), seeded (1), zero (1)
 *                           140 CRC-32C of the bytes before
 * </pre>
 *
 * @param kind what the block is
 * @param digest of the parameters that it was encrypted under
 * @param label where it belongs
 * @param shape of the block
 * @param packing what a slot is
 * @param records how many the batch has
 * @param scale of real numbers (CKKS); 1 for BFV
 * @param seed of the second polynomials, which are then not in the payload
 */
public record BlockHeader(
    BlockKind kind,
    ParameterDigest digest,
    BlockLabel label,
    BlockShape shape,
    Packing packing,
    int records,
    double scale,
    Optional<BlockSeed> seed)
    implements BlockFormat.Header {

  /** The length of a header. */
  public static final int BYTES = 144;

  private static final int MAGIC = 0x4b424a4e;
  private static final short VERSION = 1;
  private static final int CHECKED_BYTES = BYTES - Integer.BYTES;

  static BlockHeader of(BlockKind kind, BlockLabel label, CipherBlock block) {
    return new BlockHeader(
        kind,
        block.parameters().digest(),
        label,
        block.shape(),
        block.packing(),
        block.records(),
        block.scale(),
        block.seed());
  }

  @Override
  public int ciphertexts() {
    return shape.ciphertexts();
  }

  /** Returns how many polynomials of each ciphertext the payload has. */
  int payloadPolys() {
    return seed.isPresent() ? shape.polys() - 1 : shape.polys();
  }

  /** Returns the packed size of one ciphertext. */
  long ciphertextBytes(HeParameters parameters) {
    long bytes = 0;
    for (long prime : parameters.keyPrimes().subList(0, shape.limbs())) {
      long bits = (long) parameters.ringDegree() * (Long.SIZE - Long.numberOfLeadingZeros(prime));
      bytes += (bits + Byte.SIZE - 1) / Byte.SIZE;
    }
    return bytes * payloadPolys();
  }

  /** Returns the bytes between the header and the checksum at the end. */
  long payloadBytes(HeParameters parameters) {
    return ciphertextBytes(parameters) * shape.ciphertexts();
  }

  byte[] toBytes(HeParameters parameters) {
    ByteBuffer buffer = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(MAGIC).putShort(VERSION).putShort((short) BYTES);
    buffer.put(digest.toByteArray());
    buffer.put((byte) kind.code()).put((byte) shape.form().code());
    buffer.put((byte) packing.code()).put((byte) shape.polys());
    buffer.putLong(label.job().getMostSignificantBits());
    buffer.putLong(label.job().getLeastSignificantBits());
    buffer.putLong(label.batch()).putInt(label.round()).putInt(label.draw());
    buffer.putInt(label.firstCiphertext()).putInt(records).putDouble(scale);
    buffer.putLong(payloadBytes(parameters));
    buffer.put(seed.orElseGet(BlockSeed::empty).bytes());
    buffer.putInt(shape.ciphertexts()).putShort((short) shape.limbs());
    buffer.put((byte) (seed.isPresent() ? 1 : 0)).put((byte) 0);
    buffer.putInt(checksum(buffer.array()));
    return buffer.array();
  }

  /**
   * Reads a header from another party and checks every field of it.
   *
   * @throws InvalidBlockException naming the field that is wrong
   */
  static BlockHeader parse(byte[] bytes, HeParameters parameters) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    requireEqual("magic", MAGIC, buffer.getInt());
    requireEqual("version", VERSION, buffer.getShort());
    requireEqual("header length", BYTES, Short.toUnsignedInt(buffer.getShort()));
    requireEqual("header checksum", checksum(bytes), buffer.getInt(CHECKED_BYTES));
    byte[] digest = new byte[ParameterDigest.BYTES];
    buffer.get(digest);
    requireEqual("parameter digest", parameters.digest(), ParameterDigest.of(digest));
    BlockKind kind = constant("kind", BlockKind.values(), BlockKind::code, buffer.get());
    Form form = constant("form", Form.values(), Form::code, buffer.get());
    Packing packing = constant("packing", Packing.values(), Packing::code, buffer.get());
    int polys = buffer.get();
    UUID job = new UUID(buffer.getLong(), buffer.getLong());
    try {
      BlockLabel label =
          new BlockLabel(job, buffer.getLong(), buffer.getInt(), buffer.getInt(), buffer.getInt());
      int records = buffer.getInt();
      double scale = buffer.getDouble();
      long payload = buffer.getLong();
      byte[] seedBytes = new byte[BlockSeed.BYTES];
      buffer.get(seedBytes);
      BlockShape shape = new BlockShape(buffer.getInt(), polys, buffer.getShort(), form);
      byte seeded = buffer.get();
      if (seeded != 0) {
        requireEqual("seeded", (byte) 1, seeded);
      }
      requireEqual("reserved byte", (byte) 0, buffer.get());
      Optional<BlockSeed> seed = seed(seeded == 1, seedBytes, shape);
      BlockRules.check(parameters, shape, packing, records, scale);
      if (kind == BlockKind.CIPHERTEXTS && shape.limbs() > parameters.dataLimbs()) {
        throw new InvalidBlockException(
            "The block's columns have %d primes; only keys have more than %d"
                .formatted(shape.limbs(), parameters.dataLimbs()));
      }
      BlockHeader header =
          new BlockHeader(kind, parameters.digest(), label, shape, packing, records, scale, seed);
      requireEqual("payload length", header.payloadBytes(parameters), payload);
      return header;
    } catch (IllegalArgumentException e) {
      throw new InvalidBlockException("The block's header is wrong: " + e.getMessage(), e);
    }
  }

  private static Optional<BlockSeed> seed(boolean seeded, byte[] bytes, BlockShape shape) {
    if (seeded) {
      requireEqual("polynomials of a seeded block", 2, shape.polys());
      return Optional.of(BlockSeed.wrap(bytes));
    }
    requireEqual("seed of an unseeded block", BlockSeed.empty(), BlockSeed.wrap(bytes));
    return Optional.empty();
  }

  private static int checksum(byte[] bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, CHECKED_BYTES);
    return (int) checksum.getValue();
  }

  private static <T> T constant(String field, T[] values, ToIntFunction<T> code, byte found) {
    for (T value : values) {
      if (code.applyAsInt(value) == found) {
        return value;
      }
    }
    throw new InvalidBlockException(
        "The block's %s is %d; it must be from 0 to %d".formatted(field, found, values.length - 1));
  }

  private static void requireEqual(String field, Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new InvalidBlockException(
          "The block's %s is %s, not %s".formatted(field, actual, expected));
    }
  }
}
