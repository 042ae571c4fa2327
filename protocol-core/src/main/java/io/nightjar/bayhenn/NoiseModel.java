package io.nightjar.bayhenn;

import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.lattice.Hiding;
import io.nightjar.lattice.TailBound;
import io.nightjar.plan.Bits;
import io.nightjar.rounds.RowBounds;
import java.math.BigInteger;
import java.util.List;

/**
 * Predicts the noise after a linear step on fresh symmetric BFV ciphertexts, and the margin that it
 * leaves.
 *
 * <p>A fresh ciphertext decrypts to (q / t) m + r + e with a rounding error |r| <= 1/2 and e
 * centred binomial with variance 21 / 2. A row of weights w turns that into noise of at most |w|_1
 * / 2 from rounding, whatever the messages, and a sum of independent e's: a sub-Gaussian variable
 * with standard deviation |w|_2 sqrt(21 / 2), which exceeds {@link TailBound#DEVIATIONS} times that
 * in a coefficient with probability below 2^-86. A constant bias adds one more rounding.
 *
 * <p>A product with a plaintext polynomial p, in slots, adds up N products of coefficients of p, of
 * magnitude at most t / 2, with coefficients of r + e. The e's are as above; the p's are drawn
 * independently of the r's. So both sums are sub-Gaussian, with deviations of at most (t / 2)
 * sqrt(21 N / 2) and (t / 2) sqrt(N) / 2.
 */
final class NoiseModel {

  private static final double NOISE_VARIANCE = 21 / 2.0;

  private NoiseModel() {}

  /**
   * Returns the largest noise of a row of weights.
   *
   * @param together how many rows like it have their noise in one slot: the bounds of rounding add
   *     up, and the squares of deviations
   */
  static double noise(RowBounds bounds, int together) {
    double rounding = (together * (bounds.positiveSum() + bounds.negativeSum()) + 1) / 2.0;
    return rounding
        + TailBound.DEVIATIONS * Math.sqrt(together * bounds.squareSum() * NOISE_VARIANCE);
  }

  /** Returns the largest noise of a row whose weights are drawn for every record. */
  static double noise(HeParameters parameters, RecordBounds bounds) {
    double product =
        parameters.plainModulus()
            / 2.0
            * Math.sqrt((double) parameters.ringDegree() * bounds.deviationSquares())
            * (Math.sqrt(NOISE_VARIANCE) + 0.5);
    double ofBias = RecordQuantisation.LARGEST_DEVIATION / 2.0; // whose column is only rounded
    return noise(bounds.means(), 1) + TailBound.DEVIATIONS * product + ofBias;
  }

  /**
   * Returns the largest noise of an encryption of zero under the public key: e u + e' + e'' s, with
   * u and the secret s ternary.
   */
  private static double noiseOfZero(HeParameters parameters) {
    return TailBound.DEVIATIONS * Math.sqrt(NOISE_VARIANCE * (2.0 * parameters.ringDegree() + 1));
  }

  /**
   * Returns the largest error of dividing by primes: the two polynomials are rounded by at most
   * 1/2, the second is multiplied with a ternary secret. A second division's error, on top of the
   * first's divided by a prime, is all but this.
   */
  private static double divisionError(HeParameters parameters) {
    return 1.01 * (0.5 + TailBound.DEVIATIONS * Math.sqrt(parameters.ringDegree()) / 2);
  }

  /** Returns how often, in bits, a noise could double before a value would be wrong. */
  static double marginBits(HeParameters parameters, int limbs, double noise) {
    return Bits.log2(modulus(parameters, limbs))
        - Bits.log2((double) parameters.plainModulus())
        - 1
        - Bits.log2(noise);
  }

  /** Returns what is left of a noise when a result was divided down to so many primes. */
  static double divided(HeParameters parameters, int limbs, double noise) {
    return divided(parameters, parameters.dataLimbs(), limbs, noise);
  }

  private static double divided(HeParameters parameters, int from, int to, double noise) {
    return to == from ? noise : noise / dropped(parameters, from, to) + divisionError(parameters);
  }

  /**
   * Returns the noise of a result that was flooded and divided down to so many primes.
   *
   * @param from how many primes it was flooded with
   * @param noise the noise that it had then
   */
  static double noiseOfHidden(
      HeParameters parameters, int from, int limbs, int floodBits, double noise) {
    double all = Math.scalb(1.0, floodBits) + noise + noiseOfZero(parameters);
    return divided(parameters, from, limbs, all);
  }

  /**
   * Returns the most bits of flooding noise that can be drawn and leave a margin after dividing
   * down to so many primes; less than 0 if there is none.
   *
   * @param from how many primes the result is flooded with
   * @param noise the noise that it has then
   */
  static int mostFloodBits(
      HeParameters parameters, int from, int limbs, double leastMargin, double noise) {
    double allowed =
        modulus(parameters, limbs) / parameters.plainModulus() / Math.pow(2, 1 + leastMargin);
    double error = limbs == from ? 0 : divisionError(parameters);
    double room =
        (allowed - error) * dropped(parameters, from, limbs) - noise - noiseOfZero(parameters);
    return room < 2 ? -1 : (int) Math.min(Math.floor(Bits.log2(room)), Hiding.MOST_FLOOD_BITS);
  }

  private static double dropped(HeParameters parameters, int from, int to) {
    return modulus(parameters, from) / modulus(parameters, to);
  }

  private static double modulus(HeParameters parameters, int limbs) {
    List<Long> primes = parameters.dataPrimes().subList(0, limbs);
    return primes.stream()
        .map(BigInteger::valueOf)
        .reduce(BigInteger.ONE, BigInteger::multiply)
        .doubleValue();
  }
}
