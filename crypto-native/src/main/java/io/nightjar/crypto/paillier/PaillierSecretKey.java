package io.nightjar.crypto.paillier;

import io.nightjar.crypto.EncryptionName;
import io.nightjar.crypto.EncryptionSeed;
import io.nightjar.crypto.KeyProtectionException;
import io.nightjar.crypto.RawSecretAccess;
import io.nightjar.crypto.protect.PassphraseProtection;
import io.nightjar.crypto.protect.SecretBytes;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;

/**
 * The two safe primes that a data owner decrypts with, in native memory that is wiped when the key
 * is closed.
 *
 * <p>It is not Serializable and shows nothing of itself. At rest it exists only under a passphrase
 * ({@link #protect}). While it computes, Java has copies of numbers that follow from it, which the
 * collector forgets when it will.
 */
public final class PaillierSecretKey implements AutoCloseable {

  private final PaillierParameters parameters;
  private final SecretBytes primes;
  private final PaillierPublicKey publicKey;
  private final Residues first;
  private final Residues second;

  private PaillierSecretKey(
      PaillierParameters parameters, BigInteger p, BigInteger q, PaillierArithmetic arithmetic) {
    int width = primeBytes(parameters);
    byte[] bytes = new byte[2 * width];
    LargeNumbers.put(p, bytes, 0, width);
    LargeNumbers.put(q, bytes, 1, width);
    this.parameters = parameters;
    this.primes = SecretBytes.take(bytes);
    this.publicKey = new PaillierPublicKey(parameters, p.multiply(q), arithmetic);
    this.first = new Residues(p, arithmetic);
    this.second = new Residues(q, arithmetic);
  }

  /** Draws a fresh key from the platform's randomness: seconds, at 3072 bits. */
  public static PaillierSecretKey generate(PaillierParameters parameters) {
    return generate(parameters, PaillierArithmetic.preferred());
  }

  static PaillierSecretKey generate(PaillierParameters parameters, PaillierArithmetic arithmetic) {
    SafePrimes primes = new SafePrimes(new SecureRandom(), BigPowers.preferred());
    int bits = parameters.modulusBits() / 2;
    BigInteger p = primes.next(bits);
    BigInteger q = primes.next(bits);
    while (q.equals(p)) { // which does not happen
      q = primes.next(bits);
    }
    return new PaillierSecretKey(parameters, p, q, arithmetic);
  }

  /**
   * Takes a key from its raw bytes, the two primes; the caller wipes them.
   *
   * @throws IllegalArgumentException if they are no two safe primes of the right size
   */
  public static PaillierSecretKey fromBytes(
      PaillierParameters parameters, byte[] bytes, RawSecretAccess access) {
    return fromBytes(parameters, bytes, access, PaillierArithmetic.preferred());
  }

  static PaillierSecretKey fromBytes(
      PaillierParameters parameters,
      byte[] bytes,
      RawSecretAccess access,
      PaillierArithmetic arithmetic) {
    Objects.requireNonNull(access, "access");
    int width = primeBytes(parameters);
    if (bytes.length != 2 * width) {
      throw new IllegalArgumentException(
          "A secret key of %d bytes: it must have %d".formatted(bytes.length, 2 * width));
    }
    BigInteger p = LargeNumbers.get(bytes, 0, width);
    BigInteger q = LargeNumbers.get(bytes, 1, width);
    int bits = parameters.modulusBits();
    if (p.equals(q) || p.multiply(q).bitLength() != bits || !isSafe(p) || !isSafe(q)) {
      throw new IllegalArgumentException(
          "A secret key is two different safe primes whose product has %d bits; these are not"
              .formatted(bits));
    }
    return new PaillierSecretKey(parameters, p, q, arithmetic);
  }

  private static boolean isSafe(BigInteger prime) {
    return prime.testBit(0)
        && prime.isProbablePrime(SafePrimes.CERTAINTY)
        && prime.shiftRight(1).isProbablePrime(SafePrimes.CERTAINTY);
  }

  private static int primeBytes(PaillierParameters parameters) {
    return parameters.plaintextBytes() / 2;
  }

  /** Returns the raw bytes; the caller wipes them. */
  public byte[] toBytes(RawSecretAccess access) {
    Objects.requireNonNull(access, "access");
    return primes.copy();
  }

  /** Returns the key encrypted under a passphrase, bound to its parameters. */
  public byte[] protect(char[] passphrase, PassphraseProtection.Cost cost) {
    byte[] bytes = toBytes(RawSecretAccess.granted());
    try {
      return PassphraseProtection.protect(
          bytes, passphrase, parameters.digest().toByteArray(), cost);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /**
   * Opens a key that {@link #protect} made.
   *
   * @throws KeyProtectionException if the passphrase or the parameters are others, or the bytes
   *     were changed
   */
  public static PaillierSecretKey unprotect(
      PaillierParameters parameters, byte[] protectedKey, char[] passphrase) {
    byte[] bytes =
        PassphraseProtection.unprotect(protectedKey, passphrase, parameters.digest().toByteArray());
    try {
      return fromBytes(parameters, bytes, RawSecretAccess.granted());
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** Returns what all randomness of an encryption under this key follows from. */
  public EncryptionSeed seed(EncryptionName name) {
    RawSecretAccess access = RawSecretAccess.granted();
    return EncryptionSeed.of(toBytes(access), name, access);
  }

  /** Returns the parameters. */
  public PaillierParameters parameters() {
    return parameters;
  }

  /** Returns the public key, which stays this key's to close. */
  public PaillierPublicKey publicKey() {
    return publicKey;
  }

  /** What is done modulo p^2. */
  Residues first() {
    return first;
  }

  /** What is done modulo q^2. */
  Residues second() {
    return second;
  }

  /** The primes as numbers, for as long as a call needs them. */
  Primes primes() {
    byte[] bytes = primes.copy();
    int width = primeBytes(parameters);
    try {
      return new Primes(LargeNumbers.get(bytes, 0, width), LargeNumbers.get(bytes, 1, width));
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** Shows nothing of itself. */
  static final class Primes {
    final BigInteger p;
    final BigInteger q;

    Primes(BigInteger p, BigInteger q) {
      this.p = p;
      this.q = q;
    }
  }

  /**
   * Arithmetic modulo the square of one of the primes, p.
   *
   * <p>The n-th powers modulo p^2 are a cyclic group of order p - 1: to the power of p, every unit
   * modulo p^2 becomes one of its p - 1 elements and depends on its residue modulo p only, and to
   * the power of q, which has no factor in common with p - 1, elements change places. So with a
   * generator g modulo p, (g^p)^a for a uniform from 0 to p - 2 is uniform among them, and with the
   * same modulo q^2 uniform among the n-th powers modulo n^2. That is exactly the r^n of Paillier.
   */
  static final class Residues implements AutoCloseable {
    private final NumberRing ring;
    private final NumberRing.FixedBase generator;

    Residues(BigInteger p, PaillierArithmetic arithmetic) {
      BigInteger square = p.multiply(p);
      this.ring = NumberRing.modulo(square, arithmetic);
      BigInteger power = BigPowers.preferred().power(generatorModulo(p), p, square);
      byte[] base = LargeNumbers.of(power, ring.width());
      this.generator = ring.fixedBase(base, LargeNumbers.width(p));
      Arrays.fill(base, (byte) 0);
    }

    /** Of order 2 (p - 1) / 2: neither a square, nor -1. */
    private static BigInteger generatorModulo(BigInteger p) {
      BigInteger half = p.shiftRight(1);
      BigInteger g = BigInteger.TWO;
      while (BigPowers.preferred().power(g, half, p).equals(BigInteger.ONE)) {
        g = g.add(BigInteger.ONE);
      }
      return g;
    }

    NumberRing ring() {
      return ring;
    }

    NumberRing.FixedBase generator() {
      return generator;
    }

    @Override
    public void close() {
      generator.close();
      ring.close();
    }
  }

  @Override
  public void close() {
    first.close();
    second.close();
    publicKey.close();
    primes.close();
  }

  @Override
  public String toString() {
    return "PaillierSecretKey[" + publicKey.digest() + "]";
  }
}
