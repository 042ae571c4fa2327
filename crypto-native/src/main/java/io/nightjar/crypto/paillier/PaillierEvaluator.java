package io.nightjar.crypto.paillier;

import io.nightjar.crypto.Cancellation;
import io.nightjar.crypto.layer.IntegerLayer;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * Evaluates linear layers on encrypted columns without the secret key: sums are products, and
 * weights are exponents.
 *
 * <p>Every result is multiplied by a fresh n-th power, h^a for an h that is itself an n-th power
 * and an exponent a of {@value #EXPONENT_BYTES} bytes. Who chooses a fresh h for every job and
 * fresh exponents for every result shows of a ciphertext's own randomness, which otherwise is a
 * product of the inputs' to the powers of the weights, as much as a short discrete logarithm modulo
 * the primes does. Plaintexts are not touched: what they say about the weights they still say.
 *
 * <p>It is safe to use from many threads.
 */
public final class PaillierEvaluator implements AutoCloseable {

  /** The length of an exponent of a mask: twice the security level in bits. */
  public static final int EXPONENT_BYTES = 32;

  /** So much more than n, the bytes that a base follows from, that it is uniform modulo n. */
  private static final int MORE_BYTES = 16;

  private final PaillierPublicKey key;
  private final NumberRing.FixedBase mask;
  private final Cancellation cancellation;

  /**
   * Creates an evaluator that gives up when its thread is interrupted.
   *
   * @param key stays the caller's
   * @param maskBytes as many secret random bytes as {@link #maskBytes} says, fresh for every job
   */
  public PaillierEvaluator(PaillierPublicKey key, byte[] maskBytes) {
    this(key, maskBytes, Cancellation.ON_INTERRUPT);
  }

  /** Creates an evaluator. */
  public PaillierEvaluator(PaillierPublicKey key, byte[] maskBytes, Cancellation cancellation) {
    this.key = Objects.requireNonNull(key, "key");
    this.cancellation = Objects.requireNonNull(cancellation, "cancellation");
    if (maskBytes.length != maskBytes(key.parameters())) {
      throw new IllegalArgumentException(
          "A mask follows from %d bytes, not %d"
              .formatted(maskBytes(key.parameters()), maskBytes.length));
    }
    BigInteger root = new BigInteger(1, maskBytes).mod(key.modulus());
    byte[] power =
        key.ring()
            .powers(
                LargeNumbers.of(root, key.ring().width()),
                LargeNumbers.of(key.modulus(), key.parameters().plaintextBytes()),
                cancellation);
    this.mask = key.ring().fixedBase(power, EXPONENT_BYTES);
    Arrays.fill(power, (byte) 0);
  }

  /** Returns how many random bytes a mask follows from. */
  public static int maskBytes(PaillierParameters parameters) {
    return parameters.plaintextBytes() + MORE_BYTES;
  }

  /** Columns, and their inverses, ready to be multiplied. */
  public static final class Prepared implements AutoCloseable {
    private final NumberRing.LaneColumns columns;
    private final int records;

    private Prepared(NumberRing.LaneColumns columns, int records) {
      this.columns = columns;
      this.records = records;
    }

    @Override
    public void close() {
      columns.close();
    }
  }

  /** Prepares a block for any number of layers; the caller closes the result. */
  public Prepared prepare(PaillierBlock block) {
    key.requireSame(block);
    return new Prepared(key.ring().columns(block.numbers(), block.lanes()), block.records());
  }

  /** Returns the bytes that the masks of a tile's results take. */
  public int exponentBytes(IntegerLayer.Tile tile, int records) {
    int results = Math.multiplyExact(tile.columns(), key.parameters().lanes(records));
    return Math.multiplyExact(results, EXPONENT_BYTES);
  }

  /**
   * Evaluates one tile of a layer, and masks the results.
   *
   * @param exponents of the masks: secret, uniform, and never used before with this key and base
   */
  public PaillierBlock apply(
      IntegerLayer layer, IntegerLayer.Tile tile, Prepared input, byte[] exponents) {
    layer.check(tile);
    PaillierParameters parameters = key.parameters();
    if (exponents.length != exponentBytes(tile, input.records)) {
      throw new IllegalArgumentException(
          "%d results need masks of %d bytes, not %d"
              .formatted(tile.columns(), exponentBytes(tile, input.records), exponents.length));
    }
    int terms = layer.terms();
    int lastGather = tile.firstGather() + tile.gatherCount();
    byte[] results =
        input.columns.multipower(
            terms,
            rows(layer.weights(), tile, terms),
            Arrays.copyOfRange(layer.gathered(), tile.firstGather() * terms, lastGather * terms),
            biases(layer.bias(), tile, parameters),
            mask,
            exponents,
            cancellation);
    return new PaillierBlock(key, tile.columns(), input.records, results);
  }

  private static int[] rows(int[] weights, IntegerLayer.Tile tile, int terms) {
    int first = tile.firstRow() * terms;
    return Arrays.copyOfRange(weights, first, first + tile.rowCount() * terms);
  }

  /** A row's bias is in every field: 1 + b (1 + 2^f + 2^2f + ...) n adds it. */
  private byte[] biases(
      Optional<Object> bias, IntegerLayer.Tile tile, PaillierParameters parameters) {
    if (bias.isPresent() && !(bias.get() instanceof long[])) {
      throw new IllegalArgumentException("Biases are integers for Paillier, not real numbers");
    }
    long[] integers = (long[]) bias.orElseGet(() -> new long[tile.firstRow() + tile.rowCount()]);
    BigInteger ones = parameters.ones();
    int width = key.ring().width();
    byte[] factors = new byte[tile.rowCount() * width];
    for (int row = 0; row < tile.rowCount(); row++) {
      BigInteger plaintext = ones.multiply(BigInteger.valueOf(integers[tile.firstRow() + row]));
      BigInteger factor = plaintext.mod(key.modulus()).multiply(key.modulus()).add(BigInteger.ONE);
      LargeNumbers.put(factor, factors, row, width);
    }
    return factors;
  }

  @Override
  public void close() {
    mask.close();
  }
}
