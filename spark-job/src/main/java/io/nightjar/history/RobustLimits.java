package io.nightjar.history;

import java.util.Arrays;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/**
 * Where the next of some numbers is to be expected, whatever a few of them are.
 *
 * <p>The middle is their median. How far they are from it is their median absolute deviation (MAD),
 * made a standard deviation as for a normal distribution, with the correction of Croux and
 * Rousseeuw (1992) for few numbers. As a MAD of few numbers is itself uncertain, limits are
 * quantiles of Student's distribution and not of the normal one: a MAD knows as much as a standard
 * deviation of 37 % as many numbers.
 */
final class RobustLimits {

  /** How often a night that is like all others is taken for one that is not, by one figure. */
  static final double FALSE_ALARMS = 0.001;

  /** What makes a MAD of a normal distribution its standard deviation. */
  private static final double NORMAL = 1.4826;

  /** The efficiency of a MAD where numbers are normal. */
  private static final double EFFICIENCY = 0.37;

  /** The factors for 2 to 9 numbers; of n more it is n / (n - 0.8). */
  private static final double[] FEW = {1.196, 1.495, 1.363, 1.206, 1.200, 1.140, 1.129, 1.107};

  private static final int MOST_FEW = 9;
  private static final double MANY = 0.8;

  private final double median;
  private final double spread;
  private final int count;

  private RobustLimits(double median, double spread, int count) {
    this.median = median;
    this.spread = spread;
    this.count = count;
  }

  /**
   * Returns those of numbers.
   *
   * @param numbers at least two
   */
  static RobustLimits of(double... numbers) {
    double median = new Median().evaluate(numbers);
    double[] deviations = Arrays.stream(numbers).map(x -> Math.abs(x - median)).toArray();
    int n = numbers.length;
    double factor = n <= MOST_FEW ? FEW[n - 2] : n / (n - MANY);
    return new RobustLimits(median, NORMAL * factor * new Median().evaluate(deviations), n);
  }

  double median() {
    return median;
  }

  /**
   * Returns how far from the median the next number is at the most, but for false alarms.
   *
   * @param noise the standard deviation that it has by itself, whatever the others do
   */
  double reach(double noise) {
    return reach(noise, FALSE_ALARMS / 2);
  }

  /** Returns how far above the median it is at the most, if those below it do not matter. */
  double reachUp() {
    return reach(0, FALSE_ALARMS);
  }

  private double reach(double noise, double tail) {
    double degrees = Math.max(1, EFFICIENCY * (count - 1));
    double students = new TDistribution(null, degrees).inverseCumulativeProbability(1 - tail);
    double normal = new NormalDistribution(null, 0, 1).inverseCumulativeProbability(1 - tail);
    return Math.sqrt(1 + medianVariance(count)) * Math.max(students * spread, normal * noise);
  }

  /** Returns the variance of a median of so many numbers, of which each has the variance 1. */
  static double medianVariance(double count) {
    return Math.PI / 2 / count;
  }

  /** Returns what a sum of so many squares of standard normal numbers is at the most. */
  static double mostOfSquares(int squares) {
    return new ChiSquaredDistribution(null, squares).inverseCumulativeProbability(1 - FALSE_ALARMS);
  }
}
