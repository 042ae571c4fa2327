package io.nightjar.records;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalDouble;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class DecimalsLawsTest {

  @Property
  void numbersAreReadAsTheJdkReadsThem(@ForAll double value, @ForAll @IntRange(max = 3) int form) {
    Assume.that(Double.isFinite(value));
    String text =
        switch (form) {
          case 0 -> Double.toString(value);
          case 1 -> Float.toString((float) value);
          case 2 -> "%.4f".formatted(value % 1e6);
          default -> "+" + Math.abs(Math.round(value % 1e15)) + ".";
        };
    Assume.that(!text.contains("Infinity"));

    assertEquals(OptionalDouble.of(Double.parseDouble(text)), Decimals.parse(" " + text + "\t"));
  }

  @Property(tries = 5000)
  void whatTheJdkRefusesIsNoNumber(@ForAll("numberLike") String text) {
    OptionalDouble expected;
    try {
      boolean decimal = text.chars().noneMatch(c -> "dDfFxX".indexOf(c) >= 0);
      expected = decimal ? OptionalDouble.of(Double.parseDouble(text)) : OptionalDouble.empty();
    } catch (NumberFormatException e) {
      expected = OptionalDouble.empty();
    }

    assertEquals(expected, Decimals.parse(text), text);
  }

  @Provide
  Arbitrary<String> numberLike() {
    return Arbitraries.strings().withChars("0015.-+eEdfx").ofMaxLength(7);
  }
}
