package io.nightjar.crypto.layer;

import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.IntegerColumns;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * A linear layer as integers: output (row, gather) is the sum over k of weights[row][k] times the
 * input column gathered[gather][k], plus the row's bias.
 *
 * <p>A dense layer has one gather, a convolution one for every output position. The layer does not
 * know scales; the plan does.
 */
public final class IntegerLayer {

  /** The widest weights, in bits with the sign. */
  public static final int MAX_WEIGHT_BITS = 24;

  /** In place of a column: a term that is zero, as padding is. */
  public static final int NO_COLUMN = -1;

  private final int rows;
  private final int terms;
  private final int gathers;
  private final int[] weights;
  private final int[] gathered;
  private final Optional<Object> bias;

  private IntegerLayer(
      int rows, int terms, int gathers, int[] weights, int[] gathered, Optional<Object> bias) {
    this.rows = rows;
    this.terms = terms;
    this.gathers = gathers;
    this.weights = weights;
    this.gathered = gathered;
    this.bias = bias;
  }

  /**
   * Returns a layer over gathered columns.
   *
   * @param weights row after row, {@code terms} each
   * @param gathered gather after gather, {@code terms} column numbers or {@link #NO_COLUMN} each
   * @throws IllegalArgumentException if a length, a weight or a column does not fit
   */
  public static IntegerLayer of(int rows, int terms, int[] weights, int[] gathered) {
    return take(rows, terms, weights.clone(), gathered.clone());
  }

  /**
   * Returns a layer that takes the arrays over instead of copying them: whoever passes them on no
   * longer writes to them. Several layers may share them.
   *
   * @param weights row after row, {@code terms} each
   * @param gathered gather after gather, {@code terms} column numbers or {@link #NO_COLUMN} each
   * @throws IllegalArgumentException if a length, a weight or a column does not fit
   */
  public static IntegerLayer take(int rows, int terms, int[] weights, int[] gathered) {
    if (rows < 1 || terms < 1 || (long) rows * terms != weights.length) {
      throw new IllegalArgumentException(
          "%d rows of %d terms need %d weights, not %d"
              .formatted(rows, terms, (long) rows * terms, weights.length));
    }
    if (gathered.length == 0 || gathered.length % terms != 0) {
      throw new IllegalArgumentException(
          "Gathers of %d terms cannot have %d columns in all".formatted(terms, gathered.length));
    }
    int gathers = gathered.length / terms;
    if ((long) rows * gathers > EncryptedBlock.MAX_CIPHERTEXTS) {
      throw new IllegalArgumentException(
          "%d rows at %d positions are more than %d output columns"
              .formatted(rows, gathers, EncryptedBlock.MAX_CIPHERTEXTS));
    }
    int limit = 1 << (MAX_WEIGHT_BITS - 1);
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] < -limit || weights[i] >= limit) {
        throw new IllegalArgumentException(
            "Weight %d of row %d, term %d is outside [%d, %d)"
                .formatted(weights[i], i / terms, i % terms, -limit, limit));
      }
    }
    for (int i = 0; i < gathered.length; i++) {
      if (gathered[i] < NO_COLUMN) {
        throw new IllegalArgumentException(
            "Gather %d, term %d reads column %d; only %d stands for no column"
                .formatted(i / terms, i % terms, gathered[i], NO_COLUMN));
      }
    }
    return new IntegerLayer(rows, terms, gathers, weights, gathered, Optional.empty());
  }

  /** Returns a dense layer that reads columns 0 to {@code terms} - 1. */
  public static IntegerLayer dense(int rows, int terms, int[] weights) {
    int[] gathered = new int[Math.max(terms, 0)];
    Arrays.setAll(gathered, k -> k);
    return take(rows, terms, weights.clone(), gathered);
  }

  /** Returns the layer with a bias for each row: integers, for BFV. */
  public IntegerLayer withBias(long[] values) {
    return withBias(values.length, values.clone());
  }

  /** Returns the layer with a bias for each row: real numbers, at the block's scale, for CKKS. */
  public IntegerLayer withBias(double[] values) {
    return withBias(values.length, values.clone());
  }

  private IntegerLayer withBias(int length, Object values) {
    if (length != rows) {
      throw new IllegalArgumentException(
          "%d rows need as many biases, not %d".formatted(rows, length));
    }
    return new IntegerLayer(rows, terms, gathers, weights, gathered, Optional.of(values));
  }

  /** Returns the rows of weights. */
  public int rows() {
    return rows;
  }

  /** Returns the weights of a row. */
  public int[] rowWeights(int row) {
    check(new Tile(row, 1, 0, 1));
    return Arrays.copyOfRange(weights, row * terms, (row + 1) * terms);
  }

  /** Returns the terms of each sum. */
  public int terms() {
    return terms;
  }

  /** Returns the gathers: output positions of a convolution, 1 for a dense layer. */
  public int gathers() {
    return gathers;
  }

  /** Returns how many products of one output are not with zero: what SEAL has to multiply. */
  public int products(int row, int gather) {
    check(new Tile(row, 1, gather, 1));
    int products = 0;
    for (int k = 0; k < terms; k++) {
      if (weights[row * terms + k] != 0 && gathered[gather * terms + k] != NO_COLUMN) {
        products++;
      }
    }
    return products;
  }

  /** Returns the tile that is the whole layer. */
  public Tile whole() {
    return new Tile(0, rows, 0, gathers);
  }

  /**
   * A part of a layer's outputs. Output (row, gather) is column (row - firstRow) * gatherCount +
   * (gather - firstGather) of the result.
   */
  public record Tile(int firstRow, int rowCount, int firstGather, int gatherCount) {

    /** Returns the number of output columns. */
    public int columns() {
      return Math.multiplyExact(rowCount, gatherCount);
    }

    /**
     * Refuses a tile that is not part of a layer of so many rows and gathers.
     *
     * @throws IllegalArgumentException naming the tile
     */
    public void requireWithin(int rows, int gathers) {
      boolean inside =
          firstRow >= 0
              && rowCount >= 1
              && rowCount <= rows - firstRow
              && firstGather >= 0
              && gatherCount >= 1
              && gatherCount <= gathers - firstGather;
      if (!inside) {
        throw new IllegalArgumentException(
            "%s is not part of a layer of %d rows and %d gathers".formatted(this, rows, gathers));
      }
    }
  }

  /**
   * Refuses a tile that is not part of this layer: for the packages under io.nightjar.crypto only.
   */
  public void check(Tile tile) {
    Objects.requireNonNull(tile, "tile");
    tile.requireWithin(rows, gathers);
  }

  /**
   * Evaluates the layer on integers in the clear: what decrypting the encrypted result must give.
   *
   * @throws IllegalArgumentException if a gathered column is not there
   * @throws ArithmeticException if a sum leaves 64 bits
   */
  public IntegerColumns evaluate(IntegerColumns input) {
    int records = input.records();
    long[] from = input.values();
    long[] to = new long[Math.multiplyExact(whole().columns(), records)];
    for (int row = 0; row < rows; row++) {
      long start = integerBias(row);
      for (int gather = 0; gather < gathers; gather++) {
        int target = (row * gathers + gather) * records;
        Arrays.fill(to, target, target + records, start);
        for (int k = 0; k < terms; k++) {
          int column = gathered[gather * terms + k];
          long weight = weights[row * terms + k];
          if (column == NO_COLUMN || weight == 0) {
            continue;
          }
          if (column < 0 || column >= input.columns()) {
            throw new IllegalArgumentException(
                "Gather %d reads column %d of %d".formatted(gather, column, input.columns()));
          }
          int source = column * records;
          for (int j = 0; j < records; j++) {
            to[target + j] =
                Math.addExact(to[target + j], Math.multiplyExact(weight, from[source + j]));
          }
        }
      }
    }
    return new IntegerColumns(whole().columns(), records, to);
  }

  private long integerBias(int row) {
    if (bias.isEmpty()) {
      return 0;
    }
    if (bias.get() instanceof long[] integers) {
      return integers[row];
    }
    throw new IllegalArgumentException("The biases of this layer are real numbers");
  }

  /**
   * Returns the array of weights itself, row after row, which nobody writes to: for the packages
   * under io.nightjar.crypto only.
   */
  public int[] weights() {
    return weights;
  }

  /**
   * Returns the array of gathered columns itself, gather after gather, which nobody writes to: for
   * the packages under io.nightjar.crypto only.
   */
  public int[] gathered() {
    return gathered;
  }

  /**
   * Returns the array of biases itself, a {@code long[]} or a {@code double[]} which nobody writes
   * to: for the packages under io.nightjar.crypto only.
   */
  public Optional<Object> bias() {
    return bias;
  }

  @Override
  public String toString() {
    return "IntegerLayer[%d rows, %d terms, %d gathers]".formatted(rows, terms, gathers);
  }
}
