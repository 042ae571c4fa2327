package io.nightjar.rounds;

/**
 * Bounds the sums in {@link RowBounds} over the weights of a row, each of which is drawn by itself
 * and rounded to an integer.
 */
public final class RowSums {

  /** The deviations that a normal variable is above its mean with a probability below 10^-15. */
  private static final double DEVIATIONS = 8;

  private final Sum positive;
  private final Sum negative;
  private final Sum squares;

  /**
   * Begins a row.
   *
   * @param together how many weights of a row are the same draw
   */
  public RowSums(int together) {
    this.positive = new Sum(DEVIATIONS * together);
    this.negative = new Sum(DEVIATIONS * together);
    this.squares = new Sum(DEVIATIONS * together);
  }

  /**
   * Adds a weight, in steps of the row's scale.
   *
   * @param mean its mean
   * @param deviation its standard deviation
   * @param largest how far it is from its mean at most
   */
  public void add(double mean, double deviation, double largest) {
    if (largest == 0) {
      double weight = Math.rint(mean);
      positive.addExactly(Math.max(weight, 0));
      negative.addExactly(Math.max(-weight, 0));
      squares.addExactly(weight * weight);
      return;
    }
    double high = Math.max(Math.rint(mean + largest), 0);
    double low = Math.max(-Math.rint(mean - largest), 0);
    positive.add(positivePart(mean, deviation), deviation, high);
    negative.add(positivePart(-mean, deviation), deviation, low);
    double square = mean * mean + deviation * deviation;
    double squareDeviation = 2 * Math.abs(mean) * (deviation + 0.3) + 1.5 * deviation * deviation;
    double most = Math.max(high, low);
    squares.add(square, squareDeviation, most * most);
  }

  /** Returns the bounds of the row, whose bias is at most so large. */
  public RowBounds bounds(double bias) {
    return new RowBounds(
        positive.bound(), negative.bound(), squares.bound(), (long) Math.ceil(bias + 1));
  }

  /**
   * Returns a bound of E max(m + s Z, 0) for a standard normal Z, which is m Phi(m / s) + s phi(m /
   * s).
   */
  private static double positivePart(double mean, double deviation) {
    double z = mean / deviation;
    double density = 0.3989422804014327 * StrictMath.exp(-z * z / 2);
    return Math.max(mean, 0) + deviation * Math.min(density, 0.4);
  }

  /** A sum of independent terms, each with an expectation, a deviation and a largest value. */
  private static final class Sum {
    /** The amount that rounding a term to an integer may add to its expectation. */
    private static final double ROUNDING = 1 / 8.0;

    /** The variance that rounding a term to an integer adds. */
    private static final double ROUNDING_VARIANCE = 1 / 12.0;

    private final double deviations;
    private double exact;
    private double expectation;
    private double variance;
    private double largest;

    Sum(double deviations) {
      this.deviations = deviations;
    }

    void addExactly(double value) {
      exact += value;
    }

    void add(double mean, double deviation, double most) {
      expectation += mean + ROUNDING;
      variance += deviation * deviation + ROUNDING_VARIANCE;
      largest += most;
    }

    long bound() {
      double likely = expectation + deviations * Math.sqrt(variance);
      return (long) Math.ceil(exact + Math.min(likely, largest));
    }
  }
}
