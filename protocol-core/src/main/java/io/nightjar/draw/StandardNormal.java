package io.nightjar.draw;

/**
 * The standard normal distribution with full relative precision in both tails, and with the same
 * bits on every JVM.
 *
 * <p>Only exactly specified operations are used: arithmetic, {@link Math#sqrt} (correctly rounded
 * by its specification) and {@link StrictMath} (fdlibm by its specification). Math.log and Math.exp
 * may differ between JVMs, and even between interpreter and compiler.
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // These are the digits as published.
public final class StandardNormal {

  /**
   * The largest distance from the median, in probability, for which {@link #centralQuantile} holds.
   */
  static final double CENTRE = 0.425;

  private static final double CENTRE_SQUARED = 0.180625;
  private static final double NEAR_TAIL_OFFSET = 1.6;
  private static final double FAR_TAIL_OFFSET = 5;

  private static final double SQRT_2_PI = 2.506628274631000502415765284811;

  /**
   * The x from which on the tail area is a continued fraction; below, it is one half less the
   * probability of (0, x).
   */
  private static final double FRACTION_FROM = 1;

  /** The x beyond which the tail area is below the smallest double. */
  private static final double FRACTION_TO = 40;

  private StandardNormal() {}

  /** Returns the density at x. */
  static double density(double x) {
    // The exponent is split in two, as Cody (Math. Comp. 23, 1969) does: the square of the first is
    // exact, so that its rounding is not magnified by the exponential.
    double coarse = (float) x;
    double rest = (x - coarse) * (x + coarse);
    return StrictMath.exp(-coarse * coarse / 2) * StrictMath.exp(-rest / 2) / SQRT_2_PI;
  }

  /**
   * Returns x + x^3/3 + x^5/(3*5) + x^7/(3*5*7) + ..., less its first term.
   *
   * <p>The whole series times the density is the probability of (0, x): Abramowitz and Stegun
   * 26.2.11. All terms are positive, so nothing cancels.
   */
  private static double seriesAfterFirst(double x) {
    double square = x * x;
    double term = x;
    double sum = 0;
    for (int odd = 3; ; odd += 2) {
      term *= square / odd;
      double next = sum + term;
      if (next == sum) {
        return sum;
      }
      sum = next;
    }
  }

  /** Returns the probability of (-x, x), for x from 0 to 8. */
  static double centralMass(double x) {
    return Math.min(2 * density(x) * (x + seriesAfterFirst(x)), 1);
  }

  /**
   * Returns the variance under the condition of lying in (-x, x), for x above 0 and up to 8.
   *
   * <p>It is 1 - 2 x density(x) / centralMass(x) = 1 - x / series(x), written so that nothing
   * cancels for small x, where it tends to x^2 / 3.
   */
  static double centralVariance(double x) {
    double afterFirst = seriesAfterFirst(x);
    return afterFirst / (x + afterFirst);
  }

  /** Returns the probability of less than x, for any x. */
  public static double probabilityBelow(double x) {
    return x < 0 ? upperTail(-x) : 1 - upperTail(x);
  }

  /** Returns the probability of more than x, for x of at least 0. */
  static double upperTail(double x) {
    if (x < FRACTION_FROM) {
      return 0.5 - density(x) * (x + seriesAfterFirst(x));
    }
    if (x > FRACTION_TO) {
      return 0;
    }
    // Laplace's continued fraction, Abramowitz and Stegun 26.2.14, from its far end. It converges
    // the faster the larger x is; with so many terms the remainder is below 1e-18.
    int terms = 20 + (int) (480 / (x * x));
    double fraction = x;
    for (int k = terms; k > 0; k--) {
      fraction = x + k / fraction;
    }
    return density(x) / fraction;
  }

  /**
   * Returns the quantile of 1/2 + q for q of at most {@link #CENTRE} in absolute value.
   *
   * <p>This and {@link #tailQuantile} are PPND16 of M. J. Wichura, Algorithm AS 241: The percentage
   * points of the normal distribution, Applied Statistics 37 (1988), 477-484. Its relative error is
   * about 1e-16.
   */
  static double centralQuantile(double q) {
    double r = CENTRE_SQUARED - q * q;
    double numerator = 2.5090809287301226727e3;
    numerator = numerator * r + 3.3430575583588128105e4;
    numerator = numerator * r + 6.7265770927008700853e4;
    numerator = numerator * r + 4.5921953931549871457e4;
    numerator = numerator * r + 1.3731693765509461125e4;
    numerator = numerator * r + 1.9715909503065514427e3;
    numerator = numerator * r + 1.3314166789178437745e2;
    numerator = numerator * r + 3.3871328727963666080e0;
    double denominator = 5.2264952788528545610e3;
    denominator = denominator * r + 2.8729085735721942674e4;
    denominator = denominator * r + 3.9307895800092710610e4;
    denominator = denominator * r + 2.1213794301586595867e4;
    denominator = denominator * r + 5.3941960214247511077e3;
    denominator = denominator * r + 6.8718700749205790830e2;
    denominator = denominator * r + 4.2313330701600911252e1;
    denominator = denominator * r + 1;
    return q * numerator / denominator;
  }

  /**
   * Returns the x that is exceeded with probability p, for p above 0 and up to 1/2 - {@link
   * #CENTRE}.
   */
  static double tailQuantile(double p) {
    double r = Math.sqrt(-StrictMath.log(p));
    return r <= FAR_TAIL_OFFSET
        ? nearTailQuantile(r - NEAR_TAIL_OFFSET)
        : farTailQuantile(r - FAR_TAIL_OFFSET);
  }

  private static double nearTailQuantile(double r) {
    double numerator = 7.74545014278341407640e-4;
    numerator = numerator * r + 2.27238449892691845833e-2;
    numerator = numerator * r + 2.41780725177450611770e-1;
    numerator = numerator * r + 1.27045825245236838258e0;
    numerator = numerator * r + 3.64784832476320460504e0;
    numerator = numerator * r + 5.76949722146069140550e0;
    numerator = numerator * r + 4.63033784615654529590e0;
    numerator = numerator * r + 1.42343711074968357734e0;
    double denominator = 1.05075007164441684324e-9;
    denominator = denominator * r + 5.47593808499534494600e-4;
    denominator = denominator * r + 1.51986665636164571966e-2;
    denominator = denominator * r + 1.48103976427480074590e-1;
    denominator = denominator * r + 6.89767334985100004550e-1;
    denominator = denominator * r + 1.67638483018380384940e0;
    denominator = denominator * r + 2.05319162663775882187e0;
    denominator = denominator * r + 1;
    return numerator / denominator;
  }

  private static double farTailQuantile(double r) {
    double numerator = 2.01033439929228813265e-7;
    numerator = numerator * r + 2.71155556874348757815e-5;
    numerator = numerator * r + 1.24266094738807843860e-3;
    numerator = numerator * r + 2.65321895265761230930e-2;
    numerator = numerator * r + 2.96560571828504891230e-1;
    numerator = numerator * r + 1.78482653991729133580e0;
    numerator = numerator * r + 5.46378491116411436990e0;
    numerator = numerator * r + 6.65790464350110377720e0;
    double denominator = 2.04426310338993978564e-15;
    denominator = denominator * r + 1.42151175831644588870e-7;
    denominator = denominator * r + 1.84631831751005468180e-5;
    denominator = denominator * r + 7.86869131145613259100e-4;
    denominator = denominator * r + 1.48753612908506148525e-2;
    denominator = denominator * r + 1.36929880922735805310e-1;
    denominator = denominator * r + 5.99832206555887937690e-1;
    denominator = denominator * r + 1;
    return numerator / denominator;
  }
}
