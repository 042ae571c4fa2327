package io.nightjar.crypto.paillier;

import io.nightjar.crypto.Cancellation;
import io.nightjar.crypto.EncryptionSeed;
import io.nightjar.crypto.IntegerColumns;
import java.math.BigInteger;

/**
 * Encrypts the columns of a batch with the secret key: a ciphertext is (1 + m n) r^n modulo n^2,
 * computed modulo p^2 and q^2.
 */
public final class PaillierEncryptor {

  private final PaillierSecretKey key;
  private final FieldPacking packing;
  private final Cancellation cancellation;

  /**
   * Creates an encryptor that gives up when its thread is interrupted; the key stays the caller's.
   */
  public PaillierEncryptor(PaillierSecretKey key) {
    this(key, Cancellation.ON_INTERRUPT);
  }

  /** Creates an encryptor; the key stays the caller's. */
  public PaillierEncryptor(PaillierSecretKey key, Cancellation cancellation) {
    this.key = key;
    this.packing = new FieldPacking(key.parameters());
    this.cancellation = cancellation;
  }

  /** Encrypts integers with randomness that nobody has again. */
  public PaillierBlock encrypt(IntegerColumns columns) {
    try (EncryptionSeed seed = EncryptionSeed.fresh()) {
      return encrypt(columns, seed);
    }
  }

  /**
   * Encrypts integers.
   *
   * @param seed what all randomness follows from; no other integers may meet it
   * @throws IllegalArgumentException if a value does not fit its field, naming it
   */
  public PaillierBlock encrypt(IntegerColumns columns, EncryptionSeed seed) {
    PaillierParameters parameters = key.parameters();
    int records = columns.records();
    int lanes = parameters.lanes(records);
    int count = Math.multiplyExact(columns.columns(), lanes);
    byte[] numbers = new byte[Math.toIntExact(parameters.blockBytes(columns.columns(), records))];
    Crt crt = new Crt(key);
    RandomPowers powers = new RandomPowers(key, seed, cancellation);
    for (int begin = 0; begin < count; begin += RandomPowers.GROUP) {
      try (RandomPowers.Group residues = powers.group(begin / RandomPowers.GROUP)) {
        for (int i = 0; i < Math.min(RandomPowers.GROUP, count - begin); i++) {
          int column = (begin + i) / lanes;
          int record = (begin + i) % lanes * parameters.fields();
          BigInteger plaintext =
              packing.pack(
                  columns.values(),
                  column * records + record,
                  Math.min(parameters.fields(), records - record));
          BigInteger ciphertext = crt.encrypt(plaintext, residues, i);
          LargeNumbers.put(ciphertext, numbers, begin + i, parameters.ciphertextBytes());
        }
      }
    }
    return new PaillierBlock(key.publicKey(), columns.columns(), records, numbers);
  }

  /** Puts residues modulo p^2 and q^2 together. */
  private static final class Crt {
    private final BigInteger n;
    private final BigInteger p2;
    private final BigInteger q2;
    private final BigInteger inverse; // of p^2 modulo q^2
    private final int width;

    Crt(PaillierSecretKey key) {
      PaillierSecretKey.Primes primes = key.primes();
      this.n = key.publicKey().modulus();
      this.p2 = primes.p.multiply(primes.p);
      this.q2 = primes.q.multiply(primes.q);
      this.inverse = BigPowers.preferred().inverse(p2.mod(q2), q2);
      this.width = key.first().ring().width();
    }

    BigInteger encrypt(BigInteger plaintext, RandomPowers.Group residues, int index) {
      BigInteger factor = plaintext.multiply(n).add(BigInteger.ONE);
      BigInteger first = LargeNumbers.get(residues.first(), index, width).multiply(factor).mod(p2);
      BigInteger second =
          LargeNumbers.get(residues.second(), index, width).multiply(factor).mod(q2);
      return second.subtract(first).multiply(inverse).mod(q2).multiply(p2).add(first);
    }
  }
}
