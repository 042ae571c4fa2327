package io.nightjar.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nightjar.crypto.RealColumns;
import io.nightjar.plan.Quantiser;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests how the data owner makes integers of real numbers. */
class OwnerMathTest {

  @ParameterizedTest
  @ValueSource(ints = {0, -20})
  void manyValuesBecomeTheIntegersThatEachBecomes(int low) {
    Quantiser quantiser = new Quantiser(0.1, low, 50);
    double[] values = new Random(4).doubles(10_000, -9, 9).toArray();
    double[] special = {
      0, -0.0, 5, 5.05, 5.049, -2.05, -2.049, 1e300, -1e300, 1 / 0.0, -1 / 0.0, Double.MIN_VALUE
    };
    System.arraycopy(special, 0, values, 0, special.length);

    Quantised quantised = OwnerMath.quantise(quantiser, new RealColumns(10, 1000, values));

    long[] expected = Arrays.stream(values).mapToLong(quantiser::quantise).toArray();
    assertArrayEquals(expected, quantised.integers().values());
    long beyond =
        Arrays.stream(values).map(x -> Math.rint(x / 0.1)).filter(x -> x < low || x > 50).count();
    assertEquals(beyond, quantised.clamped());
  }

  @Test
  void whatIsNoNumberIsRefused() {
    RealColumns values = new RealColumns(1, 2, new double[] {0, Double.NaN});

    assertThrows(
        IllegalArgumentException.class, () -> OwnerMath.quantise(new Quantiser(1, 0, 9), values));
  }
}
