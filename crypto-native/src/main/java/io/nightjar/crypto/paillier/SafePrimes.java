package io.nightjar.crypto.paillier;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.BitSet;

/**
 * Draws primes p of which (p - 1) / 2 is a prime, too.
 *
 * <p>Candidates q for (p - 1) / 2 lie in a row from a random odd number up; a sieve takes out those
 * of which q or 2 q + 1 has a small factor, and Fermat's test most of the rest. What is returned
 * has passed {@link BigInteger#isProbablePrime}, that is Miller-Rabin's test with random bases and
 * Lucas-Lehmer's.
 */
final class SafePrimes {

  /** A composite is taken for a prime with a probability below 2^-CERTAINTY. */
  static final int CERTAINTY = 128;

  private static final int MOST_SIEVED = 1 << 20;
  private static final int ROW = 1 << 16;

  private final SecureRandom random;
  private final BigPowers powers;

  SafePrimes(SecureRandom random, BigPowers powers) {
    this.random = random;
    this.powers = powers;
  }

  /** Returns a safe prime of exactly so many bits, the upper two of which are set. */
  BigInteger next(int bits) {
    int[] smallPrimes = oddPrimesBelow(Math.min(MOST_SIEVED, bits * bits / 2));
    while (true) {
      // Two upper bits: a product of two such primes has twice as many bits, never one less.
      BigInteger start =
          new BigInteger(bits - 1, random).setBit(bits - 2).setBit(bits - 3).setBit(0);
      BitSet composite = sieve(start, smallPrimes);
      for (int i = composite.nextClearBit(0); i < ROW; i = composite.nextClearBit(i + 1)) {
        BigInteger half = start.add(BigInteger.valueOf(2L * i));
        BigInteger prime = half.shiftLeft(1).setBit(0);
        if (prime.bitLength() != bits) {
          break;
        }
        if (passesFermat(half)
            && passesFermat(prime)
            && half.isProbablePrime(CERTAINTY)
            && prime.isProbablePrime(CERTAINTY)) {
          return prime;
        }
      }
    }
  }

  private boolean passesFermat(BigInteger candidate) {
    return powers
        .power(BigInteger.TWO, candidate.subtract(BigInteger.ONE), candidate)
        .equals(BigInteger.ONE);
  }

  /** Bit i is set where start + 2 i, or twice that and one, has a small factor. */
  private static BitSet sieve(BigInteger start, int[] smallPrimes) {
    BitSet composite = new BitSet(ROW);
    for (int prime : smallPrimes) {
      int rest = start.mod(BigInteger.valueOf(prime)).intValue();
      // start + 2 i = 0 modulo the prime, and start + 2 i = (prime - 1) / 2.
      int half = (prime + 1) / 2; // the inverse of 2
      mark(composite, prime, (long) (prime - rest) * half % prime);
      mark(composite, prime, (long) (half - 1 - rest + prime) * half % prime);
    }
    return composite;
  }

  private static void mark(BitSet composite, int prime, long first) {
    for (long i = first; i < ROW; i += prime) {
      composite.set((int) i);
    }
  }

  private static int[] oddPrimesBelow(int limit) {
    BitSet composite = new BitSet(limit);
    for (int i = 3; i * i < limit; i += 2) {
      for (int j = i * i; j < limit && !composite.get(i); j += 2 * i) {
        composite.set(j);
      }
    }
    return java.util.stream.IntStream.iterate(3, i -> i < limit, i -> i + 2)
        .filter(i -> !composite.get(i))
        .toArray();
  }
}
