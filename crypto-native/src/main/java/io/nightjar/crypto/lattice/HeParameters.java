package io.nightjar.crypto.lattice;

import io.nightjar.crypto.EncryptionParameters;
import io.nightjar.crypto.InvalidParametersException;
import io.nightjar.crypto.ParameterDigest;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What kind of ciphertext: scheme, ring, coefficient primes, plain modulus and security level.
 *
 * <p>An instance is immutable and always valid: {@link #bfv} and {@link #ckks} choose primes
 * exactly as SEAL does and insist on 128-bit security before classical computers; {@link
 * #ofExplicitPrimes} checks what came from elsewhere. When there are several primes, the last is
 * SEAL's special prime, which only keys use: ciphertexts live modulo the others.
 *
 * <p>It is not responsible for choosing parameters that leave a computation enough noise margin,
 * and it holds no key and no native resource.
 */
public final class HeParameters implements EncryptionParameters {

  /** The smallest and the largest ring degree; it is a power of two. */
  public static final int MIN_RING_DEGREE = 64;

  public static final int MAX_RING_DEGREE = 32768;

  /** The smallest and the largest size of a coefficient prime in bits; SEAL stops at 60 too. */
  public static final int MIN_PRIME_BITS = 10;

  public static final int MAX_PRIME_BITS = 60;

  /** The most coefficient primes, SEAL's own limit. */
  public static final int MAX_PRIMES = 64;

  /** The largest plain modulus. */
  public static final long MAX_PLAIN_MODULUS = 1L << 59;

  /** The one security level that is offered, in bits: before classical computers. */
  public static final int STANDARD_SECURITY_BITS = 128;

  /** What {@link #securityBits()} says where no security level is claimed. */
  public static final int NO_SECURITY_BITS = 0;

  /**
   * The most bits of all primes together, special prime included, by ring degree, for 128-bit
   * security before classical computers with ternary secrets: Table 5.2 of Bossuat et al.,
   * "Security Guidelines for Implementing Homomorphic Encryption" (ePrint 2024/463), the successor
   * of the standard of homomorphicencryption.org of 2018, whose larger limits SEAL enforces.
   */
  private static final TreeMap<Integer, Integer> MAX_TOTAL_BITS =
      new TreeMap<>(
          Map.of(1024, 26, 2048, 53, 4096, 106, 8192, 214, 16384, 430, MAX_RING_DEGREE, 868));

  /**
   * The same before quantum computers. The guidelines print no table for those: these are the
   * results of their authors' script with its cost model for them (ChaLoy21), as the README of
   * HomomorphicEncryption/SparseLWEkit on GitHub lists them. The standard of 2018 allowed 51 bits
   * for 2048 and 202 for 8192.
   */
  private static final TreeMap<Integer, Integer> MAX_TOTAL_BITS_QUANTUM =
      new TreeMap<>(
          Map.of(1024, 20, 2048, 40, 4096, 80, 8192, 161, 16384, 322, MAX_RING_DEGREE, 644));

  /** Separates these digests from every other SHA-256 in the project; the end is the version. */
  private static final byte[] DIGEST_LABEL =
      "nightjar.crypto.HeParameters.v1\0".getBytes(StandardCharsets.US_ASCII);

  /** Rounds of the primality test: BigInteger does no more than 50 of Miller-Rabin at this size. */
  private static final int PRIME_CERTAINTY = 100;

  private static final long NO_PLAIN_MODULUS = 0;

  private final Scheme scheme;
  private final int ringDegree;
  private final List<Long> primes;
  private final long plainModulus;
  private final int securityBits;
  private final boolean slotPacking;
  private final ParameterDigest digest;

  private HeParameters(
      Scheme scheme, int ringDegree, List<Long> primes, long plainModulus, int securityBits) {
    this.scheme = scheme;
    this.ringDegree = ringDegree;
    this.primes = List.copyOf(primes);
    this.plainModulus = plainModulus;
    this.securityBits = securityBits;
    checkRingDegree(ringDegree);
    checkPrimes();
    checkPlainModulus();
    checkSecurity();
    this.slotPacking =
        scheme == Scheme.CKKS || (plainModulus % (2L * ringDegree) == 1 && isPrime(plainModulus));
    this.digest = computeDigest();
  }

  /**
   * Returns BFV parameters of 128-bit security over the primes that SEAL would choose.
   *
   * @param primeBits the size of each prime; with two or more, the last is the special prime's
   * @param plainModulus t: a power of two, or a prime
   * @throws InvalidParametersException if a value is out of range, or the primes are together too
   *     large for 128-bit security
   */
  public static HeParameters bfv(int ringDegree, List<Integer> primeBits, long plainModulus) {
    return choose(Scheme.BFV, ringDegree, primeBits, plainModulus, STANDARD_SECURITY_BITS);
  }

  /**
   * Returns CKKS parameters of 128-bit security over the primes that SEAL would choose.
   *
   * @param primeBits the size of each prime; with two or more, the last is the special prime's
   * @throws InvalidParametersException if a value is out of range, or the primes are together too
   *     large for 128-bit security
   */
  public static HeParameters ckks(int ringDegree, List<Integer> primeBits) {
    return choose(Scheme.CKKS, ringDegree, primeBits, NO_PLAIN_MODULUS, STANDARD_SECURITY_BITS);
  }

  /**
   * Returns parameters that skip the security limit, and only that: for experiments that say they
   * protect nobody, and small tests.
   *
   * @param plainModulus as for {@link #bfv}; 0 for CKKS
   * @throws InvalidParametersException if a value is out of range
   */
  public static HeParameters ofAnySecurity(
      Scheme scheme, int ringDegree, List<Integer> primeBits, long plainModulus) {
    return choose(scheme, ringDegree, primeBits, plainModulus, NO_SECURITY_BITS);
  }

  /**
   * Returns parameters read from another party, after checking every one of them.
   *
   * @param primes the primes themselves; with two or more, the last is the special prime
   * @param plainModulus t for BFV; 0 for CKKS
   * @param securityBits {@link #STANDARD_SECURITY_BITS}, which is then enforced, or {@link
   *     #NO_SECURITY_BITS}, which a caller outside tests refuses
   * @throws InvalidParametersException if a value is out of range
   */
  public static HeParameters ofExplicitPrimes(
      Scheme scheme, int ringDegree, List<Long> primes, long plainModulus, int securityBits) {
    return new HeParameters(scheme, ringDegree, primes, plainModulus, securityBits);
  }

  /**
   * Returns the plain modulus that SEAL would choose for slot packing: the largest prime of {@code
   * bits} bits that is 1 modulo 2 * ringDegree.
   *
   * @throws InvalidParametersException if there is none, or a value is out of range
   */
  public static long batchingPlainModulus(int ringDegree, int bits) {
    checkRingDegree(ringDegree);
    int maxBits = Long.numberOfTrailingZeros(MAX_PLAIN_MODULUS);
    if (bits < 2 || bits > maxBits) {
      throw new InvalidParametersException(
          "Plain modulus of %d bits: the size must be from 2 to %d bits".formatted(bits, maxBits));
    }
    return largestPrimes(ringDegree, bits, 1).get(0);
  }

  /**
   * Returns the most bits that all primes may have together at 128-bit security before classical
   * computers, or nothing for a ring degree that is too small to have it.
   *
   * @throws InvalidParametersException if the ring degree is out of range
   */
  public static OptionalInt maxTotalPrimeBits(int ringDegree) {
    return limit(MAX_TOTAL_BITS, ringDegree);
  }

  /**
   * Returns the most bits that all primes could have together at 128-bit security before quantum
   * computers, or nothing for a ring degree that is too small to have it. It is for people to read:
   * nobody enforces it.
   *
   * @throws InvalidParametersException if the ring degree is out of range
   */
  public static OptionalInt maxTotalPrimeBitsBeforeQuantum(int ringDegree) {
    return limit(MAX_TOTAL_BITS_QUANTUM, ringDegree);
  }

  private static OptionalInt limit(Map<Integer, Integer> limits, int ringDegree) {
    checkRingDegree(ringDegree);
    Integer limit = limits.get(ringDegree);
    return limit == null ? OptionalInt.empty() : OptionalInt.of(limit);
  }

  /** Returns the scheme. */
  public Scheme scheme() {
    return scheme;
  }

  /** Returns N: ciphertexts are polynomials modulo X^N + 1. */
  public int ringDegree() {
    return ringDegree;
  }

  /** Returns t for BFV and 0 for CKKS, which has none. */
  public long plainModulus() {
    return plainModulus;
  }

  /** Returns {@link #STANDARD_SECURITY_BITS} or {@link #NO_SECURITY_BITS}. */
  public int securityBits() {
    return securityBits;
  }

  /** Returns the primes of a fresh ciphertext: all but the special one. */
  public List<Long> dataPrimes() {
    return primesAtLimbs(dataLimbs());
  }

  /** Returns the primes of a key: all of them. */
  public List<Long> keyPrimes() {
    return primes;
  }

  /** Returns how many primes a fresh ciphertext has. */
  public int dataLimbs() {
    return Math.max(1, primes.size() - 1);
  }

  /** Returns how many primes a key has. */
  public int keyLimbs() {
    return primes.size();
  }

  /**
   * Returns the primes of an object with {@code limbs} limbs, such as a ciphertext from which
   * rescaling has dropped some.
   *
   * @throws InvalidParametersException unless {@code limbs} is from 1 to {@link #keyLimbs()}
   */
  public List<Long> primesAtLimbs(int limbs) {
    if (limbs < 1 || limbs > primes.size()) {
      throw new InvalidParametersException(
          "%d limbs: these parameters have from 1 to %d".formatted(limbs, primes.size()));
    }
    return primes.subList(0, limbs);
  }

  /** Returns the bits of the product of all primes, which is what security is about. */
  public int totalPrimeBits() {
    return product(primes).bitLength();
  }

  /** Returns whether products of plaintexts can be slot by slot. */
  public boolean supportsSlotPacking() {
    return slotPacking;
  }

  /** Returns whether there is a special prime, without which there are no key-switching keys. */
  public boolean canSwitchKeys() {
    return primes.size() > 1;
  }

  /**
   * Returns the SHA-256 of these parameters' canonical encoding.
   *
   * <p>The encoding is, with all integers big-endian: the label {@code
   * nightjar.crypto.HeParameters.v1} in ASCII and a zero byte; one byte for the scheme, 1 for BFV
   * and 2 for CKKS; ring degree and security bits as 4 bytes each; plain modulus as 8 bytes; the
   * number of primes as 4 bytes; each prime, the special one last, as 8 bytes.
   */
  @Override
  public ParameterDigest digest() {
    return digest;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HeParameters that
        && scheme == that.scheme
        && ringDegree == that.ringDegree
        && primes.equals(that.primes)
        && plainModulus == that.plainModulus
        && securityBits == that.securityBits;
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  @Override
  public String toString() {
    return "%s, ring degree %d, %d-bit modulus, %s"
        .formatted(
            scheme,
            ringDegree,
            totalPrimeBits(),
            securityBits == NO_SECURITY_BITS
                ? "INSECURE, for tests only"
                : securityBits + "-bit classical security");
  }

  private static HeParameters choose(
      Scheme scheme, int ringDegree, List<Integer> primeBits, long plainModulus, int securityBits) {
    checkRingDegree(ringDegree);
    checkPrimeCount(primeBits.size());
    for (int bits : primeBits) {
      checkPrimeBits(bits, "Coefficient prime of %d bits".formatted(bits));
    }
    List<Long> primes = choosePrimes(ringDegree, primeBits);
    return new HeParameters(scheme, ringDegree, primes, plainModulus, securityBits);
  }

  /**
   * SEAL's CoeffModulus::Create: of each size that is asked for k times take the k largest primes,
   * and deal them out from the smallest.
   */
  private static List<Long> choosePrimes(int ringDegree, List<Integer> primeBits) {
    Map<Integer, Integer> counts = new HashMap<>();
    primeBits.forEach(bits -> counts.merge(bits, 1, Integer::sum));
    Map<Integer, Deque<Long>> bySize = new HashMap<>();
    counts.forEach(
        (bits, count) ->
            bySize.put(bits, new ArrayDeque<>(largestPrimes(ringDegree, bits, count))));
    return primeBits.stream().map(bits -> bySize.get(bits).removeLast()).toList();
  }

  /** SEAL's get_primes: the largest first; all are 1 modulo 2N, which the NTT needs. */
  private static List<Long> largestPrimes(int ringDegree, int bits, int count) {
    long step = 2L * ringDegree;
    long smallest = 1L << (bits - 1);
    List<Long> found = new ArrayList<>();
    for (long candidate = ((1L << bits) - 1) / step * step + 1;
        candidate > smallest && found.size() < count;
        candidate -= step) {
      if (isPrime(candidate)) {
        found.add(candidate);
      }
    }
    if (found.size() < count) {
      throw new InvalidParametersException(
          ("%d primes of %d bits: only %d are 1 modulo %d, as ring degree %d needs; "
                  + "ask for more bits or a smaller ring degree")
              .formatted(count, bits, found.size(), step, ringDegree));
    }
    return found;
  }

  private static void checkRingDegree(int ringDegree) {
    if (ringDegree < MIN_RING_DEGREE
        || ringDegree > MAX_RING_DEGREE
        || Integer.bitCount(ringDegree) != 1) {
      throw new InvalidParametersException(
          "Ring degree %d: it must be a power of two from %d to %d"
              .formatted(ringDegree, MIN_RING_DEGREE, MAX_RING_DEGREE));
    }
  }

  private static void checkPrimeCount(int count) {
    if (count < 1 || count > MAX_PRIMES) {
      throw new InvalidParametersException(
          "%d coefficient primes: there must be from 1 to %d".formatted(count, MAX_PRIMES));
    }
  }

  private static void checkPrimeBits(int bits, String what) {
    if (bits < MIN_PRIME_BITS || bits > MAX_PRIME_BITS) {
      throw new InvalidParametersException(
          "%s: the size must be from %d to %d bits"
              .formatted(what, MIN_PRIME_BITS, MAX_PRIME_BITS));
    }
  }

  private void checkPrimes() {
    checkPrimeCount(primes.size());
    for (long prime : primes) {
      checkPrimeBits(bitLength(prime), "Coefficient prime " + prime);
      if (prime % (2L * ringDegree) != 1) {
        throw new InvalidParametersException(
            "Coefficient prime %d is %d modulo %d: ring degree %d needs 1"
                .formatted(prime, prime % (2L * ringDegree), 2L * ringDegree, ringDegree));
      }
      if (!isPrime(prime)) {
        throw new InvalidParametersException(
            "Coefficient modulus %d is not a prime".formatted(prime));
      }
      if (Collections.frequency(primes, prime) > 1) {
        throw new InvalidParametersException(
            "Coefficient prime %d is given more than once: they must differ".formatted(prime));
      }
    }
  }

  private void checkPlainModulus() {
    if (scheme == Scheme.CKKS) {
      if (plainModulus != NO_PLAIN_MODULUS) {
        throw new InvalidParametersException(
            "Plain modulus %d: CKKS has none, give %d".formatted(plainModulus, NO_PLAIN_MODULUS));
      }
      return;
    }
    if (plainModulus < 2 || plainModulus > MAX_PLAIN_MODULUS) {
      throw new InvalidParametersException(
          "Plain modulus %d: it must be from 2 to 2^59 = %d"
              .formatted(plainModulus, MAX_PLAIN_MODULUS));
    }
    if (Long.bitCount(plainModulus) != 1 && !isPrime(plainModulus)) {
      throw new InvalidParametersException(
          "Plain modulus %d: it must be a power of two or a prime".formatted(plainModulus));
    }
    // A power of two shares no factor with odd primes, and two primes share one only if equal.
    if (primes.contains(plainModulus)) {
      throw new InvalidParametersException(
          "Plain modulus %d is also a coefficient prime: they must be coprime"
              .formatted(plainModulus));
    }
    BigInteger dataModulus = product(dataPrimes());
    if (BigInteger.valueOf(plainModulus).compareTo(dataModulus) >= 0) {
      throw new InvalidParametersException(
          "Plain modulus %d: it must be smaller than the product of the data primes %s = %d"
              .formatted(plainModulus, dataPrimes(), dataModulus));
    }
  }

  private void checkSecurity() {
    if (securityBits == NO_SECURITY_BITS) {
      return;
    }
    if (securityBits != STANDARD_SECURITY_BITS) {
      throw new InvalidParametersException(
          "Security of %d bits: only %d is offered"
              .formatted(securityBits, STANDARD_SECURITY_BITS));
    }
    int limit = maxTotalPrimeBits(ringDegree).orElse(0);
    int total = totalPrimeBits();
    if (total > limit) {
      String larger =
          MAX_TOTAL_BITS.entrySet().stream()
              .filter(entry -> entry.getValue() >= total)
              .findFirst()
              .map(entry -> ", or ring degree " + entry.getKey())
              .orElse("");
      throw new InvalidParametersException(
          ("Coefficient primes of %s bits have %d bits together, special prime included: "
                  + "ring degree %d is %d-bit secure only up to %d; use fewer or smaller primes%s")
              .formatted(bitsOf(primes), total, ringDegree, securityBits, limit, larger));
    }
  }

  private ParameterDigest computeDigest() {
    ByteBuffer encoding =
        ByteBuffer.allocate(
            DIGEST_LABEL.length + 1 + 3 * Integer.BYTES + (1 + primes.size()) * Long.BYTES);
    encoding.put(DIGEST_LABEL);
    encoding.put(
        switch (scheme) {
          case BFV -> (byte) 1;
          case CKKS -> (byte) 2;
        });
    encoding.putInt(ringDegree).putInt(securityBits).putLong(plainModulus).putInt(primes.size());
    primes.forEach(encoding::putLong);
    try {
      return ParameterDigest.of(MessageDigest.getInstance("SHA-256").digest(encoding.array()));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java platform has SHA-256", e);
    }
  }

  private static boolean isPrime(long value) {
    return BigInteger.valueOf(value).isProbablePrime(PRIME_CERTAINTY);
  }

  private static int bitLength(long value) {
    return Long.SIZE - Long.numberOfLeadingZeros(value);
  }

  private static BigInteger product(List<Long> factors) {
    return factors.stream().map(BigInteger::valueOf).reduce(BigInteger.ONE, BigInteger::multiply);
  }

  private static String bitsOf(List<Long> primes) {
    Function<Long, String> bits = prime -> Integer.toString(bitLength(prime));
    return primes.stream().map(bits).collect(Collectors.joining("+"));
  }
}
