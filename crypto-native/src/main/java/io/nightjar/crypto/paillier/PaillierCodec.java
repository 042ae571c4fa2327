package io.nightjar.crypto.paillier;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.InvalidBlockException;
import io.nightjar.crypto.WrongContextException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * Blocks of Paillier ciphertexts on the wire: a {@link PaillierHeader}, the ciphertexts, big-endian
 * and lane by lane, and a CRC-32C of those.
 *
 * <p>Everything read is checked before it is used: the header field by field, its claims against
 * the reader's limit before memory is allocated, every ciphertext to be below n^2, and all of them
 * to be units, by one common divisor for the whole block. Memory is taken for what comes, so that a
 * header alone costs little, whatever it claims.
 */
public final class PaillierCodec implements BlockFormat {

  private final PaillierPublicKey key;
  private final long maxBlockBytes;

  /**
   * Creates a codec; it does not own the key.
   *
   * @param maxBlockBytes the most memory that reading one block may take
   */
  public PaillierCodec(PaillierPublicKey key, long maxBlockBytes) {
    this.key = Objects.requireNonNull(key, "key");
    this.maxBlockBytes = Math.min(maxBlockBytes, Integer.MAX_VALUE - Long.BYTES);
  }

  /** A block with its header. */
  public record Labelled(PaillierHeader header, PaillierBlock block) implements Read {}

  @Override
  public void writeBlock(EncryptedBlock block, BlockLabel label, OutputStream out)
      throws IOException {
    if (!(block instanceof PaillierBlock paillier)) {
      throw new WrongContextException("The block is of another scheme than Paillier");
    }
    key.requireSame(paillier);
    PaillierHeader header =
        new PaillierHeader(key.digest(), label, block.ciphertexts(), block.records());
    byte[] numbers = paillier.numbers();
    out.write(header.toBytes(key.parameters()));
    out.write(numbers);
    out.write(checksum(numbers));
  }

  @Override
  public Labelled readBlock(InputStream in, Consumer<Header> check) throws IOException {
    PaillierHeader header = PaillierHeader.parse(read(in, PaillierHeader.BYTES, "header"), key);
    long needed = key.parameters().blockBytes(header.ciphertexts(), header.records());
    if (needed > maxBlockBytes) {
      throw new InvalidBlockException(
          "The block needs %d bytes; at most %d are allowed".formatted(needed, maxBlockBytes));
    }
    check.accept(header);
    byte[] numbers = read(in, (int) needed, "payload");
    byte[] expected = read(in, Integer.BYTES, "checksum");
    if (!Arrays.equals(expected, checksum(numbers))) {
      throw new InvalidBlockException("The block's payload does not match its checksum");
    }
    check(header, numbers);
    return new Labelled(
        header, new PaillierBlock(key, header.ciphertexts(), header.records(), numbers));
  }

  private void check(PaillierHeader header, byte[] numbers) {
    int width = key.parameters().ciphertextBytes();
    byte[] square = LargeNumbers.of(key.square(), width);
    int lanes = key.parameters().lanes(header.records());
    for (int i = 0; i < numbers.length / width; i++) {
      if (Arrays.compareUnsigned(numbers, i * width, (i + 1) * width, square, 0, width) >= 0) {
        throw new InvalidBlockException(
            "Number %d of ciphertext %d is not below n^2".formatted(i % lanes, i / lanes));
      }
    }
    byte[] factors = key.ring().product(numbers);
    BigInteger product = BigInteger.ONE;
    for (int i = 0; i < factors.length / width; i++) {
      product = product.multiply(LargeNumbers.get(factors, i, width)).mod(key.modulus());
    }
    if (!product.gcd(key.modulus()).equals(BigInteger.ONE)) {
      throw new InvalidBlockException(
          "A ciphertext is no unit modulo n^2: it has a factor in common with n, or is 0");
    }
  }

  private static byte[] checksum(byte[] numbers) {
    CRC32C checksum = new CRC32C();
    checksum.update(numbers);
    return ByteBuffer.allocate(Integer.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt((int) checksum.getValue())
        .array();
  }

  /** Takes memory for what comes, not for what is announced. */
  private static byte[] read(InputStream in, int length, String part) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new InvalidBlockException(
          "The block ends inside its %s: %d of %d bytes".formatted(part, bytes.length, length));
    }
    return bytes;
  }
}
