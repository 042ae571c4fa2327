package io.nightjar.crypto.lattice;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.TestBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What tests of lattices share: small rings, random columns, and blocks as bytes. */
public final class TestBlocks {

  /** The profiles of real security that protocols use. */
  static final HeParameters OPEN = HeParameters.bfv(2048, List.of(44), 1L << 22);

  static final HeParameters SHIELDED = HeParameters.bfv(4096, List.of(44, 44, 18), 1L << 26);

  static final HeParameters PER_RECORD =
      HeParameters.bfv(8192, List.of(44, 44, 44, 20), HeParameters.batchingPlainModulus(8192, 26));

  static final HeParameters SEALED = HeParameters.ckks(8192, List.of(50, 40, 40, 50));

  /** Rings for tests that are about anything but noise. */
  public static final HeParameters TINY_BFV = smallBfv(64);

  public static final HeParameters TINY_CKKS =
      HeParameters.ofAnySecurity(Scheme.CKKS, 64, List.of(50, 40, 40, 50), 0);

  /** One prime only, as in the open profile: there are no relinearisation keys. */
  public static final HeParameters TINY_OPEN =
      HeParameters.ofAnySecurity(Scheme.BFV, 64, List.of(44), 1L << 22);

  private TestBlocks() {}

  /** BFV with slots, room for one product, and a special prime. */
  static HeParameters smallBfv(int ringDegree) {
    return HeParameters.ofAnySecurity(
        Scheme.BFV,
        ringDegree,
        List.of(44, 44, 44, 20),
        HeParameters.batchingPlainModulus(ringDegree, 22));
  }

  /** Integers over the whole range of a plain modulus, both ends of it included. */
  public static IntegerColumns integers(
      Random random, int columns, int records, long plainModulus) {
    long low = -(plainModulus / 2);
    long high = (plainModulus - 1) / 2;
    long[] values = random.longs((long) columns * records, low, high + 1).toArray();
    values[0] = low;
    values[values.length - 1] = high;
    return new IntegerColumns(columns, records, values);
  }

  /** Integers of at most {@code bits} bits with the sign. */
  public static IntegerColumns smallIntegers(Random random, int columns, int records, int bits) {
    long limit = 1L << (bits - 1);
    return new IntegerColumns(
        columns, records, random.longs((long) columns * records, -limit, limit).toArray());
  }

  static RealColumns reals(Random random, int columns, int records) {
    return new RealColumns(
        columns, records, random.doubles((long) columns * records, -1, 1).toArray());
  }

  /** Returns random weights of {@code bits} bits with the sign, both ends of the range included. */
  public static int[] weights(Random random, int count, int bits) {
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
  public static List<ByteBuffer> columns(HeContext context, CipherBlock block) {
    byte[] wire = wire(context, block);
    int columns = block.shape().ciphertexts();
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
            BlockKind.CIPHERTEXTS,
            context.parameters().digest(),
            BlockLabel.NONE,
            shape,
            packing,
            1,
            scale,
            Optional.empty());
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    for (int polynomial = 0; polynomial < shape.ciphertexts() * shape.polys(); polynomial++) {
      for (long prime : context.parameters().primesAtLimbs(shape.limbs())) {
        long[] values = new long[context.parameters().ringDegree()];
        Arrays.setAll(values, j -> residues.below(prime));
        payload.writeBytes(TestBytes.packed(values, TestBytes.bitLength(prime)));
      }
    }
    return read(
        context,
        TestBytes.concat(
            header.toBytes(context.parameters()), TestBytes.withChecksum(payload.toByteArray())));
  }

  /** Puts the right checksums into bytes that are as long as a header, or longer. */
  static byte[] withFixedChecksums(byte[] wire) {
    int checked = BlockHeader.BYTES - Integer.BYTES;
    byte[] fixed = wire.clone();
    byte[] header = TestBytes.withChecksum(Arrays.copyOf(wire, checked));
    System.arraycopy(header, 0, fixed, 0, header.length);
    if (wire.length >= BlockHeader.BYTES + Integer.BYTES) {
      byte[] payload =
          TestBytes.withChecksum(
              Arrays.copyOfRange(wire, BlockHeader.BYTES, wire.length - Integer.BYTES));
      System.arraycopy(payload, 0, fixed, BlockHeader.BYTES, payload.length);
    }
    return fixed;
  }
}
