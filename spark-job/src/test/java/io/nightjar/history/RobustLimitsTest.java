package io.nightjar.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class RobustLimitsTest {

  @Test
  void theMedianAndItsDeviationAreThoseOfTheFormula() {
    RobustLimits limits = RobustLimits.of(1, 2, 3, 4, 100);

    assertEquals(3, limits.median());
    // Student's t with 0.37 * 4 degrees of freedom at 0.9995, by integrating its density in Python
    double students = 87.398;
    assertEquals(students, limits.reach(0) / Math.sqrt(1 + Math.PI / 10) / (1.4826 * 1.206), 0.01);
  }

  @Test
  void noiseCountsWhereTheNumbersDifferLess() {
    RobustLimits limits = RobustLimits.of(7, 7, 7, 7, 7, 7, 7);

    assertEquals(0, limits.reach(0));
    assertEquals(3.2905 * Math.sqrt(1 + Math.PI / 14), limits.reach(1), 1e-3);
  }

  /** One in 1,000 is promised, and nights are few. */
  @Test
  void ofNormalNumbersTheNextIsSeldomOutOfReach() {
    for (int nights : new int[] {7, 14, 28}) {
      Random random = new Random(nights);
      int trials = 20_000;
      int out = 0;
      for (int i = 0; i < trials; i++) {
        RobustLimits limits =
            RobustLimits.of(DoubleStream.generate(random::nextGaussian).limit(nights).toArray());
        out += Math.abs(random.nextGaussian() - limits.median()) > limits.reach(0) ? 1 : 0;
      }
      double share = (double) out / trials;
      assertTrue(share < 0.003, () -> nights + " nights: " + share);
    }
  }
}
