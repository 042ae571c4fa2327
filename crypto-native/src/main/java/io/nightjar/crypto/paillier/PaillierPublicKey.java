package io.nightjar.crypto.paillier;

import io.nightjar.crypto.InvalidBlockException;
import io.nightjar.crypto.ParameterDigest;
import io.nightjar.crypto.WrongContextException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * The modulus n under which a data owner's records are encrypted, with the generator n + 1; and the
 * arithmetic modulo n^2, in native memory.
 *
 * <p>On the wire it is, big-endian, the magic "NJPK", a version (1 byte), the digest of its
 * parameters, n, and a CRC-32C of all that.
 */
public final class PaillierPublicKey implements AutoCloseable {

  private static final byte[] MAGIC = "NJPK\1".getBytes(StandardCharsets.US_ASCII);

  /** What has a factor below is none of ours. */
  private static final int SMALL_FACTORS = 1 << 16;

  private final PaillierParameters parameters;
  private final BigInteger modulus;
  private final BigInteger square;
  private final ParameterDigest digest;
  private final NumberRing ring;

  PaillierPublicKey(
      PaillierParameters parameters, BigInteger modulus, PaillierArithmetic arithmetic) {
    this.parameters = Objects.requireNonNull(parameters, "parameters");
    this.modulus = modulus;
    this.square = modulus.multiply(modulus);
    this.digest = digest(parameters, modulus);
    this.ring = NumberRing.modulo(square, arithmetic);
  }

  private static ParameterDigest digest(PaillierParameters parameters, BigInteger modulus) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(parameters.digest().toByteArray());
      return ParameterDigest.of(
          digest.digest(LargeNumbers.of(modulus, parameters.plaintextBytes())));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  /**
   * Reads a key from another party.
   *
   * @throws InvalidBlockException if it is none for these parameters; that n is a product of two
   *     safe primes cannot be seen
   */
  public static PaillierPublicKey read(PaillierParameters parameters, byte[] bytes) {
    return read(parameters, bytes, PaillierArithmetic.preferred());
  }

  static PaillierPublicKey read(
      PaillierParameters parameters, byte[] bytes, PaillierArithmetic arithmetic) {
    int length = length(parameters);
    if (bytes.length != length) {
      throw new InvalidBlockException(
          "A public key of %d bytes: it must have %d".formatted(bytes.length, length));
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    byte[] magic = new byte[MAGIC.length];
    buffer.get(magic);
    byte[] digest = new byte[ParameterDigest.BYTES];
    buffer.get(digest);
    byte[] number = new byte[parameters.plaintextBytes()];
    buffer.get(number);
    if (!Arrays.equals(magic, MAGIC) || buffer.getInt() != checksum(bytes)) {
      throw new InvalidBlockException("The public key is not one, or was changed on its way");
    }
    if (!ParameterDigest.of(digest).equals(parameters.digest())) {
      throw new InvalidBlockException(
          "The public key is for parameters %s, not %s"
              .formatted(ParameterDigest.of(digest), parameters.digest()));
    }
    BigInteger modulus = new BigInteger(1, number);
    check(parameters, modulus);
    return new PaillierPublicKey(parameters, modulus, arithmetic);
  }

  private static void check(PaillierParameters parameters, BigInteger modulus) {
    if (modulus.bitLength() != parameters.modulusBits()) {
      throw new InvalidBlockException(
          "The public key's modulus has %d bits, not %d"
              .formatted(modulus.bitLength(), parameters.modulusBits()));
    }
    for (int factor = 2; factor < SMALL_FACTORS; factor++) {
      if (modulus.mod(BigInteger.valueOf(factor)).signum() == 0) {
        throw new InvalidBlockException(
            "The public key's modulus is divisible by %d: it is not a product of two large primes"
                .formatted(factor));
      }
    }
    BigInteger root = modulus.sqrt();
    if (root.multiply(root).equals(modulus) || modulus.isProbablePrime(SafePrimes.CERTAINTY)) {
      throw new InvalidBlockException(
          "The public key's modulus is a prime or a square: it is not a product of two primes");
    }
  }

  private static int length(PaillierParameters parameters) {
    return MAGIC.length + ParameterDigest.BYTES + parameters.plaintextBytes() + Integer.BYTES;
  }

  private static int checksum(byte[] bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, bytes.length - Integer.BYTES);
    return (int) checksum.getValue();
  }

  /** Returns the key as it travels. */
  public byte[] toBytes() {
    byte[] bytes = new byte[length(parameters)];
    ByteBuffer.wrap(bytes)
        .put(MAGIC)
        .put(parameters.digest().toByteArray())
        .put(LargeNumbers.of(modulus, parameters.plaintextBytes()));
    ByteBuffer.wrap(bytes).putInt(bytes.length - Integer.BYTES, checksum(bytes));
    return bytes;
  }

  /** Returns the parameters. */
  public PaillierParameters parameters() {
    return parameters;
  }

  /** Returns n. */
  public BigInteger modulus() {
    return modulus;
  }

  /** Returns n^2. */
  public BigInteger square() {
    return square;
  }

  /** Returns the digest of n and its parameters, which blocks carry. */
  public ParameterDigest digest() {
    return digest;
  }

  NumberRing ring() {
    return ring;
  }

  /** Refuses what was encrypted under another key. */
  void requireSame(PaillierBlock block) {
    if (!block.keyDigest().equals(digest)) {
      throw new WrongContextException(
          "The block was encrypted under key %s; this is key %s"
              .formatted(block.keyDigest(), digest));
    }
  }

  @Override
  public void close() {
    ring.close();
  }

  @Override
  public String toString() {
    return "PaillierPublicKey[" + digest + "]";
  }
}
