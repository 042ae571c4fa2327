package io.nightjar.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.model.Range;
import io.nightjar.plan.Quantiser;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ValueHistogramTest {

  /** Values with a few that are far out, as activations have them. */
  private static double[] values(long seed, double tail) {
    Random random = new Random(seed);
    boolean signed = random.nextBoolean();
    double scale = Math.exp(random.nextGaussian() * 3);
    return random
        .doubles(20_000)
        .map(
            u -> {
              double value = random.nextGaussian() * scale;
              value *= u < 0.001 ? tail : 1;
              return signed ? value : Math.max(0, value);
            })
        .toArray();
  }

  private static double error(double[] values, Range range, int bits) {
    Quantiser quantiser = Quantiser.of(range, bits);
    return Arrays.stream(values)
        .map(x -> x - quantiser.quantise(x) * quantiser.scale())
        .map(x -> x * x)
        .average()
        .orElseThrow();
  }

  @Property(tries = 60)
  void theBestRangeChangesValuesNoMoreThanTheWidest(
      @ForAll long seed, @ForAll @IntRange(min = 4, max = 10) int bits) {
    for (double tail : new double[] {1, 30}) {
      double[] values = values(seed, tail);
      ValueHistogram histogram = new ValueHistogram();
      histogram.add(values);
      Range widest = histogram.ends();
      Range best = histogram.best(bits);

      double of = error(values, best, bits);
      double ofWidest = error(values, widest, bits);
      assertTrue(of <= 1.05 * ofWidest, of + " and " + ofWidest);
      long outside = DoubleStream.of(values).filter(x -> x < best.low() || x > best.high()).count();
      assertTrue(outside <= 2 * 5e-3 * values.length, outside + " are outside");
      assertEquals((double) outside, (double) histogram.outside(best), 0.003 * values.length);
    }
  }

  @Example
  void aValueThatIsFarOutIsLeftOutside() {
    double[] values = new Random(3).doubles(20_000, -1, 1).toArray();
    values[5] = 20; // with 4 bits, a step would be 2.9
    ValueHistogram histogram = new ValueHistogram();
    histogram.add(values);
    Range best = histogram.best(4);

    assertEquals(1, best.high(), 0.02);
    assertTrue(error(values, best, 4) < 0.1 * error(values, histogram.ends(), 4));
  }

  @Example
  void endsAreExactAndZeroCounts() {
    ValueHistogram histogram = new ValueHistogram();
    histogram.add(new double[] {0, 1e-300, 0.3, 7.77});

    assertEquals(new Range(0, 7.77), histogram.ends());
    assertEquals(new Range(0, 7.77), histogram.best(8));
    assertEquals(4, histogram.count());
    assertEquals(1, histogram.outside(new Range(0, 1)));
    assertEquals(0, histogram.outside(new Range(0, 7.77)));
    assertThrows(ArithmeticException.class, () -> histogram.add(new double[] {Double.NaN}));
  }

  @Example
  void whatIsAlwaysZeroHasARangeToo() {
    ValueHistogram histogram = new ValueHistogram();
    histogram.add(new double[3]);

    assertEquals(0, histogram.best(8).magnitude());
  }
}
