package io.nightjar.crypto.paillier;

import io.nightjar.crypto.Cancellation;
import io.nightjar.crypto.EncryptionSeed;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * The randomness of encryptions: n-th powers modulo n^2, as residues modulo the squares of the two
 * primes, in groups that follow from a seed.
 */
final class RandomPowers {

  /** The residues of a group: what the kernel computes at once. */
  static final int GROUP = PaillierParameters.LANES;

  /** An exponent is a number with so many more bits than it needs, which leaves it uniform. */
  private static final int MORE_BYTES = 16;

  private final PaillierSecretKey key;
  private final EncryptionSeed seed;
  private final Cancellation cancellation;

  /** Residues modulo p^2, and of the same n-th powers modulo q^2; overwritten after use. */
  static final class Group implements AutoCloseable {
    private final byte[] first;
    private final byte[] second;

    private Group(byte[] first, byte[] second) {
      this.first = first;
      this.second = second;
    }

    byte[] first() {
      return first;
    }

    byte[] second() {
      return second;
    }

    @Override
    public void close() {
      Arrays.fill(first, (byte) 0);
      Arrays.fill(second, (byte) 0);
    }
  }

  /** Creates the powers of one encryption; key and seed stay the caller's. */
  RandomPowers(PaillierSecretKey key, EncryptionSeed seed, Cancellation cancellation) {
    this.key = key;
    this.seed = seed;
    this.cancellation = cancellation;
  }

  /** Returns a group, the same for the same number. */
  Group group(int number) {
    PaillierSecretKey.Primes primes = key.primes();
    return new Group(
        residues(key.first(), primes.p, 2 * number),
        residues(key.second(), primes.q, 2 * number + 1));
  }

  private byte[] residues(PaillierSecretKey.Residues residues, BigInteger prime, int number) {
    int width = LargeNumbers.width(prime);
    byte[] drawn = new byte[GROUP * (width + MORE_BYTES)];
    byte[] exponents = new byte[GROUP * width];
    try {
      seed.expand(number, drawn);
      BigInteger order = prime.subtract(BigInteger.ONE);
      for (int i = 0; i < GROUP; i++) {
        BigInteger exponent = LargeNumbers.get(drawn, i, width + MORE_BYTES).mod(order);
        LargeNumbers.put(exponent, exponents, i, width);
      }
      return residues.generator().powers(exponents, cancellation);
    } finally {
      Arrays.fill(drawn, (byte) 0);
      Arrays.fill(exponents, (byte) 0);
    }
  }
}
