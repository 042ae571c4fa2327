package io.nightjar.model;

import static io.nightjar.model.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests which columns a table may have, and which feature a number becomes. */
class InputColumnTest {

  private static final Range SIGNED = new Range(-1, 3);

  @Test
  void aColumnGivesAFeatureForEveryThingItSays() {
    assertEquals(1, number(0, 1).features());
    assertEquals(2, new NumberColumn("x", 0, 1, OptionalDouble.of(0)).features());
    assertEquals(3, new CategoryColumn("x", List.of("a", "b", "c"), false).features());
    assertEquals(3, new CategoryColumn("x", List.of("a", "b", "c"), true).features());
  }

  @ParameterizedTest
  @CsvSource({"10, -1", "20, 3", "15, 1", "12.5, 0", "-1e300, -1", "1e300, 3", "9.999, -1"})
  void aNumberIsAsFarUpTheRangeAsFromLowToHigh(double number, double feature) {
    assertEquals(feature, number(10, 20).feature(number, SIGNED));
  }

  @Property
  void theEndsAreMetExactlyAndEverythingElseLiesBetween(
      @ForAll double a,
      @ForAll double b,
      @ForAll double rangeLow,
      @ForAll double rangeHigh,
      @ForAll double number) {
    Assume.that(a < b && Double.isFinite(b - a));
    Range range = new Range(Math.min(rangeLow, rangeHigh), Math.max(rangeLow, rangeHigh));
    NumberColumn column = number(a, b);

    double feature = column.feature(number, range);

    assertEquals(range.low(), column.feature(a, range), 0);
    assertEquals(range.high(), column.feature(b, range), 0);
    assertTrue(feature >= range.low() && feature <= range.high(), () -> "feature " + feature);
    if (number <= a) {
      assertEquals(column.feature(a, range), feature);
    } else if (number >= b) {
      assertEquals(column.feature(b, range), feature);
    }
  }

  @Property
  void aLargerNumberIsNeverASmallerFeature(
      @ForAll @DoubleRange(min = -10, max = 110) double one,
      @ForAll @DoubleRange(min = -10, max = 110) double other) {
    Range unit = new Range(0, 1);

    assertTrue(
        number(0, 100).feature(Math.min(one, other), unit)
            <= number(0, 100).feature(Math.max(one, other), unit));
  }

  @ParameterizedTest
  @CsvSource({
    "1.0, 1.0",
    "2.0, 1.0",
    "NaN, 1.0",
    "0.0, NaN",
    "0.0, Infinity",
    "-Infinity, 0.0",
    "-1.0E308, 1.0E308"
  })
  void endsOutOfOrderOrTooFarApartAreRefused(double low, double high) {
    assertRefused(
        "Column \"x\": low is %s and high is %s: low must be below high, and their difference finite"
            .formatted(low, high),
        () -> number(low, high));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.001, 6.001, Double.NaN, Double.POSITIVE_INFINITY})
  void whatAMissingNumberCountsAsLiesBetweenTheEnds(double missing) {
    assertRefused(
        "Column \"x\": missing is %s: it must be from low to high, 0.0 to 6.0".formatted(missing),
        () -> new NumberColumn("x", 0, 6, OptionalDouble.of(missing)));
    assertEquals(2, new NumberColumn("x", 0, 6, OptionalDouble.of(6)).features());
  }

  @Test
  void aCategoryHasOneToSoManyValues() {
    List<String> most =
        IntStream.range(0, CategoryColumn.MAX_VALUES).mapToObj(Integer::toString).toList();
    List<String> more =
        IntStream.rangeClosed(0, CategoryColumn.MAX_VALUES).mapToObj(Integer::toString).toList();

    assertEquals(4096, new CategoryColumn("x", most, false).features());
    assertRefused(
        "Column \"x\": the number of values is 4097: it must be from 1 to 4096",
        () -> new CategoryColumn("x", more, false));
    assertRefused(
        "Column \"x\": the number of values is 0: it must be from 1 to 4096",
        () -> new CategoryColumn("x", List.of(), false));
  }

  @Test
  void valuesDifferAndArePlainTextWithoutSpacesAround() {
    assertRefused(
        "Column \"x\": value \"a\" is given more than once",
        () -> new CategoryColumn("x", List.of("a", "b", "a"), false));
    String rule =
        ": it must have from 1 to 1000 characters, no control characters, not only spaces";
    for (String bad : List.of("", " ")) {
      assertRefused(
          "Column \"x\": value \"" + bad + "\"" + rule,
          () -> new CategoryColumn("x", List.of(bad), false));
    }
    assertRefused(
        "Column \"x\": value \"a\\u000ab\"" + rule,
        () -> new CategoryColumn("x", List.of("a\nb"), false));
    for (String bad : List.of(" a", "a ", "\u3000a")) {
      assertRefused(
          "Column \"x\": value \""
              + bad
              + "\": it must not begin or end with a space, because"
              + " cells are read without",
          () -> new CategoryColumn("x", List.of(bad), false));
    }
    assertEquals(2, new CategoryColumn("x", List.of("a", "A b"), false).features());
  }

  @Test
  void aColumnHasANameOnOneLine() {
    String rule =
        ": it must have from 1 to 1000 characters, no control characters, not only spaces";
    assertRefused("Column \"\"" + rule, () -> new NumberColumn("", 0, 1, OptionalDouble.empty()));
    assertRefused(
        "Column \"a\\u000d\"" + rule, () -> new CategoryColumn("a\r", List.of("a"), false));
  }

  @Test
  void columnsGiveAsManyFeaturesAsTheInputHas() {
    Range unit = new Range(0, 1);
    List<InputColumn> columns =
        List.of(
            new NumberColumn("age", 18, 100, OptionalDouble.of(50)),
            new CategoryColumn("ward", List.of("medical", "icu"), true));

    assertEquals(columns, new InputSpec(Shape.flat(4), unit, List.of(), columns).columns());
    assertRefused(
        "The columns give 4 features for an input of shape 5: they must give 5",
        () -> new InputSpec(Shape.flat(5), unit, List.of(), columns));
    assertRefused(
        "There are columns for an input of shape 1x2x2: it must be a vector",
        () -> new InputSpec(new Shape(1, 2, 2), unit, List.of(), columns));
    assertRefused(
        "There are both features and columns: give features for numbers as they are, columns for"
            + " anything else",
        () -> new InputSpec(Shape.flat(4), unit, List.of("a", "b", "c", "d"), columns));
    assertRefused(
        "Column \"age\" is given more than once",
        () ->
            new InputSpec(Shape.flat(4), unit, List.of(), List.of(columns.get(0), columns.get(0))));
  }

  private static NumberColumn number(double low, double high) {
    return new NumberColumn("x", low, high, OptionalDouble.empty());
  }
}
