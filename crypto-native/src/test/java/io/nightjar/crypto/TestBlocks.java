package io.nightjar.crypto;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32C;

/** What the tests of this package share: small rings, random columns, and blocks as bytes. */
final class TestBlocks {

  /** The profiles of real security that protocols use. */
  static final HeParameters OPEN = HeParameters.bfv(2048, List.of(44), 1L << 22);

  static final HeParameters SHIELDED = HeParameters.bfv(4096, List.of(44, 44, 20), 1L << 26);

  static final HeParameters PER_RECORD =
      HeParameters.bfv(8192, List.of(44, 44, 44, 20), HeParameters.batchingPlainModulus(8192, 26));

  static final HeParameters SEALED = HeParameters.ckks(8192, List.of(50, 40, 40, 50));

  /** Rings for tests that are about anything but noise. */
  static final HeParameters TINY_BFV = smallBfv(64);

  static final HeParameters TINY_CKKS =
      HeParameters.insecureForTests(Scheme.CKKS, 64, List.of(50, 40, 40, 50), 0);

  /** One prime only, as in the open profile: there are no relinearisation keys. */
  static final HeParameters TINY_OPEN =
      HeParameters.insecureForTests(Scheme.BFV, 64, List.of(44), 1L << 22);

  private TestBlocks() {}

  /** BFV with slots, room for one product, and a special prime. */
  static HeParameters smallBfv(int ringDegree) {
    return HeParameters.insecureForTests(
        Scheme.BFV,
        ringDegree,
        List.of(44, 44, 44, 20),
        HeParameters.batchingPlainModulus(ringDegree, 22));
  }

  /** Integers over the whole range of a plain modulus, both ends of it included. */
  static IntegerColumns integers(Random random, int columns, int records, long plainModulus) {
    long low = -(plainModulus / 2);
    long high = (plainModulus - 1) / 2;
    long[] values = random.longs((long) columns * records, low, high + 1).toArray();
    values[0] = low;
    values[values.length - 1] = high;
    return new IntegerColumns(columns, records, values);
  }

  /** Integers of at most {@code bits} bits with the sign. */
  static IntegerColumns smallIntegers(Random random, int columns, int records, int bits) {
    long limit = 1L << (bits - 1);
    return new IntegerColumns(
        columns, records, random.longs((long) columns * records, -limit, limit).toArray());
  }

  static RealColumns reals(Random random, int columns, int records) {
    return new RealColumns(
        columns, records, random.doubles((long) columns * records, -1, 1).toArray());
  }

  /** Returns random weights of {@code bits} bits with the sign, both ends of the range included. */
  static int[] weights(Random random, int count, int bits) {
    int limit = 1 << (bits - 1);
    int[] weights = random.ints(count, -limit, limit).toArray();
    for (int i = 0; i < count; i++) {
      switch (random.nextInt(4)) {
        case 0 -> weights[i] = -limit;
        case 1 -> weights[i] = limit - 1;
        default -> {}
      }
    }
    return weights;
  }

  /** A cumulative table of the integers from -m to m that {@link RecordNoise} takes. */
  static long[] cumulative(Random random, int magnitude) {
    long[] table = random.longs(2L * magnitude + 1, 0, Long.MAX_VALUE).sorted().toArray();
    table[2 * magnitude] = Long.MAX_VALUE;
    return table;
  }

  /** The value in [-t/2, t/2) that is the same modulo t. */
  static long centred(long value, long plainModulus) {
    long residue = Math.floorMod(value, plainModulus);
    return residue > (plainModulus - 1) / 2 ? residue - plainModulus : residue;
  }

  static byte[] wire(HeContext context, CipherBlock block) {
    return wire(context, block, BlockLabel.NONE);
  }

  static byte[] wire(HeContext context, CipherBlock block, BlockLabel label) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      new BlockCodec(context).write(block, label, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static CipherBlock read(HeContext context, byte[] bytes) {
    try {
      return new BlockCodec(context).read(new ByteArrayInputStream(bytes), header -> {}).block();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The residues of every column of a block, bit-packed: equal bytes are equal ciphertexts. */
  static List<ByteBuffer> columns(HeContext context, CipherBlock block) {
    byte[] wire = wire(context, block);
    int columns = block.shape().columns();
    int size = (wire.length - BlockHeader.BYTES - Integer.BYTES) / columns;
    List<ByteBuffer> packed = new ArrayList<>();
    for (int column = 0; column < columns; column++) {
      int from = BlockHeader.BYTES + column * size;
      packed.add(ByteBuffer.wrap(Arrays.copyOfRange(wire, from, from + size)));
    }
    return packed;
  }

  /** Chooses the residues of a block that encryption would not make. */
  interface Residues {
    long below(long prime);
  }

  /** A block with chosen residues, put together from bytes. */
  static CipherBlock ofResidues(
      HeContext context, BlockShape shape, Packing packing, double scale, Residues residues) {
    BlockHeader header =
        new BlockHeader(
            BlockKind.COLUMNS,
            context.parameters().digest(),
            BlockLabel.NONE,
            shape,
            packing,
            1,
            scale,
            Optional.empty());
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    for (int polynomial = 0; polynomial < shape.columns() * shape.polys(); polynomial++) {
      for (long prime : context.parameters().primesAtLimbs(shape.limbs())) {
        long[] values = new long[context.parameters().ringDegree()];
        Arrays.setAll(values, j -> residues.below(prime));
        payload.writeBytes(packed(values, bitLength(prime)));
      }
    }
    return read(
        context, concat(header.toBytes(context.parameters()), withChecksum(payload.toByteArray())));
  }

  /** Integers of {@code bits} bits one after the other, the least significant bit first. */
  static byte[] packed(long[] values, int bits) {
    byte[] bytes = new byte[(values.length * bits + 7) / 8];
    for (int i = 0; i < values.length * bits; i++) {
      if ((values[i / bits] >>> (i % bits) & 1) != 0) {
        bytes[i / 8] |= (byte) (1 << (i % 8));
      }
    }
    return bytes;
  }

  /** The same, backwards. */
  static long[] unpacked(byte[] bytes, int from, int count, int bits) {
    long[] values = new long[count];
    for (int i = 0; i < count * bits; i++) {
      if ((bytes[from + i / 8] >>> (i % 8) & 1) != 0) {
        values[i / bits] |= 1L << (i % bits);
      }
    }
    return values;
  }

  static int bitLength(long prime) {
    return Long.SIZE - Long.numberOfLeadingZeros(prime);
  }

  /** Appends the CRC-32C of some bytes to them. */
  static byte[] withChecksum(byte[] bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    return ByteBuffer.allocate(bytes.length + Integer.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(bytes)
        .putInt((int) checksum.getValue())
        .array();
  }

  /** Puts the right checksums into bytes that are as long as a header, or longer. */
  static byte[] withFixedChecksums(byte[] wire) {
    int checked = BlockHeader.BYTES - Integer.BYTES;
    byte[] fixed = wire.clone();
    byte[] header = withChecksum(Arrays.copyOf(wire, checked));
    System.arraycopy(header, 0, fixed, 0, header.length);
    if (wire.length >= BlockHeader.BYTES + Integer.BYTES) {
      byte[] payload =
          withChecksum(Arrays.copyOfRange(wire, BlockHeader.BYTES, wire.length - Integer.BYTES));
      System.arraycopy(payload, 0, fixed, BlockHeader.BYTES, payload.length);
    }
    return fixed;
  }

  static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
