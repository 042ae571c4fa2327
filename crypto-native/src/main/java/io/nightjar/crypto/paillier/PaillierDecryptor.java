package io.nightjar.crypto.paillier;

import io.nightjar.crypto.Cancellation;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.InvalidBlockException;
import java.math.BigInteger;
import java.util.Arrays;

/** Decrypts blocks modulo the squares of the two primes, with powers that do not show them. */
public final class PaillierDecryptor {

  private final PaillierSecretKey key;
  private final FieldPacking packing;
  private final Cancellation cancellation;

  /** Creates a decryptor that gives up when its thread is interrupted; it does not own the key. */
  public PaillierDecryptor(PaillierSecretKey key) {
    this(key, Cancellation.ON_INTERRUPT);
  }

  /** Creates a decryptor; it does not own the key. */
  public PaillierDecryptor(PaillierSecretKey key, Cancellation cancellation) {
    this.key = key;
    this.packing = new FieldPacking(key.parameters());
    this.cancellation = cancellation;
  }

  /**
   * Decrypts a block.
   *
   * @throws InvalidBlockException if a plaintext is not one of packed fields
   */
  public IntegerColumns decrypt(PaillierBlock block) {
    long[] values = new long[Math.multiplyExact(block.ciphertexts(), block.records())];
    decrypt(block, values, 0);
    return new IntegerColumns(block.ciphertexts(), block.records(), values);
  }

  /**
   * Decrypts a block into an array that has the values of other columns too.
   *
   * @param first where the first column begins
   * @throws InvalidBlockException if a plaintext is not one of packed fields
   */
  public void decrypt(PaillierBlock block, long[] values, int first) {
    key.publicKey().requireSame(block);
    PaillierParameters parameters = key.parameters();
    int records = block.records();
    int lanes = block.lanes();
    int count = block.ciphertexts() * lanes;
    PaillierSecretKey.Primes primes = key.primes();
    Half p = new Half(key.first(), primes.p, primes.q);
    Half q = new Half(key.second(), primes.q, primes.p);
    BigInteger inverse = BigPowers.preferred().inverse(primes.p.mod(primes.q), primes.q);
    BigInteger[] moduloP = p.plaintexts(block.numbers(), count);
    BigInteger[] moduloQ = q.plaintexts(block.numbers(), count);
    for (int i = 0; i < count; i++) {
      BigInteger difference = moduloQ[i].subtract(moduloP[i]).multiply(inverse).mod(primes.q);
      BigInteger plaintext = difference.multiply(primes.p).add(moduloP[i]);
      int record = i % lanes * parameters.fields();
      packing.unpack(
          plaintext,
          key.publicKey().modulus(),
          values,
          first + i / lanes * records + record,
          Math.min(parameters.fields(), records - record));
    }
  }

  /**
   * One prime's half of every plaintext: with L(x) = (x - 1) / p, the plaintext modulo p is L(c^(p
   * - 1) mod p^2) / L((1 + n)^(p - 1) mod p^2), and the divisor is -q modulo p.
   */
  private final class Half {
    private final PaillierSecretKey.Residues residues;
    private final BigInteger prime;
    private final BigInteger square;
    private final BigInteger inverse;

    Half(PaillierSecretKey.Residues residues, BigInteger prime, BigInteger other) {
      this.residues = residues;
      this.prime = prime;
      this.square = prime.multiply(prime);
      this.inverse = BigPowers.preferred().inverse(prime.subtract(other.mod(prime)), prime);
    }

    BigInteger[] plaintexts(byte[] ciphertexts, int count) {
      int width = residues.ring().width();
      byte[] numbers = new byte[count * width];
      for (int i = 0; i < count; i++) {
        BigInteger ciphertext =
            LargeNumbers.get(ciphertexts, i, key.parameters().ciphertextBytes());
        LargeNumbers.put(ciphertext.mod(square), numbers, i, width);
      }
      byte[] exponent = LargeNumbers.of(prime.subtract(BigInteger.ONE), width / 2);
      byte[] powers = residues.ring().powers(numbers, exponent, cancellation);
      Arrays.fill(exponent, (byte) 0);
      BigInteger[] plaintexts = new BigInteger[count];
      for (int i = 0; i < count; i++) {
        BigInteger quotient =
            LargeNumbers.get(powers, i, width).subtract(BigInteger.ONE).divide(prime);
        plaintexts[i] = quotient.multiply(inverse).mod(prime);
      }
      return plaintexts;
    }
  }
}
