package io.nightjar.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.apache.spark.network.util.JavaUtils;

class ValueTypeLawsTest {

  @Property(tries = 1000)
  void byteSizesMeanWhatTheyMeanToSpark(@ForAll("quantities") String text) {
    assertEquals(
        attempt(text, JavaUtils::byteStringAsBytes),
        attempt(text, ValueType.byteSizes(0).parser()::parse),
        text);
  }

  /** Where a text has no unit, Spark takes the setting's own; here such a text is refused. */
  @Property(tries = 1000)
  void durationsMeanWhatTheyMeanToSpark(@ForAll("quantities") String text) {
    boolean bare = text.matches("[0-9]*");
    Optional<Duration> sparks =
        bare
            ? Optional.empty()
            : attempt(text, t -> JavaUtils.timeStringAs(t, TimeUnit.MICROSECONDS))
                .map(micros -> Duration.ofNanos(Math.multiplyExact(micros, 1000)));

    assertEquals(sparks, attempt(text, ValueType.durations("0s", "36500d").parser()::parse), text);
  }

  @Property
  void wholeNumbersAreAcceptedWithinTheirRangeOnly(
      @ForAll @IntRange(min = -50, max = 50) int one,
      @ForAll @IntRange(min = -50, max = 50) int other,
      @ForAll @IntRange(min = -60, max = 60) int value) {
    int least = Math.min(one, other);
    int most = Math.max(one, other);

    Optional<Integer> parsed =
        attempt(Integer.toString(value), ValueType.wholeNumbers(least, most).parser()::parse);

    assertEquals(value >= least && value <= most ? Optional.of(value) : Optional.empty(), parsed);
  }

  @Property
  void longsOfAnySizeThatCanBeWrittenAreRead(@ForAll long value) {
    boolean written = Long.toString(Math.abs(value)).length() <= 19 && value != Long.MIN_VALUE;

    assertEquals(
        written ? Optional.of(value) : Optional.empty(),
        attempt(
            Long.toString(value),
            ValueType.longs(-Long.MAX_VALUE, Long.MAX_VALUE).parser()::parse));
  }

  @Property
  void numbersAreReadAsJavaWritesThem(@ForAll @DoubleRange(min = 0, max = 10) double value) {
    assertEquals(
        value > 0 && value <= 8 ? Optional.of(value) : Optional.empty(),
        attempt(Double.toString(value), ValueType.numbersAbove(0, 8).parser()::parse));
  }

  /** Nothing but IllegalArgumentException may come of any text. */
  @Property(tries = 1000)
  void everyTextIsReadOrRefusedInAMessageOfOneLine(@ForAll String text) {
    for (Setting<?> setting : NightjarSettings.ALL) {
      try {
        Object unused = setting.parse(text, Origin.by("--conf"));
      } catch (InvalidSettingException e) {
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
      }
    }
  }

  @Property
  void aChoiceIsReadInAnyCase(@ForAll OutputFormat choice, @ForAll boolean upper) {
    String text = upper ? choice.name().replace("_", "") : choice.text();

    assertEquals(choice, ValueType.choices(OutputFormat.class).parser().parse(text));
    assertThrows(
        IllegalArgumentException.class,
        () -> ValueType.choices(OutputFormat.class).parser().parse(text + "x"));
  }

  @Provide
  static Arbitrary<String> quantities() {
    Arbitrary<String> numbers =
        Arbitraries.oneOf(
            Arbitraries.integers().between(0, 5000).map(String::valueOf),
            Arbitraries.of("", "-1", "0", "007", "1.5", "+2", "1e3", "0x10", "1 "));
    Arbitrary<String> units =
        Arbitraries.oneOf(
            Arbitraries.of(
                "", "b", "k", "kb", "m", "mb", "g", "gb", "t", "tb", "p", "us", "ms", "s", "min",
                "h", "d", "M", "Gb", "MS", "H"),
            Arbitraries.strings().withChars("bkmgtpusihd").ofMaxLength(3));
    return Combinators.combine(numbers, units)
        .as(String::concat)
        // Spark also takes a sign of durations, and white space around; 1ki is new in its 4.2.
        .filter(
            text ->
                !text.startsWith("-") && !text.contains(" ") && !text.matches("\\d+[kmgtp]ib?"));
  }

  private static <T> Optional<T> attempt(String text, Function<String, T> parser) {
    try {
      return Optional.of(parser.apply(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
