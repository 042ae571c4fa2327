package io.nightjar.protocol;

import io.nightjar.plan.Plan;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Measures what the data owner sees of each round of a job, over all batches and draws: how many of
 * its inputs lay outside the plan's range, and how near its results came to what the plan promises.
 * It is safe to use from many threads.
 */
public final class RoundMeasures {

  private final List<Measure> rounds;

  /** The measures of one round. */
  private static final class Measure {
    private double leastMarginBits = Double.POSITIVE_INFINITY;
    private long largest;
    private long inputs;
    private long outside;
  }

  RoundMeasures(Plan plan) {
    this.rounds =
        IntStream.range(0, plan.rounds().size()).mapToObj(round -> new Measure()).toList();
  }

  void add(int round, double marginBits, long largest) {
    Measure measure = rounds.get(round);
    synchronized (measure) {
      measure.leastMarginBits = Math.min(measure.leastMarginBits, marginBits);
      measure.largest = Math.max(measure.largest, largest);
    }
  }

  void addInputs(int round, long inputs, long outside) {
    Measure measure = rounds.get(round);
    synchronized (measure) {
      measure.inputs += inputs;
      measure.outside += outside;
    }
  }

  /**
   * What was measured of a round by one process, as it travels to another.
   *
   * @param leastMarginBits the least noise margin of the results; infinity where there were none
   * @param largest the largest magnitude among the outputs
   * @param inputs how many values were uploaded
   * @param outside how many of them lay outside the plan's range
   */
  public record Measured(double leastMarginBits, long largest, long inputs, long outside)
      implements Serializable {}

  /** Returns what was measured of every round. */
  public List<Measured> all() {
    return IntStream.range(0, rounds.size())
        .mapToObj(
            round ->
                new Measured(leastMarginBits(round), largest(round), inputs(round), outside(round)))
        .toList();
  }

  /** Takes what another process measured of every round. */
  public void addAll(List<Measured> others) {
    for (int round = 0; round < rounds.size(); round++) {
      Measured measured = others.get(round);
      add(round, measured.leastMarginBits(), measured.largest());
      addInputs(round, measured.inputs(), measured.outside());
    }
  }

  /** Returns how many values were uploaded in a round. */
  public long inputs(int round) {
    Measure measure = rounds.get(round);
    synchronized (measure) {
      return measure.inputs;
    }
  }

  /**
   * Returns how many of them lay outside the range that the plan quantises, and were clamped to its
   * nearest end. Where real numbers are encrypted nothing is clamped; there it is those outside the
   * model's input range, for which nothing is predicted or promised.
   */
  public long outside(int round) {
    Measure measure = rounds.get(round);
    synchronized (measure) {
      return measure.outside;
    }
  }

  /** Returns the least noise margin of a round's results; infinity where there were none. */
  public double leastMarginBits(int round) {
    Measure measure = rounds.get(round);
    synchronized (measure) {
      return measure.leastMarginBits;
    }
  }

  /** Returns the largest magnitude among a round's outputs, which the plan's bound limits. */
  public long largest(int round) {
    Measure measure = rounds.get(round);
    synchronized (measure) {
      return measure.largest;
    }
  }

  /** Returns the least noise margin of all rounds. */
  public double leastMarginBits() {
    return IntStream.range(0, rounds.size())
        .mapToDouble(this::leastMarginBits)
        .min()
        .orElse(Double.POSITIVE_INFINITY);
  }
}
