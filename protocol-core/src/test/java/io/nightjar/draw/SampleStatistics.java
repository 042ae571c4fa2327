package io.nightjar.draw;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * Compares samples with the distributions that they should have.
 *
 * <p>{@link #FALSE_ALARM} is the probability that an assertion here fails for a random key though
 * nothing is wrong. The counts and the distances have proved bounds (Chernoff; Dvoretzky, Kiefer,
 * Wolfowitz with Massart's constant), the standard scores rely on sums of very many terms being
 * nearly normal.
 */
final class SampleStatistics {

  /** The rate of false alarms of one assertion: one in a million. */
  static final double FALSE_ALARM = 1e-6;

  private SampleStatistics() {}

  /** Checks a number that is standard normal, or one of several that are. */
  static void assertStandardScore(String what, double score, int ofHowMany) {
    double limit = StandardNormal.tailQuantile(FALSE_ALARM / ofHowMany / 2);
    assertTrue(
        Math.abs(score) <= limit, "%s: %.2f sigmas, limit %.2f".formatted(what, score, limit));
  }

  /** Checks a mean of independent terms of a known mean and variance. */
  static void assertMean(String what, double[] terms, double mean, double variance) {
    double sum = Arrays.stream(terms).map(term -> term - mean).sum();
    assertStandardScore(what, sum / Math.sqrt(terms.length * variance), 1);
  }

  /** Checks how many of n independent trials succeeded. */
  static void assertCount(String what, long count, long n, double probability, int ofHowMany) {
    double share = (double) count / n;
    double divergence =
        relative(share, probability) + relative(1 - share, 1 - probability); // Kullback-Leibler
    double limit = Math.log(2 * ofHowMany / FALSE_ALARM);
    assertTrue(
        n * divergence <= limit,
        "%s: %d of %d, expected %.1f".formatted(what, count, n, n * probability));
  }

  private static double relative(double share, double probability) {
    return share == 0 ? 0 : share * Math.log(share / probability);
  }

  /** Checks the largest distance of the empirical distribution function (Kolmogorov, Smirnov). */
  static void assertDistribution(String what, double[] samples, DoubleUnaryOperator cumulative) {
    double[] sorted = samples.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    double distance = 0;
    for (int i = 0; i < n; i++) {
      double expected = cumulative.applyAsDouble(sorted[i]);
      distance = Math.max(distance, Math.abs(expected - (double) i / n));
      distance = Math.max(distance, Math.abs((i + 1.0) / n - expected));
    }
    double limit = Math.sqrt(Math.log(2 / FALSE_ALARM) / 2 / n);
    assertTrue(distance <= limit, "%s: distance %.2g, limit %.2g".formatted(what, distance, limit));
  }

  /** Returns the standard score of the correlation of two sequences with mean 0 and variance 1. */
  static double correlationScore(double[] one, int fromOne, double[] two, int fromTwo) {
    int n = Math.min(one.length - fromOne, two.length - fromTwo);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += one[fromOne + i] * two[fromTwo + i];
    }
    return sum / Math.sqrt(n);
  }
}
