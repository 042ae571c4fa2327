package io.nightjar.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProportionTest {

  @ParameterizedTest
  @CsvSource({
    // computed by hand from Wilson's formula with z = 1.96
    "8, 10, 0.4902, 0.9433",
    "0, 10, 0, 0.2775",
    "10, 10, 0.7225, 1",
    "50, 100, 0.4038, 0.5962",
    "1990, 2000, 0.9908, 0.9973"
  })
  void intervalsAreWilsons(long successes, long trials, double from, double to) {
    Proportion proportion = new Proportion(successes, trials);

    assertEquals(from, proportion.from(), 5e-5);
    assertEquals(to, proportion.to(), 5e-5);
  }

  /**
   * Checks the equation that defines the interval: at its ends the share is z standard errors away.
   */
  @ParameterizedTest
  @CsvSource({"1, 7", "3, 10", "999, 1000"})
  void theEndsAreAsManyStandardErrorsAway(long successes, long trials) {
    Proportion proportion = new Proportion(successes, trials);

    for (double end : new double[] {proportion.from(), proportion.to()}) {
      double errors = (proportion.share() - end) / Math.sqrt(end * (1 - end) / trials);
      assertEquals(1.959964, Math.abs(errors), 1e-6);
    }
  }

  @Test
  void moreTrialsNarrowIt() {
    Proportion few = new Proportion(9, 10);
    Proportion many = new Proportion(900, 1000);

    assertTrue(many.to() - many.from() < (few.to() - few.from()) / 5);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "-1, 5", "6, 5"})
  void othersAreNoProportions(long successes, long trials) {
    assertThrows(IllegalArgumentException.class, () -> new Proportion(successes, trials));
  }
}
