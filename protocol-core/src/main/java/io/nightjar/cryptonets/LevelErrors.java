package io.nightjar.cryptonets;

import io.nightjar.lattice.Hiding;
import io.nightjar.lattice.TailBound;
import io.nightjar.plan.Bits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Predicts the errors of real numbers on ciphertexts (CKKS), level by level, and how much noise may
 * hide them.
 *
 * <p>A slot's error is a sum of N coefficients of noise, each with a random sign; of a real slot
 * only the real part counts, which has half of the variance. Errors of columns are taken for
 * independent, and those of a layer's outputs too when the next layer adds them up. That is not
 * quite so after the first layer, whose outputs read the same inputs; on the other hand all values
 * are taken to be as large as the largest that calibration saw. So it is a prediction, not a proof,
 * and tests and reports compare it with what is measured.
 */
final class LevelErrors {

  /** The variance of a coefficient of fresh noise, as SEAL draws it. */
  private static final double NOISE_VARIANCE = 21 / 2.0;

  /** The variance of what rounding to the nearest integer adds. */
  private static final double ROUNDING_VARIANCE = 1 / 12.0;

  /** The variance of the secret's coefficients, which are ternary. */
  private static final double TERNARY_VARIANCE = 2 / 3.0;

  private final double slotsPerCoefficient;
  private final double ringDegree;
  private final List<Double> errors = new ArrayList<>();
  private double scale;

  private LevelErrors(int ringDegree, double scale) {
    this.ringDegree = ringDegree;
    this.scale = scale;
    this.slotsPerCoefficient = ringDegree / 2.0;
  }

  /** Follows errors through the levels of a chain. */
  static LevelErrors of(PrimeChain chain, List<LevelQuantisation> steps) {
    LevelErrors noise =
        new LevelErrors(chain.parameters().ringDegree(), Math.scalb(1.0, chain.scaleBits()));
    double[] columns = new double[steps.get(0).step().input().size()];
    Arrays.fill(
        columns,
        noise.slotsPerCoefficient
            * (NOISE_VARIANCE + ROUNDING_VARIANCE)
            / (noise.scale * noise.scale));
    for (int i = 0; i < steps.size(); i++) {
      int limbs = chain.limbs().get(i);
      List<Long> primes = chain.parameters().dataPrimes().subList(0, limbs);
      columns =
          noise.level(steps.get(i), columns, i > 0, primes, primes.size() - chain.dropped().get(i));
    }
    return noise;
  }

  /**
   * Follows errors through a level.
   *
   * @param primes the primes that it reads
   * @param left how many of them are left when it has divided by the others
   */
  private double[] level(
      LevelQuantisation level,
      double[] columns,
      boolean relinearised,
      List<Long> primes,
      int left) {
    double[] rows = level.outputVariances(columns);
    if (relinearised) { // with a prime for keys that is as large as any
      add(
          rows,
          level,
          primes.size() * ringDegree * ROUNDING_VARIANCE * NOISE_VARIANCE + dividing());
    }
    for (int prime = primes.size() - 1; prime >= left; prime--) {
      scale /= primes.get(prime);
      add(rows, level, dividing());
    }
    errors.add(TailBound.DEVIATIONS * Math.sqrt(Arrays.stream(rows).max().orElseThrow()));
    double[] outputs = new double[level.step().output().size()];
    for (int column = 0; column < outputs.length; column++) {
      double variance = rows[column / level.step().positions()];
      double slope = 2 * level.usual();
      outputs[column] =
          level.squared() ? slope * slope * variance + 2 * variance * variance : variance;
    }
    scale *= level.squared() ? scale : 1;
    return outputs;
  }

  /**
   * Returns the variance that a division adds: both polynomials are rounded, and the second is
   * multiplied with the secret.
   */
  private double dividing() {
    return ROUNDING_VARIANCE * (1 + ringDegree * TERNARY_VARIANCE);
  }

  private void add(double[] rows, LevelQuantisation level, double coefficientVariance) {
    for (int row = 0; row < rows.length; row++) {
      double unit = scale * level.multiplier(row);
      rows[row] += slotsPerCoefficient * coefficientVariance / (unit * unit);
    }
  }

  /** Returns the largest error that each level's outputs are expected to have. */
  List<Double> errors() {
    return List.copyOf(errors);
  }

  /**
   * Returns how many times, in bits, a flood is larger than what it is to hide; below 0 if it is
   * smaller.
   */
  double hiddenBits(LevelQuantisation outputs, int floodBits) {
    double slot = outputError() * outputs.largestSlot() / outputs.range() * scale;
    double coefficient = slot / Math.sqrt(slotsPerCoefficient);
    return floodBits - Bits.log2(coefficient);
  }

  /** Returns the largest error of the network's outputs. */
  double outputError() {
    return errors.get(errors.size() - 1);
  }

  /**
   * Returns the bits of the largest uniform noise under which the outputs' deviation stays within a
   * tolerance; 0 if there is none.
   */
  int mostFloodBits(LevelQuantisation outputs, double tolerance) {
    double deviation =
        tolerance * outputs.leastMultiplier() * scale / Math.sqrt(slotsPerCoefficient);
    double bits = Bits.log2(deviation * Math.sqrt(3));
    return (int) Math.max(0, Math.min(Math.floor(bits), Hiding.MOST_FLOOD_BITS));
  }
}
