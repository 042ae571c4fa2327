package io.nightjar.plan;

import io.nightjar.crypto.HeParameters;
import java.math.BigInteger;

/**
 * Predicts the noise margin after a linear step on fresh symmetric BFV ciphertexts.
 *
 * <p>A fresh ciphertext decrypts to (q / t) m + r + e with a rounding error |r| <= 1/2 and e
 * centred binomial with variance 21 / 2. A row of weights w turns that into noise of at most |w|_1
 * / 2 from rounding, whatever the messages, and a sum of independent e's: a sub-Gaussian variable
 * with standard deviation |w|_2 sqrt(21 / 2), which exceeds {@link #DEVIATIONS} times that in a
 * coefficient with probability below 2^-86. A constant bias adds one more rounding.
 */
final class NoiseModel {

  /** 2 exp(-11^2 / 2) < 2^-86, so 2^40 coefficients together fail with probability below 2^-46. */
  static final double DEVIATIONS = 11;

  private static final double NOISE_VARIANCE = 21 / 2.0;

  private NoiseModel() {}

  static double marginBits(HeParameters parameters, RowBounds bounds) {
    double rounding = (bounds.positiveSum() + bounds.negativeSum() + 1) / 2.0;
    double noise = rounding + DEVIATIONS * Math.sqrt(bounds.squareSum() * NOISE_VARIANCE);
    return log2(modulus(parameters)) - log2((double) parameters.plainModulus()) - 1 - log2(noise);
  }

  private static double modulus(HeParameters parameters) {
    return parameters.dataPrimes().stream()
        .map(BigInteger::valueOf)
        .reduce(BigInteger.ONE, BigInteger::multiply)
        .doubleValue();
  }

  private static double log2(double x) {
    return StrictMath.log(x) / StrictMath.log(2);
  }
}
