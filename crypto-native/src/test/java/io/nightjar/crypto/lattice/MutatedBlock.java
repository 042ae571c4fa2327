package io.nightjar.crypto.lattice;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.InvalidBlockException;
import io.nightjar.crypto.Tampering;
import io.nightjar.crypto.TestBytes;
import io.nightjar.crypto.natives.NativeMemory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Blocks on the wire that somebody has tampered with, knowing the format, and what reading them
 * must come to: an {@link InvalidBlockException}, or a block that is written again as it was read.
 */
final class MutatedBlock {

  /** The most native memory that a reader of mutated blocks allows. */
  static final long MAX_BLOCK_BYTES = 1 << 16;

  private static final List<Tampering.Field> FIELDS =
      List.of(
          new Tampering.Field(0, 4),
          new Tampering.Field(4, 2),
          new Tampering.Field(6, 2),
          new Tampering.Field(8, 8),
          new Tampering.Field(40, 1),
          new Tampering.Field(41, 1),
          new Tampering.Field(42, 1),
          new Tampering.Field(43, 1),
          new Tampering.Field(44, 8),
          new Tampering.Field(52, 8),
          new Tampering.Field(60, 8),
          new Tampering.Field(68, 4),
          new Tampering.Field(72, 4),
          new Tampering.Field(76, 4),
          new Tampering.Field(80, 4),
          new Tampering.Field(84, 8),
          new Tampering.Field(92, 8),
          new Tampering.Field(100, 8),
          new Tampering.Field(132, 4),
          new Tampering.Field(136, 2),
          new Tampering.Field(138, 1),
          new Tampering.Field(139, 1),
          new Tampering.Field(140, 4));

  private static final int PAYLOAD_BYTES_FIELD = 92;
  private static final int COLUMNS_FIELD = 132;

  private MutatedBlock() {}

  /** Valid blocks of every kind under {@link KnownBlock#PARAMETERS}, the same in every run. */
  static List<byte[]> originals(HeContext context) {
    List<byte[]> wires = new ArrayList<>();
    wires.add(KnownBlock.wire());
    BlockEvaluator evaluator = new BlockEvaluator(context);
    try (CipherBlock seeded = TestBlocks.read(context, KnownBlock.wire());
        CipherBlock coefficients = evaluator.toForm(seeded, Form.COEFFICIENT);
        CipherBlock square = evaluator.square(coefficients);
        CipherBlock smaller = evaluator.switchModulus(coefficients)) {
      for (CipherBlock block : List.of(coefficients, square, smaller)) {
        wires.add(TestBlocks.wire(context, block, KnownBlock.LABEL));
      }
    }
    Random random = new Random(1);
    wires.add(key(BlockKind.PUBLIC_KEY, 1, random));
    wires.add(key(BlockKind.RELINEARISATION_KEY, 2, random));
    return wires;
  }

  private static byte[] key(BlockKind kind, int columns, Random random) {
    byte[] seed = new byte[BlockSeed.BYTES];
    random.nextBytes(seed);
    HeParameters parameters = KnownBlock.PARAMETERS;
    BlockHeader header =
        new BlockHeader(
            kind,
            parameters.digest(),
            BlockLabel.NONE,
            new BlockShape(columns, 2, parameters.keyLimbs(), Form.NTT),
            Packing.COEFFICIENTS,
            1,
            1,
            Optional.of(BlockSeed.wrap(seed)));
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    for (int column = 0; column < columns; column++) {
      for (long prime : parameters.keyPrimes()) {
        long[] residues = random.longs(parameters.ringDegree(), 0, prime).toArray();
        payload.writeBytes(TestBytes.packed(residues, TestBytes.bitLength(prime)));
      }
    }
    return TestBytes.concat(
        header.toBytes(parameters), TestBytes.withChecksum(payload.toByteArray()));
  }

  /** Makes up to four changes, and mostly puts the checksums right again. */
  static byte[] mutate(List<byte[]> originals, Tampering.Choices choices) {
    byte[] bytes = originals.get(choices.below(originals.size())).clone();
    for (int changes = 1 + choices.below(4); changes > 0; changes--) {
      bytes = changed(bytes, originals, choices);
    }
    boolean fix = choices.below(4) > 0;
    return fix && bytes.length >= BlockHeader.BYTES ? TestBlocks.withFixedChecksums(bytes) : bytes;
  }

  private static byte[] changed(byte[] bytes, List<byte[]> originals, Tampering.Choices choices) {
    if (bytes.length < BlockHeader.BYTES + Integer.BYTES) {
      return bytes;
    }
    switch (choices.below(9)) {
      case 0 -> bytes[choices.below(bytes.length)] ^= (byte) (1 << choices.below(8));
      case 1 -> bytes[choices.below(BlockHeader.BYTES)] ^= (byte) (1 << choices.below(8));
      case 2, 3 -> Tampering.overwriteField(bytes, FIELDS, choices);
      case 4 -> {
        // Residues that are too large, or none.
        int from = BlockHeader.BYTES + choices.below(bytes.length - BlockHeader.BYTES);
        int to = Math.min(bytes.length, from + 1 + choices.below(16));
        Arrays.fill(bytes, from, to, choices.below(2) == 0 ? (byte) 0xff : (byte) 0);
      }
      case 5 -> claimColumns(bytes, choices);
      case 6 -> {
        return Arrays.copyOf(bytes, choices.below(bytes.length + 20));
      }
      case 7 -> {
        byte[] other = originals.get(choices.below(originals.size()));
        int head = choices.below(bytes.length + 1);
        int tail = choices.below(other.length + 1);
        return TestBytes.concat(
            Arrays.copyOf(bytes, head), Arrays.copyOfRange(other, tail, other.length));
      }
      default -> {
        byte[] other = originals.get(choices.below(originals.size()));
        int from = choices.below(Math.min(bytes.length, other.length));
        int length = choices.below(Math.min(bytes.length, other.length) - from);
        System.arraycopy(other, from, bytes, from, length);
      }
    }
    return bytes;
  }

  /** Another number of columns, with the payload length that goes with it. */
  private static void claimColumns(byte[] bytes, Tampering.Choices choices) {
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int columns = header.getInt(COLUMNS_FIELD);
    if (columns > 0) {
      long columnBytes = header.getLong(PAYLOAD_BYTES_FIELD) / columns;
      int claimed = choices.below(2) == 0 ? 1 + choices.below(5) : 1 << choices.below(21);
      header.putInt(COLUMNS_FIELD, claimed).putLong(PAYLOAD_BYTES_FIELD, columnBytes * claimed);
    }
  }

  /**
   * Reads bytes as whatever kind of block they say they are.
   *
   * @return why they were refused, or nothing if they were one
   * @throws AssertionError if they come to anything but a block or an {@link InvalidBlockException}
   */
  static Optional<String> read(HeContext context, byte[] bytes) {
    long handles = NativeMemory.openHandles();
    long memory = NativeMemory.blockBytes();
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    ByteArrayOutputStream again = new ByteArrayOutputStream();
    Optional<String> refusal = Optional.empty();
    try {
      readAndWrite(new BlockCodec(context, MAX_BLOCK_BYTES), kind(bytes), in, again);
    } catch (InvalidBlockException e) {
      refusal = Optional.of(e.getMessage());
      if (e.getMessage().isBlank()) {
        throw new AssertionError("A refusal without a reason", e);
      }
    } catch (IOException e) {
      throw new AssertionError("Nothing was wrong with the stream", e);
    }
    int consumed = bytes.length - in.available();
    if (refusal.isEmpty() && !Arrays.equals(again.toByteArray(), Arrays.copyOf(bytes, consumed))) {
      throw new AssertionError("What was read is not what is written");
    }
    if (NativeMemory.openHandles() != handles || NativeMemory.blockBytes() != memory) {
      throw new AssertionError("Native memory was left behind");
    }
    return refusal;
  }

  private static int kind(byte[] bytes) {
    return bytes.length > 40 ? bytes[40] : 0;
  }

  private static void readAndWrite(
      BlockCodec codec, int kind, ByteArrayInputStream in, ByteArrayOutputStream out)
      throws IOException {
    if (kind == BlockKind.PUBLIC_KEY.code()) {
      try (PublicKey key = codec.readPublicKey(in)) {
        codec.write(key, out);
      }
    } else if (kind == BlockKind.RELINEARISATION_KEY.code()) {
      try (RelinearisationKey key = codec.readRelinearisationKey(in)) {
        codec.write(key, out);
      }
    } else {
      BlockCodec.Labelled read = codec.read(in, header -> {});
      try (CipherBlock block = read.block()) {
        codec.write(block, read.header().label(), out);
      }
    }
  }
}
