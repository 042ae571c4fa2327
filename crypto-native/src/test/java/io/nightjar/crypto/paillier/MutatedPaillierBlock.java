package io.nightjar.crypto.paillier;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.InvalidBlockException;
import io.nightjar.crypto.Tampering;
import io.nightjar.crypto.TestBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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

  private static final List<Tampering.Field> FIELDS =
      List.of(
          new Tampering.Field(0, 4),
          new Tampering.Field(4, 2),
          new Tampering.Field(6, 2),
          new Tampering.Field(8, 8),
          new Tampering.Field(40, 8),
          new Tampering.Field(48, 8),
          new Tampering.Field(56, 8),
          new Tampering.Field(64, 4),
          new Tampering.Field(68, 4),
          new Tampering.Field(72, 4),
          new Tampering.Field(76, 4),
          new Tampering.Field(80, 4),
          new Tampering.Field(84, 8),
          new Tampering.Field(92, 4));

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
        LargeNumbers.put(new BigInteger(576, random).mod(key.square()), numbers, i, width);
      }
      wires.add(written(key, new PaillierBlock(key, size[0], size[1], numbers), LABEL));
    }
    return wires;
  }

  private static byte[] written(PaillierPublicKey key, PaillierBlock block, BlockLabel label) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      new PaillierCodec(key, MAX_BLOCK_BYTES).writeBlock(block, label, out);
    } catch (IOException e) {
      throw new AssertionError("An array cannot fail to be written", e);
    }
    return out.toByteArray();
  }

  /** Makes up to four changes, and mostly puts the checksums right again. */
  static byte[] mutate(PaillierPublicKey key, List<byte[]> originals, Tampering.Choices choices) {
    byte[] bytes = originals.get(choices.below(originals.size())).clone();
    for (int changes = 1 + choices.below(4); changes > 0; changes--) {
      bytes = changed(key, bytes, originals, choices);
    }
    boolean fix = choices.below(4) > 0;
    return fix && bytes.length >= PaillierHeader.BYTES ? withFixedChecksums(bytes) : bytes;
  }

  private static byte[] changed(
      PaillierPublicKey key, byte[] bytes, List<byte[]> originals, Tampering.Choices choices) {
    int width = PARAMETERS.ciphertextBytes();
    if (bytes.length < PaillierHeader.BYTES + width) {
      return bytes;
    }
    switch (choices.below(8)) {
      case 0 -> bytes[choices.below(bytes.length)] ^= (byte) (1 << choices.below(8));
      case 1 -> bytes[choices.below(PaillierHeader.BYTES)] ^= (byte) (1 << choices.below(8));
      case 2, 3 -> Tampering.overwriteField(bytes, FIELDS, choices);
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
        return TestBytes.concat(
            Arrays.copyOf(bytes, head), Arrays.copyOfRange(other, tail, other.length));
      }
    }
    return bytes;
  }

  private static byte[] special(PaillierPublicKey key, Tampering.Choices choices) {
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
    return LargeNumbers.of(numbers[choices.below(numbers.length)], width);
  }

  /** Other numbers of columns and records, with the payload length that goes with them. */
  private static void claim(byte[] bytes, Tampering.Choices choices) {
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
    byte[] right = TestBytes.withChecksum(Arrays.copyOfRange(bytes, from, to - Integer.BYTES));
    System.arraycopy(right, 0, bytes, from, right.length);
  }

  /**
   * Reads bytes as a block.
   *
   * @return why they were refused, or nothing if they were one
   * @throws AssertionError if they come to anything but a block or an {@link InvalidBlockException}
   */
  static Optional<String> read(PaillierPublicKey key, byte[] bytes) {
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    byte[] again;
    try {
      PaillierCodec.Labelled read =
          new PaillierCodec(key, MAX_BLOCK_BYTES).readBlock(in, header -> {});
      again = written(key, read.block(), read.header().label());
    } catch (InvalidBlockException e) {
      requireReason(e);
      return Optional.of(e.getMessage());
    } catch (IOException e) {
      throw new AssertionError("Nothing was wrong with the stream", e);
    }
    if (!Arrays.equals(again, Arrays.copyOf(bytes, bytes.length - in.available()))) {
      throw new AssertionError("What was read is not what is written");
    }
    return Optional.empty();
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
