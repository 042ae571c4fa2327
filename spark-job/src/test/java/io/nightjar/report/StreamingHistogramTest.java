package io.nightjar.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamingHistogramTest {

  @Test
  void aFewNumbersAreInTheBinsWhereTheyBelong() {
    Distribution distribution = histogram(List.of(0.0, 0.5, 0.5, 1.75)).distribution();

    // The range is 2, so 64 bins are 1/32 wide.
    assertEquals(1 / 32.0, distribution.binWidth());
    assertEquals(57, distribution.bins().size());
    assertEquals(1, distribution.bins().get(0));
    assertEquals(2, distribution.bins().get(16));
    assertEquals(1, distribution.bins().get(56));
    assertEquals(4, distribution.count());
    assertEquals(2.75 / 4, distribution.mean());
    assertEquals(1.75, distribution.largest());
    assertEquals(0.5, distribution.quantiles().get("p50"), distribution.resolution());
    assertEquals(1.75, distribution.quantiles().get("p99"), distribution.resolution());
  }

  @Test
  void countsSumToTheNumbersAndQuantilesAreThoseOfTheSortedOnes() {
    Random random = new Random(1);
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < 10_001; i++) {
      values.add(Math.exp(4 * random.nextGaussian()));
    }

    Distribution distribution = histogram(values).distribution();

    assertEquals(10_001, distribution.bins().stream().mapToLong(Long::longValue).sum());
    Collections.sort(values);
    assertEquals(values.get(5000), distribution.quantiles().get("p50"), distribution.resolution());
    assertEquals(values.get(9500), distribution.quantiles().get("p95"), distribution.resolution());
  }

  @Test
  void theOrderOfTheNumbersDoesNotMatter() {
    List<Double> values = new ArrayList<>(List.of(0.001, 3.0, 0.02, 77.0, 0.0, 1e-9, 1024.0));
    Distribution forwards = histogram(values).distribution();
    Collections.reverse(values);
    Distribution backwards = histogram(values).distribution();

    assertEquals(forwards.bins(), backwards.bins());
    assertEquals(forwards.quantiles(), backwards.quantiles());
  }

  @Test
  void nothingButZerosIsZero() {
    Distribution distribution = histogram(List.of(0.0, 0.0)).distribution();

    assertEquals(List.of(2L), distribution.bins());
    assertTrue(distribution.quantiles().values().stream().allMatch(quantile -> quantile == 0));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e-9, Double.NaN, Double.POSITIVE_INFINITY})
  void otherNumbersAreRefused(double value) {
    StreamingHistogram histogram = new StreamingHistogram(1);

    assertThrows(IllegalArgumentException.class, () -> histogram.add(value));
  }

  @Test
  void thereIsNoDistributionOfNothing() {
    assertThrows(IllegalStateException.class, new StreamingHistogram(1)::distribution);
  }

  private static StreamingHistogram histogram(List<Double> values) {
    StreamingHistogram histogram = new StreamingHistogram(0x1p-10);
    values.forEach(histogram::add);
    return histogram;
  }
}
