package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a report says of decrypted results is true, and not exact. */
class CoarseTest {

  @ParameterizedTest
  @CsvSource({"5.99, 5.5", "5.5, 5.5", "5.49, 5", "1, 1", "0.3, 0", "-0.1, -0.5"})
  void marginsAreRoundedDownToHalfABit(double bits, double rounded) {
    assertEquals(rounded, Coarse.margin(bits));
  }

  @Property
  void aPredictionThatHoldsStillDoes(
      @ForAll @DoubleRange(min = 0, max = 99) double predicted,
      @ForAll @DoubleRange(min = 0, max = 9) double more) {
    assertTrue(Coarse.margin(predicted) <= Coarse.margin(predicted + more));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 100, 1",
    "1, 100, 1",
    "2, 100, 2",
    "33, 100, 64",
    "64, 100, 64",
    "65, 100, 100",
    "100, 100, 100",
    "5, 5, 5",
    "9223372036854775806, 9223372036854775807, 9223372036854775807"
  })
  void largestValuesAreRoundedUpToAPowerOfTwo(long value, long bound, long rounded) {
    assertEquals(rounded, Coarse.largest(value, bound));
  }

  @Property
  void aLargestValueIsAtMostWhatIsSaidAndThatIsWithinTheBound(
      @ForAll @LongRange(min = 0) long value, @ForAll @LongRange(min = 0) long room) {
    long bound = Math.max(1, value + Math.min(room, Long.MAX_VALUE - value));

    long said = Coarse.largest(value, bound);

    assertTrue(value <= said && said <= bound);
    assertTrue(said == bound || Long.bitCount(said) == 1);
  }
}
