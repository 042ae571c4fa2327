package io.nightjar.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignedHistogramTest {

  private static SignedHistogram of(double... values) {
    SignedHistogram histogram = new SignedHistogram();
    Arrays.stream(values).forEach(histogram::add);
    return histogram;
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 1e-9, 1e12, -250})
  void figuresAreThoseOfTheSortedNumbersWhateverTheirOrder(double scale) {
    double[] values =
        new Random(3).doubles(2001).map(value -> scale * (value * value - 0.2)).toArray();
    double[] sorted = Arrays.stream(values).sorted().toArray();

    ValueDistribution found = of(values).distribution();

    assertEquals(2001, found.count());
    assertEquals(sorted[0], found.least());
    assertEquals(sorted[2000], found.largest());
    assertEquals(sorted[1000], found.quantiles().get("p50"), found.resolution());
    assertEquals(sorted[100], found.quantiles().get("p5"), found.resolution());
    assertTrue(found.resolution() <= (sorted[2000] - sorted[0]) / 1000);
    double mean = Arrays.stream(values).average().orElseThrow();
    assertEquals(mean, found.mean(), 1e-9 * Math.abs(scale));
    double variance = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / 2001;
    assertEquals(Math.sqrt(variance), found.standardDeviation(), 1e-9 * Math.abs(scale));
    assertEquals(found.bins(), of(sorted).distribution().bins());
    assertEquals(found.quantiles(), of(sorted).distribution().quantiles());
  }

  @Test
  void everyNumberIsInABinThatHasAPlaceForIt() {
    double[] values = {-3, 0, 0, 0.25, 7, 7, 7.5, 1e3};

    ValueDistribution found = of(values).distribution();

    assertEquals(8, found.bins().stream().mapToLong(Long::longValue).sum());
    assertTrue(found.bins().size() <= SignedHistogram.SHOWN);
    for (int bin = 0; bin < found.bins().size(); bin++) {
      double from = found.from() + bin * found.binWidth();
      long within =
          DoubleStream.of(values).filter(v -> v >= from && v < from + found.binWidth()).count();
      assertEquals(within, found.bins().get(bin));
    }
  }

  @Test
  void twoTogetherAreOne() {
    double[] all = new Random(9).doubles(300, -5, 900).toArray();
    SignedHistogram one = of(Arrays.copyOf(all, 100));
    one.add(new SignedHistogram());
    one.add(of(Arrays.copyOfRange(all, 100, 300)));

    assertEquals(of(all).distribution().bins(), one.distribution().bins());
    assertEquals(of(all).distribution().from(), one.distribution().from());
    assertEquals(of(all).distribution().mean(), one.distribution().mean(), 1e-9);
    assertEquals(
        of(all).distribution().standardDeviation(), one.distribution().standardDeviation(), 1e-9);
  }

  @Test
  void numbersThatAreAllTheSameAreOneBin() {
    assertEquals(1, of(0, 0).distribution().bins().size());
    assertEquals(0, of(0, -0.0).distribution().quantiles().get("p50"));
    assertEquals(1e300, of(1e300).distribution().mean());
    assertEquals(1, of(Double.MIN_VALUE).distribution().bins().size());
  }

  @Test
  void whatIsNoNumberIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> of(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> of(1, Double.NEGATIVE_INFINITY));
    assertThrows(IllegalStateException.class, () -> of().distribution());
  }
}
