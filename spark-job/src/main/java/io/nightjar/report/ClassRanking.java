package io.nightjar.report;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Optional;

/**
 * How well the probability of a class puts records of it before others.
 *
 * <p>Of up to a million probabilities, over all classes that are ranked, it keeps each, and its
 * figures are exact. Of more it counts how many lie in each of its cells, which are narrow near 0
 * and near 1; figures are then of records that count as equal if they share a cell, and it says how
 * far these figures can be from the true ones. In either case they do not depend on the order of
 * the records. One thread may use it at a time.
 */
final class ClassRanking implements Serializable {

  private static final long serialVersionUID = 1;

  /** So many probabilities are kept, over all classes that are ranked beside each other. */
  static final int MOST_KEPT = 1 << 20;

  /** So many counts there are, over all classes. */
  private static final int MOST_COUNTS = 1 << 21;

  /** Probabilities below 2 to minus this power are all in the first cell. */
  private static final int OCTAVES = 32;

  private static final int MOST_BITS = 10;
  private static final int FEWEST_KEPT = 16;
  private static final int FLOAT_BITS = 23;
  private static final int LOWEST = Float.floatToIntBits(1f / (1L << (OCTAVES + 1)));

  /** How many bits of a probability tell cells within an octave apart. */
  private final int bits;

  private final int mostKept;
  private long positives;
  private long negatives;

  /** What is kept: probabilities, those of records of the class with a minus. */
  private transient double[] kept = new double[FEWEST_KEPT];

  private int size;

  /** What is counted: in each cell records of the class, and others; none while all are kept. */
  private transient long[][] counted = {};

  /**
   * Creates one without records.
   *
   * @param beside how many classes are ranked beside each other
   */
  ClassRanking(int beside) {
    this(beside, Math.max(1, MOST_KEPT / beside));
  }

  ClassRanking(int beside, int mostKept) {
    this.mostKept = mostKept;
    int cells = MOST_COUNTS / beside / 2;
    int log = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(cells / (2 * OCTAVES));
    this.bits = Math.min(MOST_BITS, log);
  }

  /** Adds a record. */
  void add(double probability, boolean isPositive) {
    positives += isPositive ? 1 : 0;
    negatives += isPositive ? 0 : 1;
    if (counted.length > 0) {
      counted[cell(probability)][isPositive ? 0 : 1]++;
      return;
    }
    if (size == mostKept) {
      count();
      counted[cell(probability)][isPositive ? 0 : 1]++;
      return;
    }
    if (size == kept.length) {
      kept = Arrays.copyOf(kept, Math.min(2 * size, mostKept));
    }
    // With a minus also -0.0 is told from 0.0.
    kept[size++] = isPositive ? -probability : probability;
  }

  /** Takes the records of another. */
  void add(ClassRanking other) {
    positives += other.positives;
    negatives += other.negatives;
    if (counted.length == 0 && (other.counted.length > 0 || size + other.size > mostKept)) {
      count();
    }
    if (counted.length == 0) {
      double[] all = Arrays.copyOf(kept, Math.max(FEWEST_KEPT, size + other.size));
      System.arraycopy(other.kept, 0, all, size, other.size);
      kept = all;
      size += other.size;
      return;
    }
    for (int i = 0; i < other.size; i++) {
      count(other.kept[i]);
    }
    for (int cell = 0; cell < other.counted.length; cell++) {
      counted[cell][0] += other.counted[cell][0];
      counted[cell][1] += other.counted[cell][1];
    }
  }

  /** Counts what is kept. */
  private void count() {
    counted = new long[cell(1) + 1][2];
    for (int i = 0; i < size; i++) {
      count(kept[i]);
    }
    kept = new double[0];
    size = 0;
  }

  private void count(double signed) {
    counted[cell(Math.abs(signed))][isPositive(signed) ? 0 : 1]++;
  }

  private static boolean isPositive(double signed) {
    return Math.copySign(1, signed) < 0;
  }

  /** Returns the cell of a probability: as far from the last as that of its complement from 0. */
  private int cell(double probability) {
    int half = 1 + (OCTAVES << bits);
    return probability <= 0.5
        ? below(probability)
        : 2 * half - 1 - below(Math.max(0, 1 - probability));
  }

  /** Floats that are not negative have the same order as their bits. */
  private int below(double probability) {
    int above = Float.floatToIntBits((float) probability) - LOWEST;
    return above < 0 ? 0 : Math.min(above >> (FLOAT_BITS - bits), OCTAVES << bits);
  }

  /** Records of which nobody knows which comes first. */
  private interface Groups {
    void take(long positives, long negatives);
  }

  /** Hands out all records in groups of equals, the most probable first. */
  private void groups(Groups to) {
    if (counted.length > 0) {
      for (int cell = counted.length - 1; cell >= 0; cell--) {
        if (counted[cell][0] + counted[cell][1] > 0) {
          to.take(counted[cell][0], counted[cell][1]);
        }
      }
      return;
    }
    double[] positive = sorted(true);
    double[] negative = sorted(false);
    int p = positive.length - 1;
    int n = negative.length - 1;
    while (p >= 0 || n >= 0) {
      double most = Math.max(p >= 0 ? positive[p] : -1, n >= 0 ? negative[n] : -1);
      int firstP = p;
      int firstN = n;
      while (p >= 0 && positive[p] == most) {
        p--;
      }
      while (n >= 0 && negative[n] == most) {
        n--;
      }
      to.take(firstP - p, firstN - n);
    }
  }

  private double[] sorted(boolean ofTheClass) {
    return Arrays.stream(kept, 0, size)
        .filter(signed -> isPositive(signed) == ofTheClass)
        .map(Math::abs)
        .sorted()
        .toArray();
  }

  /** Returns the figures of the records so far; none unless some are of the class and some not. */
  Optional<RankingFigures> figures() {
    if (positives == 0 || negatives == 0) {
      return Optional.empty();
    }
    Sums sums = new Sums();
    groups(sums::take);
    boolean exact = counted.length == 0;
    return Optional.of(sums.figures(exact));
  }

  /** Returns which share of the class is among the records of highest probability. */
  Optional<GainsCurve> gains() {
    if (positives == 0 || negatives == 0) {
      return Optional.empty();
    }
    GainsCurve.Maker maker = new GainsCurve.Maker(positives, negatives);
    groups(maker::take);
    return Optional.of(maker.curve());
  }

  /** Adds groups up, the most probable first. */
  private final class Sums {
    private long positivesBefore;
    private long negativesBefore;
    private double concordant; // pairs in the right order; of equals half
    private double equal; // pairs of equals
    private double precision; // the sum over records of the class
    private double leastPrecision;
    private double mostPrecision;

    void take(long p, long n) {
      concordant += (double) p * (negatives - negativesBefore - n) + 0.5 * p * n;
      equal += (double) p * n;
      double before = (double) positivesBefore + negativesBefore;
      precision += p == 0 ? 0 : p * ((positivesBefore + p) / (before + p + n));
      // Had the group an order, a record of the class could not come sooner than before all others
      // of the group, and not later than behind them and those of the class before it.
      mostPrecision +=
          p == 0
              ? 0
              : p * ((positivesBefore + p) / (double) (positivesBefore + p + negativesBefore));
      for (long j = 1; j <= p; j++) {
        leastPrecision += (positivesBefore + j) / (before + j + n);
      }
      positivesBefore += p;
      negativesBefore += n;
    }

    RankingFigures figures(boolean exact) {
      double pairs = (double) positives * negatives;
      double average = precision / positives;
      double within =
          Math.max(mostPrecision / positives - average, average - leastPrecision / positives);
      return RankingFigures.of(
          positives,
          negatives,
          concordant / pairs,
          exact ? 0 : equal / 2 / pairs,
          average,
          exact ? 0 : within);
    }
  }

  /** Writes what is kept, and of what is counted only cells with records. */
  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    for (int i = 0; i < size; i++) {
      out.writeDouble(kept[i]);
    }
    out.writeInt(counted.length);
    for (int cell = 0; cell < counted.length; cell++) {
      if (counted[cell][0] + counted[cell][1] > 0) {
        out.writeInt(cell);
        out.writeLong(counted[cell][0]);
        out.writeLong(counted[cell][1]);
      }
    }
    out.writeInt(-1);
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    kept = new double[Math.max(size, FEWEST_KEPT)];
    for (int i = 0; i < size; i++) {
      kept[i] = in.readDouble();
    }
    counted = new long[in.readInt()][2];
    for (int cell = in.readInt(); cell >= 0; cell = in.readInt()) {
      counted[cell][0] = in.readLong();
      counted[cell][1] = in.readLong();
    }
  }
}
