package io.nightjar.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TicksTest {

  @Test
  void ticksAreNumbersThatPeopleCountIn() {
    assertEquals(List.of("0.0", "0.2", "0.4", "0.6", "0.8", "1.0"), labels(0, 1, 5));
    assertEquals(List.of("99.0", "99.2", "99.4", "99.6", "99.8", "100.0"), labels(99, 100, 5));
    assertEquals(List.of("0", "5,000", "10,000"), labels(0, 12_345, 4));
    assertEquals(List.of("0.00", "0.05", "0.10", "0.15"), labels(0, 0.17, 5));
  }

  @Test
  void thereAreEnoughOfThemAndNotTooManyOnAnyAxis() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      double from = random.nextInt(5) * random.nextDouble();
      double to = from + Math.exp(4 * random.nextGaussian());

      Ticks ticks = Ticks.of(from, to, 5);

      double digit = ticks.step() / Math.pow(10, Math.floor(Math.log10(ticks.step()) + 1e-9));
      assertTrue(List.of(1L, 2L, 5L).contains(Math.round(digit)), () -> "step " + ticks.step());
      assertEquals(Math.rint(digit), digit, 1e-6);
      int count = ticks.values().size();
      assertTrue(count >= 2 && count <= 6, () -> count + " ticks");
      for (double value : ticks.values()) {
        assertTrue(value >= from - 1e-6 * ticks.step() && value <= to + 1e-6 * ticks.step());
      }
    }
  }

  private static List<String> labels(double from, double to, int most) {
    Ticks ticks = Ticks.of(from, to, most);
    return ticks.values().stream().map(ticks::label).toList();
  }
}
