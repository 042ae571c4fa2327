package io.nightjar.lattice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.plan.AnswerBudget;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the law of floods against distances that are added up from all outcomes. */
class FloodDistanceTest {

  private static final double ROUNDING = 1e-12;
  private static final BigDecimal TWO = BigDecimal.valueOf(2);

  /** The probabilities of u + v for u uniform on [-2^f, 2^f), from -2^f - most on. */
  private static double[] flooded(int floodBits, int most, double[] noise) {
    int size = 2 << floodBits;
    double[] sum = new double[size + 2 * most];
    for (int v = -most; v <= most; v++) {
      for (int u = 0; u < size; u++) {
        sum[u + v + most] += noise[v + most] / size;
      }
    }
    return sum;
  }

  private static double[] always(int v, int most) {
    double[] noise = new double[2 * most + 1];
    noise[v + most] = 1;
    return noise;
  }

  private static double distance(double[] p, double[] q) {
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      sum += Math.abs(p[i] - q[i]) / 2;
    }
    return sum;
  }

  /** All pairs of outcomes. */
  private static double[] twice(double[] p) {
    double[] pairs = new double[p.length * p.length];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = p[i / p.length] * p[i % p.length];
    }
    return pairs;
  }

  @Property(tries = 300)
  void noNoiseIsFartherThanTheLawSays(
      @ForAll @IntRange(min = 1, max = 8) int floodBits,
      @ForAll @IntRange(min = 0, max = 40) int most,
      @ForAll long seed) {
    double[] noise = new Random(seed).doubles(2L * most + 1).toArray();
    double all = Arrays.stream(noise).sum();
    Arrays.setAll(noise, i -> noise[i] / all);
    double[] without = flooded(floodBits, most, always(0, most));

    double law = FloodDistance.NONE.plus(1, most, floodBits).coefficient();

    assertTrue(distance(flooded(floodBits, most, noise), without) <= law + ROUNDING);
  }

  @Property(tries = 100)
  void theLargestNoiseIsAsFarAsTheLawSays(
      @ForAll @IntRange(min = 1, max = 8) int floodBits,
      @ForAll @IntRange(min = 0, max = 40) int most) {
    double[] without = flooded(floodBits, most, always(0, most));
    double[] with = flooded(floodBits, most, always(most, most));

    double law = FloodDistance.NONE.plus(1, most, floodBits).coefficient();

    assertEquals(distance(with, without), law, ROUNDING);
  }

  @Property(tries = 30)
  void twoCoefficientsAreNoFartherThanTheirSum(
      @ForAll @IntRange(min = 1, max = 6) int floodBits,
      @ForAll @IntRange(min = 0, max = 20) int most) {
    double[] without = flooded(floodBits, most, always(0, most));
    double[] with = flooded(floodBits, most, always(-most, most));

    double sum = FloodDistance.NONE.plus(2, most, floodBits).answer();

    assertTrue(distance(twice(with), twice(without)) <= sum + ROUNDING);
  }

  /** The bound on noise holds but for a probability, which the flood does not lessen. */
  @Test
  void whatExceedsItsBoundCountsToo() {
    assertEquals(0x1p-84, FloodDistance.NONE.plus(1, 0, 100).coefficient());
    assertEquals(8 * 0x1p-84, FloodDistance.NONE.plus(8, 0, 100).answer());
  }

  @ParameterizedTest
  @CsvSource({"1000, 50, true", "1000, 49, false", "1023, 50, true", "1025, 50, false"})
  void aCoefficientIsHiddenFortyBitsAboveItsNoise(double noise, int floodBits, boolean hides) {
    assertEquals(hides, FloodDistance.NONE.plus(1, noise, floodBits).hides());
  }

  /** By decimal arithmetic: rounds of 128, 64 and 10 columns of degree 8192. */
  @Test
  void aBudgetIsWhatTheCoefficientsOfAllItsAnswersLeave() {
    double[] noise = {0x1.8p44, 3e12, 7e11};
    int[] columns = {128, 64, 10};
    int flood = 103;
    FloodDistance distance = FloodDistance.NONE;
    BigDecimal exact = BigDecimal.ZERO;
    for (int i = 0; i < noise.length; i++) {
      distance = distance.plus(columns[i] * 8192.0, noise[i], flood);
      BigDecimal one =
          new BigDecimal(noise[i])
              .divide(TWO.pow(flood + 1))
              .add(BigDecimal.ONE.divide(TWO.pow(84)));
      exact = exact.add(one.multiply(new BigDecimal(columns[i] * 8192)));
    }
    long most =
        BigDecimal.ONE
            .divide(TWO.pow(20))
            .divide(exact, MathContext.DECIMAL128)
            .setScale(0, RoundingMode.FLOOR)
            .longValueExact();

    assertEquals(most, distance.mostAnswers(20));
    assertEquals(most / 1024, distance.mostAnswers(30));
    assertTrue(distance.fits(AnswerBudget.UNLIMITED.of(most)));
    assertFalse(distance.fits(AnswerBudget.UNLIMITED.of(most + 1)));
    assertFalse(distance.fits(AnswerBudget.UNLIMITED.of(most).within(21)));
    assertTrue(distance.fits(AnswerBudget.UNLIMITED), "nothing is promised without a budget");
    double answer = exact.doubleValue();
    assertEquals(answer, Math.pow(2, -distance.answerBits()), 1e-9 * answer);
  }
}
