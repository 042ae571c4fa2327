package io.nightjar.crypto.naive;

import io.nightjar.crypto.paillier.BigPowers;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Random;

/**
 * What Paillier as the textbook has it takes, in seconds, for benchmarks to compare with: one
 * ciphertext for each value, r^n modulo n^2 for each encryption, one power for each weight, an
 * inverse first where that is negative, and decryption modulo the squares of the two primes. Powers
 * and inverses are GMP's where it can be loaded.
 */
public final class NaivePaillierCosts {

  private final Random random = new SecureRandom();
  private final BigPowers powers = BigPowers.preferred();
  private final BigInteger p;
  private final BigInteger q;
  private final BigInteger n;
  private final BigInteger square;

  /** Draws primes that need not be safe to take their time. */
  public NaivePaillierCosts(int modulusBits) {
    this.p = BigInteger.probablePrime(modulusBits / 2, random);
    this.q = BigInteger.probablePrime(modulusBits / 2, random);
    this.n = p.multiply(q);
    this.square = n.multiply(n);
  }

  private BigInteger unit() {
    return new BigInteger(square.bitLength() - 1, random).mod(square);
  }

  private BigInteger encrypt(long value) {
    BigInteger plain = BigInteger.valueOf(value).multiply(n).add(BigInteger.ONE).mod(square);
    return powers.publicPower(unit(), n, square).multiply(plain).mod(square);
  }

  private BigInteger decrypt(BigInteger ciphertext) {
    BigInteger byP = half(ciphertext, p, q);
    BigInteger byQ = half(ciphertext, q, p);
    return byQ.subtract(byP).multiply(p.modInverse(q)).mod(q).multiply(p).add(byP);
  }

  private BigInteger half(BigInteger ciphertext, BigInteger prime, BigInteger other) {
    BigInteger modulus = prime.multiply(prime);
    BigInteger exponent = prime.subtract(BigInteger.ONE);
    BigInteger power = powers.publicPower(ciphertext.mod(modulus), exponent, modulus);
    BigInteger quotient = power.subtract(BigInteger.ONE).divide(prime);
    return quotient.multiply(other.negate().modInverse(prime)).mod(prime);
  }

  /** Returns what an encryption takes, over about so long a time. */
  public double encrypt(double nanos) {
    int[] next = {0};
    return seconds(() -> encrypt(next[0]++), nanos);
  }

  /** Returns what a decryption takes, over about so long a time. */
  public double decrypt(double nanos) {
    BigInteger ciphertext = encrypt(12345);
    if (decrypt(ciphertext).intValueExact() != 12345) {
      throw new IllegalStateException("The naive program does not decrypt what it encrypted");
    }
    return seconds(() -> decrypt(ciphertext), nanos);
  }

  /** Returns what the power with a weight, and the product with the sum so far, take on average. */
  public double product(int[] weights, double nanos) {
    int[] factors = Arrays.stream(weights).filter(weight -> weight != 0).toArray();
    if (factors.length == 0) { // nothing to multiply
      return 0;
    }
    BigInteger ciphertext = unit();
    BigInteger[] sum = {BigInteger.ONE};
    int[] next = {0};
    return seconds(
        () -> {
          int weight = factors[next[0]++ % factors.length];
          BigInteger base = weight < 0 ? powers.inverse(ciphertext, square) : ciphertext;
          BigInteger exponent = BigInteger.valueOf(Math.abs((long) weight));
          BigInteger power = powers.publicPower(base, exponent, square);
          sum[0] = sum[0].multiply(power).mod(square);
        },
        nanos);
  }

  private static double seconds(Runnable work, double nanos) {
    work.run();
    long start = System.nanoTime();
    int count = 0;
    while (count == 0 || System.nanoTime() - start < nanos) {
      work.run();
      count++;
    }
    return (System.nanoTime() - start) / 1e9 / count;
  }
}
