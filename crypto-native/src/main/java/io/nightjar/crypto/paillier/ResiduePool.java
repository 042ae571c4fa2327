package io.nightjar.crypto.paillier;

import io.nightjar.crypto.Cancellation;
import io.nightjar.crypto.CancelledException;
import io.nightjar.crypto.ClosedException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Randomness of encryptions, computed in the background before it is needed: uniform n-th powers
 * modulo n^2, as residues modulo the squares of the two primes.
 *
 * <p>Each is handed out once. The pool holds a bounded number; whoever finds it empty computes its
 * own. It is safe to use from many threads.
 */
public final class ResiduePool implements AutoCloseable {

  /** The residues of one entry: what the kernel computes at once. */
  static final int GROUP = PaillierParameters.LANES;

  private final PaillierSecretKey key;
  private final ArrayBlockingQueue<Group> ready;
  private final Thread thread;
  private volatile boolean closed;

  /** Residues modulo p^2, and of the same n-th powers modulo q^2; overwritten after use. */
  static final class Group {
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

    void wipe() {
      Arrays.fill(first, (byte) 0);
      Arrays.fill(second, (byte) 0);
    }
  }

  /**
   * Creates a pool and begins to fill it; it does not own the key.
   *
   * @param mostBytes about the memory that it may take; at least one group is kept ready
   */
  public ResiduePool(PaillierSecretKey key, long mostBytes) {
    this.key = key;
    long groupBytes = (long) GROUP * key.parameters().ciphertextBytes();
    this.ready =
        new ArrayBlockingQueue<>((int) Math.max(1, Math.min(mostBytes / groupBytes, 1 << 20)));
    this.thread = new Thread(this::fill, "nightjar-residues");
    thread.setDaemon(true);
    thread.start();
  }

  private void fill() {
    try {
      while (!closed) {
        Group group = make(key, () -> closed);
        try {
          ready.put(group);
        } catch (InterruptedException e) {
          group.wipe();
          throw e;
        }
      }
    } catch (InterruptedException | CancelledException | ClosedException e) {
      // Closed: there is nobody to make more for.
    }
  }

  /** Returns {@link #GROUP} residues that nobody else gets. */
  Group take(Cancellation cancellation) {
    Group group = ready.poll();
    return group != null ? group : make(key, cancellation);
  }

  /** Returns how many groups are ready. */
  int size() {
    return ready.size();
  }

  static Group make(PaillierSecretKey key, Cancellation cancellation) {
    PaillierSecretKey.Primes primes = key.primes();
    return new Group(
        make(key.first(), primes.p, cancellation), make(key.second(), primes.q, cancellation));
  }

  private static byte[] make(
      PaillierSecretKey.Residues residues, BigInteger prime, Cancellation cancellation) {
    SecureRandom random = new SecureRandom();
    int width = LargeNumbers.width(prime);
    byte[] exponents = new byte[GROUP * width];
    BigInteger order = prime.subtract(BigInteger.ONE);
    for (int i = 0; i < GROUP; i++) {
      BigInteger exponent;
      do {
        exponent = new BigInteger(prime.bitLength(), random);
      } while (exponent.compareTo(order) >= 0);
      LargeNumbers.put(exponent, exponents, i, width);
    }
    try {
      return residues.generator().powers(exponents, cancellation);
    } finally {
      Arrays.fill(exponents, (byte) 0);
    }
  }

  private void empty() {
    for (Group group = ready.poll(); group != null; group = ready.poll()) {
      group.wipe();
    }
  }

  /** Stops the thread, waits until it no longer uses the key, and overwrites what is left. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) { // milliseconds
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    empty();
  }

  @Override
  public String toString() {
    return "ResiduePool[%d ready]".formatted(size());
  }
}
