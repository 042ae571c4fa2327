package io.nightjar.crypto;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * Blocks of Paillier ciphertexts, and public keys, that somebody has tampered with, knowing the
 * format, and what reading them must come to: an {@link InvalidBlockException}, or what is written
 * again as it was read.
 */
final class MutatedPaillierBlock {

  static final PaillierParameters PARAMETERS = new PaillierParameters(256, 20);

  /** The most memory that a reader of mutated blocks allows. */
  static final long MAX_BLOCK_BYTES = 1 << 12;

  /** Primes of a key that nobody decrypts with, the same in every run. */
  private static final BigInteger P = BigInteger.valueOf(3).shiftLeft(126).nextProbablePrime();

  private static final BigInteger Q = BigInteger.valueOf(7).shiftLeft(125).nextProbablePrime();

  private static final BlockLabel LABEL = new BlockLabel(new UUID(1, 2), 3, 4, 5, 6);

  /** A field of the header. */
  private record Field(int offset, int bytes) {}

  private static final List<Field> FIELDS =
      List.of(
          new Field(0, 4),
          new Field(4, 2),
          new Field(6, 2),
          new Field(8, 8),
          new Field(40, 8),
          new Field(48, 8),
          new Field(56, 8),
          new Field(64, 4),
          new Field(68, 4),
          new Field(72, 4),
          new Field(76, 4),
          new Field(80, 4),
          new Field(84, 8),
          new Field(92, 4));

  private static final int COLUMNS_FIELD = 76;
  private static final int RECORDS_FIELD = 80;
  private static final int PAYLOAD_BYTES_FIELD = 84;

  private MutatedPaillierBlock() {}

  static PaillierPublicKey key() {
    return new PaillierPublicKey(PARAMETERS, P.multiply(Q), PaillierArithmetic.preferred());
  }

  /** Valid blocks with one ciphertext, some, and all that a column can have. */
  static List<byte[]> originals(PaillierPublicKey key) {
    Random random = new Random(1);
    int full = PARAMETERS.batchSize();
    List<byte[]> wires = new ArrayList<>();
    for (int[] size : new int[][] {{1, 1}, {3, full / 4}, {1, full}}) {
      byte[] numbers = new byte[(int) PARAMETERS.blockBytes(size[0], size[1])];
      int width = PARAMETERS.ciphertextBytes();
      for (int i = 0; i < numbers.length / width; i++) {
        Numbers.put(new BigInteger(576, random).mod(key.square()), numbers, i, width);
      }
      wires.add(written(key, new PaillierBlock(key, size[0], size[1], numbers), LABEL));
    }
    return wires;
  }

  private static byte[] written(PaillierPublicKey key, PaillierBlock block, BlockLabel label) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      new PaillierCodec(key, MAX_BLOCK_BYTES).writeColumns(block, label, out);
    } catch (IOException e) {
      throw new AssertionError("An array cannot fail to be written", e);
    }
    return out.toByteArray();
  }

  /** Makes up to four changes, and mostly puts the checksums right again. */
  static byte[] mutate(
      PaillierPublicKey key, List<byte[]> originals, MutatedBlock.Choices choices) {
    byte[] bytes = originals.get(choices.below(originals.size())).clone();
    for (int changes = 1 + choices.below(4); changes > 0; changes--) {
      bytes = changed(key, bytes, originals, choices);
    }
    boolean fix = choices.below(4) > 0;
    return fix && bytes.length >= PaillierHeader.BYTES ? withFixedChecksums(bytes) : bytes;
  }

  private static byte[] changed(
      PaillierPublicKey key, byte[] bytes, List<byte[]> originals, MutatedBlock.Choices choices) {
    int width = PARAMETERS.ciphertextBytes();
    if (bytes.length < PaillierHeader.BYTES + width) {
      return bytes;
    }
    switch (choices.below(8)) {
      case 0 -> bytes[choices.below(bytes.length)] ^= (byte) (1 << choices.below(8));
      case 1 -> bytes[choices.below(PaillierHeader.BYTES)] ^= (byte) (1 << choices.below(8));
      case 2, 3 -> overwriteField(bytes, choices);
      case 4 -> {
        int ciphertexts = (bytes.length - PaillierHeader.BYTES) / width;
        byte[] special = special(key, choices);
        int at = PaillierHeader.BYTES + width * choices.below(ciphertexts);
        System.arraycopy(special, 0, bytes, at, width);
      }
      case 5 -> claim(bytes, choices);
      case 6 -> {
        return Arrays.copyOf(bytes, choices.below(bytes.length + 20));
      }
      default -> {
        byte[] other = originals.get(choices.below(originals.size()));
        int head = choices.below(bytes.length + 1);
        int tail = choices.below(other.length + 1);
        return TestBlocks.concat(
            Arrays.copyOf(bytes, head), Arrays.copyOfRange(other, tail, other.length));
      }
    }
    return bytes;
  }

  private static void overwriteField(byte[] bytes, MutatedBlock.Choices choices) {
    Field field = FIELDS.get(choices.below(FIELDS.size()));
    ByteBuffer value = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    value.put(bytes, field.offset(), field.bytes());
    long before = value.getLong(0);
    value.putLong(
        0,
        switch (choices.below(3)) {
          case 0 -> before + 1;
          case 1 -> before - 1;
          default -> MutatedBlock.INTERESTING[choices.below(MutatedBlock.INTERESTING.length)];
        });
    System.arraycopy(value.array(), 0, bytes, field.offset(), field.bytes());
  }

  /** A number that is no ciphertext, or is just one. */
  private static byte[] special(PaillierPublicKey key, MutatedBlock.Choices choices) {
    int width = PARAMETERS.ciphertextBytes();
    BigInteger n = key.modulus();
    BigInteger square = key.square();
    BigInteger[] numbers = {
      BigInteger.ZERO,
      BigInteger.ONE,
      P,
      Q.multiply(Q),
      n,
      n.add(BigInteger.ONE),
      square.subtract(BigInteger.ONE),
      square.subtract(n),
      square,
      square.add(BigInteger.ONE),
      BigInteger.ONE.shiftLeft(Byte.SIZE * width).subtract(BigInteger.ONE)
    };
    return Numbers.of(numbers[choices.below(numbers.length)], width);
  }

  /** Other numbers of columns and records, with the payload length that goes with them. */
  private static void claim(byte[] bytes, MutatedBlock.Choices choices) {
    int columns = choices.below(2) == 0 ? 1 + choices.below(5) : 1 << choices.below(21);
    int records = 1 + choices.below(PARAMETERS.batchSize());
    claim(bytes, columns, records, PARAMETERS.blockBytes(columns, records));
  }

  /** Has a header say how much there is. */
  static void claim(byte[] bytes, int columns, int records, long payloadBytes) {
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(COLUMNS_FIELD, columns).putInt(RECORDS_FIELD, records);
    header.putLong(PAYLOAD_BYTES_FIELD, payloadBytes);
  }

  /** Puts the right checksums into bytes that are as long as a header, or longer. */
  static byte[] withFixedChecksums(byte[] wire) {
    byte[] fixed = wire.clone();
    fix(fixed, 0, PaillierHeader.BYTES);
    if (wire.length >= PaillierHeader.BYTES + Integer.BYTES) {
      fix(fixed, PaillierHeader.BYTES, wire.length);
    }
    return fixed;
  }

  private static void fix(byte[] bytes, int from, int to) {
    byte[] right = TestBlocks.withChecksum(Arrays.copyOfRange(bytes, from, to - Integer.BYTES));
    System.arraycopy(right, 0, bytes, from, right.length);
  }

  /**
   * Reads bytes as a block.
   *
   * @return whether they were one
   * @throws AssertionError if they come to anything but a block or an {@link InvalidBlockException}
   */
  static boolean read(PaillierPublicKey key, byte[] bytes) {
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    byte[] again;
    try {
      PaillierCodec.Labelled read =
          new PaillierCodec(key, MAX_BLOCK_BYTES).readColumns(in, header -> {});
      again = written(key, read.block(), read.header().label());
    } catch (InvalidBlockException e) {
      requireReason(e);
      return false;
    } catch (IOException e) {
      throw new AssertionError("Nothing was wrong with the stream", e);
    }
    if (!Arrays.equals(again, Arrays.copyOf(bytes, bytes.length - in.available()))) {
      throw new AssertionError("What was read is not what is written");
    }
    return true;
  }

  /**
   * Reads bytes as a public key.
   *
   * @return whether they were one
   * @throws AssertionError if they come to anything but a key or an {@link InvalidBlockException}
   */
  static boolean readKey(byte[] bytes) {
    try (PaillierPublicKey key = PaillierPublicKey.read(PARAMETERS, bytes)) {
      if (!Arrays.equals(key.toBytes(), bytes)) {
        throw new AssertionError("What was read is not what is written");
      }
      return true;
    } catch (InvalidBlockException e) {
      requireReason(e);
      return false;
    }
  }

  private static void requireReason(InvalidBlockException e) {
    if (e.getMessage().isBlank() || e.getMessage().codePoints().anyMatch(Character::isISOControl)) {
      throw new AssertionError("A refusal without one line that says why", e);
    }
  }
}
