package io.nightjar.crypto.paillier;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.InvalidBlockException;
import io.nightjar.crypto.WrongContextException;
import io.nightjar.crypto.lattice.BlockCodec;
import io.nightjar.crypto.lattice.BlockEncryptor;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.Form;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.Packing;
import io.nightjar.crypto.lattice.SecretKey;
import io.nightjar.crypto.lattice.TestBlocks;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Paillier's blocks survive the wire, and nothing else gets off it. */
class PaillierCodecTest {

  private static final BlockLabel LABEL = new BlockLabel(UUID.randomUUID(), 1L << 40, 2, 3, 4);
  private static final int WIDTH = TestPaillier.PARAMETERS.ciphertextBytes();

  private PaillierSecretKey key;
  private PaillierCodec codec;
  private IntegerColumns values;
  private byte[] written;

  @BeforeEach
  void write() throws IOException {
    key = TestPaillier.key(PaillierArithmetic.KERNEL);
    codec = new PaillierCodec(key.publicKey(), Long.MAX_VALUE);
    values = TestPaillier.integers(new Random(1), 3, 40, 1000);
    written = written(new PaillierEncryptor(key).encrypt(values));
  }

  @AfterEach
  void close() {
    key.close();
  }

  private byte[] written(PaillierBlock block) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    codec.writeBlock(block, LABEL, out);
    return out.toByteArray();
  }

  private PaillierCodec.Labelled read(byte[] bytes) throws IOException {
    return codec.readBlock(new ByteArrayInputStream(bytes), header -> {});
  }

  @Test
  void aBlockSurvives() throws IOException {
    assertEquals(PaillierHeader.BYTES + 3 * 2 * WIDTH + 4, written.length);
    PaillierCodec.Labelled read = read(written);
    assertEquals(LABEL, read.header().label());
    assertEquals(3, read.block().ciphertexts());
    assertEquals(40, read.block().records());
    assertArrayEquals(values.values(), new PaillierDecryptor(key).decrypt(read.block()).values());
    assertArrayEquals(written, written(read.block()));
  }

  @Test
  void noChangedByteIsAccepted() {
    Random random = new Random(2);
    for (int i = 0; i < written.length; i = i < PaillierHeader.BYTES ? i + 1 : i + 7) {
      byte[] changed = written.clone();
      changed[i] ^= (byte) (1 << random.nextInt(8));
      assertThrows(InvalidBlockException.class, () -> read(changed), () -> "byte");
    }
  }

  @Test
  void noShorterBlockIsAccepted() {
    for (int length = 0; length < written.length; length += 5) {
      byte[] shorter = Arrays.copyOf(written, length);
      InvalidBlockException e = assertThrows(InvalidBlockException.class, () -> read(shorter));
      assertTrue(e.getMessage().startsWith("The block ends inside its "), e.getMessage());
    }
  }

  @Test
  void ciphertextsAreUnitsBelowTheSquareOfTheModulus() {
    BigInteger n = key.publicKey().modulus();
    BigInteger p = key.primes().p;
    assertRefused(BigInteger.ZERO, "no unit");
    assertRefused(p, "no unit");
    assertRefused(n, "no unit");
    assertRefused(p.multiply(BigInteger.valueOf(17)), "no unit");
    assertRefused(key.publicKey().square(), "Number 1 of ciphertext 2 is not below n^2");
    assertRefused(
        key.publicKey().square().add(BigInteger.ONE), "Number 1 of ciphertext 2 is not below n^2");
    assertRefused(
        BigInteger.ONE.shiftLeft(1024).subtract(BigInteger.ONE),
        "Number 1 of ciphertext 2 is not below n^2");
  }

  /** With a checksum that is right. */
  private void assertRefused(BigInteger ciphertext, String why) {
    byte[] changed = written.clone();
    int payload = changed.length - PaillierHeader.BYTES - Integer.BYTES;
    byte[] numbers =
        Arrays.copyOfRange(changed, PaillierHeader.BYTES, PaillierHeader.BYTES + payload);
    LargeNumbers.put(ciphertext, numbers, 5, WIDTH);
    System.arraycopy(numbers, 0, changed, PaillierHeader.BYTES, payload);
    CRC32C checksum = new CRC32C();
    checksum.update(numbers);
    ByteBuffer.wrap(changed)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(changed.length - Integer.BYTES, (int) checksum.getValue());
    InvalidBlockException e = assertThrows(InvalidBlockException.class, () -> read(changed));
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }

  @Test
  void aHeaderThatClaimsTooMuchIsRefusedBeforeMemoryIsTaken() {
    for (int[] claim : new int[][] {{0, 40}, {-1, 40}, {1 << 21, 40}, {3, 0}, {3, 201}, {3, -5}}) {
      byte[] changed = withClaim(claim[0], claim[1]);
      assertThrows(InvalidBlockException.class, () -> read(changed));
    }
    PaillierCodec small = new PaillierCodec(key.publicKey(), 3 * 2 * WIDTH - 1);
    InvalidBlockException e =
        assertThrows(
            InvalidBlockException.class,
            () -> small.readBlock(new ByteArrayInputStream(written), header -> {}));
    assertEquals(
        "The block needs %d bytes; at most %d are allowed"
            .formatted(3 * 2 * WIDTH, 3 * 2 * WIDTH - 1),
        e.getMessage());
    assertThrows(
        ArithmeticException.class,
        () ->
            codec.readBlock(
                new ByteArrayInputStream(written),
                header -> {
                  throw new ArithmeticException("seen at " + header.label());
                }));
  }

  private byte[] withClaim(int columns, int records) {
    byte[] changed = written.clone();
    ByteBuffer buffer = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(76, columns).putInt(80, records);
    CRC32C checksum = new CRC32C();
    checksum.update(changed, 0, PaillierHeader.BYTES - Integer.BYTES);
    buffer.putInt(PaillierHeader.BYTES - Integer.BYTES, (int) checksum.getValue());
    return changed;
  }

  @Test
  void blocksOfLatticesAreWrittenByTheirOwnCodecOnly() {
    try (HeContext context = HeContext.open(TestBlocks.TINY_BFV);
        SecretKey secret = SecretKey.generate(context);
        CipherBlock block =
            new BlockEncryptor(context, secret)
                .encrypt(
                    TestBlocks.smallIntegers(new Random(1), 1, 1, 8),
                    Packing.COEFFICIENTS,
                    Form.NTT)) {
      assertThrows(
          WrongContextException.class,
          () -> codec.writeBlock(block, LABEL, new ByteArrayOutputStream()));
      assertThrows(
          WrongContextException.class,
          () ->
              new BlockCodec(context)
                  .writeBlock(read(written).block(), LABEL, new ByteArrayOutputStream()));
    }
  }
}
