package io.nightjar.draw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Tests the distribution of the integers by which the weights of records differ. */
class RoundedNormalTest {

  @Test
  void theIntegersOfRecordsAreARoundedNormal() {
    for (double clip : new double[] {0.01, 1, 2.5, 4, 8}) {
      RoundedNormal normal = RoundedNormal.clippedAt(clip);
      double sum = 0;
      double squares = 0;
      for (int i = -normal.largest(); i <= normal.largest(); i++) {
        assertEquals(normal.probability(i), normal.probability(-i));
        sum += normal.probability(i);
        squares += normal.probability(i) * i * i;
      }
      assertEquals(1, sum, 1e-12);
      assertEquals(normal.variance(), squares, 1e-9);
      assertTrue(normal.largest() <= Math.max(1, clip * RoundedNormal.STEPS));
    }
    double steps = RoundedNormal.STEPS;
    // Sheppard's correction; what is cut off at 8 deviations does not show.
    assertEquals(
        steps * steps + 1 / 12.0, RoundedNormal.clippedAt(8).variance(), 1e-9 * steps * steps);
  }
}
