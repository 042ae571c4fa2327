package io.nightjar.records;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.model.CategoryColumn;
import io.nightjar.model.InputColumn;
import io.nightjar.model.InputSpec;
import io.nightjar.model.NumberColumn;
import io.nightjar.model.Range;
import io.nightjar.model.Shape;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How cells become values, whoever has read them. */
class TableCellsTest {

  private static final InputSpec WARD =
      spec(
          new Range(-1, 1),
          new NumberColumn("age", 20, 100, OptionalDouble.empty()),
          new NumberColumn("lab", 0, 8, OptionalDouble.of(2)),
          new CategoryColumn("ward", List.of("medical", "surgical", "icu"), false),
          new CategoryColumn("sex", List.of("f", "m"), true));

  private static final InputSpec AGE_DOSE =
      new InputSpec(Shape.flat(2), new Range(0, 100), List.of("age", "dose"));

  private static InputSpec spec(Range range, InputColumn... columns) {
    int features = List.of(columns).stream().mapToInt(InputColumn::features).sum();
    return new InputSpec(Shape.flat(features), range, List.of(), List.of(columns));
  }

  private static TableCells find(InputSpec spec, String ids, String... names) {
    return TableCells.find(
        spec,
        List.of(ids.split(",", -1)),
        "a.csv",
        Arrays.stream(names).map(name -> new TableCells.Column(name, false)).toList());
  }

  private static TableCells wards() {
    return find(WARD, "id", "id", "age", "lab", "ward", "sex");
  }

  private static double[] values(TableCells cells, Object... row) {
    double[] values = new double[cells.width()];
    assertEquals(Optional.empty(), cells.encode(row, values));
    return values;
  }

  private static String fault(TableCells cells, Object... row) {
    TableCells.Fault fault = cells.encode(row, new double[cells.width()]).orElseThrow();
    for (Object cell : row) {
      boolean secret = cell instanceof String text && text.contains("SECRET");
      assertFalse(secret && fault.why().contains("SECRET"), fault.why());
    }
    return "%s: %s".formatted(fault.column(), fault.why());
  }

  private static void refused(Records.Work work, String... parts) {
    Records.refused(work, parts);
  }

  @Test
  void columnsAreFoundByTheirNamesInAnyOrder() {
    TableCells cells = find(WARD, "id", "sex", "ward", "note", "id", "lab", "age");

    assertEquals(List.of(3), cells.ids());
    assertEquals(List.of(5, 4, 1, 0), cells.features());
    assertEquals(
        List.of(0, 2),
        find(new InputSpec(Shape.flat(2), new Range(0, 9), List.of()), "id", "z", "id", "a")
            .features(),
        "all others in their order, where a model names none");
  }

  @Test
  void eachColumnGivesItsFeaturesInTheOrderOfTheModel() {
    assertArrayEquals(
        new double[] {0, 1, -1, -1, -1, 1, -1, 1}, values(wards(), "60", "8", "icu", "m"));
    assertArrayEquals(
        new double[] {-1, -0.5, 1, 1, -1, -1, 1, -1},
        values(wards(), " 20 ", "", " medical ", "f"));
    assertArrayEquals(
        new double[] {1, -0.5, 1, -1, 1, -1, -1, -1}, values(wards(), 100, null, "surgical", null));
  }

  @Test
  void numbersBeyondTheEndsCountAsTheEndsAndAreCounted() {
    TableCells cells = wards();

    assertArrayEquals(
        new double[] {-1, -1, -1, -1, -1, 1, 1, -1}, values(cells, "19.9", "-1e300", "icu", "f"));
    assertArrayEquals(
        new double[] {1, 1, -1, -1, -1, 1, 1, -1}, values(cells, 999L, 9f, "icu", "f"));
    assertArrayEquals(
        new double[] {1, 1, -1, -1, -1, 1, 1, -1},
        values(cells, new BigDecimal("100.00"), 8.0, "icu", "f"));
    assertEquals(Map.of("age", 2L, "lab", 2L), cells.outside(cells.outside()));
  }

  /** The ends are doubles; a float that is one of them, rounded, stands for it. */
  @Test
  void aFloatAtTheEndOfTheRangeIsInTheRange() {
    TableCells cells =
        find(new InputSpec(Shape.flat(1), new Range(-0.1, 0.1), List.of("x")), "id", "id", "x");

    assertArrayEquals(new double[] {0.1}, values(cells, 0.1f));
    assertArrayEquals(new double[] {-0.1}, values(cells, -0.1f));
    assertTrue(fault(cells, Math.nextUp(0.1f)).contains("outside the model's range"));
  }

  @Test
  void aMissingNumberIsToldApartFromTheNumberItCountsAs() {
    double[] missing = values(wards(), 50, null, "icu", "f");
    double[] there = values(wards(), 50, 2, "icu", "f");

    assertEquals(missing[1], there[1]);
    assertNotEquals(missing[2], there[2]);
  }

  @Test
  void categoriesMayBeWholeNumbersOrTruthValues() {
    TableCells cells =
        find(
            spec(
                new Range(0, 1),
                new CategoryColumn("smoker", List.of("true", "false"), true),
                new CategoryColumn("code", List.of("-7", "7"), true),
                new CategoryColumn("grade", List.of("1.50"), true)),
            "id",
            "id",
            "smoker",
            "code",
            "grade");

    assertArrayEquals(
        new double[] {0, 1, 1, 0, 1}, values(cells, false, -7L, new BigDecimal("1.50")));
    assertArrayEquals(new double[] {1, 0, 0, 1, 0}, values(cells, true, (short) 7, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "null | 1 | icu | f | age: the value is missing",
        "' ' | 1 | icu | f | age: the value is missing",
        "SECRET | 1 | icu | f | age: not a decimal number",
        "0x1F | 1 | icu | f | age: not a decimal number",
        "1d | 1 | icu | f | age: not a decimal number",
        "1;5 | 1 | icu | f | age: not a decimal number",
        "NaN | 1 | icu | f | age: not finite",
        "50 | -inf | icu | f | lab: not finite",
        "50 | 1e999 | icu | f | lab: not finite",
        "50 | NA | icu | f | lab: not a decimal number",
        "50 | 1\uFFFD | icu | f | lab: not UTF-8",
        "50 | 1 | null | f | ward: the value is missing",
        "50 | 1 | ' ' | f | ward: the value is missing",
        "50 | 1 | SECRET | f | ward: not a value that the model knows: it must be one of \"medical\", \"surgical\", \"icu\"",
        "50 | 1 | ICU | f | ward: not a value that the model knows",
        "50 | 1 | icu | SECRET | sex: not a value that the model knows: it must be one of \"f\", \"m\", or empty",
        "50 | 1 | icu | \uFFFD | sex: not UTF-8",
      })
  void aBadCellIsNamedWithoutItsValue(String age, String lab, String ward, String sex, String why) {
    String fault = fault(wards(), age, lab, ward, sex);

    assertTrue(fault.startsWith(why), fault);
  }

  @Test
  void numbersThatAreNoneAreRefusedToo() {
    TableCells cells = find(AGE_DOSE, "id", "id", "age", "dose");

    assertTrue(fault(cells, Double.NaN, 1).startsWith("age: not finite"));
    assertTrue(fault(cells, 1, Float.NEGATIVE_INFINITY).startsWith("dose: not finite"));
    String outside = fault(cells, 31337, 1);
    assertEquals("age: outside the model's range from 0.0 to 100.0", outside);
    assertTrue(fault(wards(), 50, Double.POSITIVE_INFINITY, "icu", "f").contains("not finite"));
  }

  @Test
  void whatIsSaidOfAnUnknownValueDoesNotHintAtIt() {
    assertEquals(fault(wards(), 50, 1, "surgicl", "f"), fault(wards(), 50, 1, "mediical", "f"));

    List<String> many = IntStream.range(0, 40).mapToObj(i -> "value-" + i).toList();
    String fault =
        fault(
            find(spec(new Range(0, 1), new CategoryColumn("x", many, false)), "id", "id", "x"),
            "SECRET");
    assertTrue(fault.endsWith("\"value-9\" or 30 more"), fault);
  }

  @Test
  void whatIsMissingBringsTheNearestColumnToMind() {
    refused(
        () -> find(AGE_DOSE, "id", "id", "Age", "dosis"),
        "\"a.csv\" lacks 2 of the 2 feature columns: \"age\" (did you mean \"Age\"?)",
        "\"dose\" (did you mean \"dosis\"?)");
    refused(
        () -> find(AGE_DOSE, "id", "ID", "age", "dose"),
        "\"a.csv\" has no column \"id\" for the ids (did you mean \"ID\"?)");
    refused(
        () -> find(AGE_DOSE, "id", "id;age;dose"),
        "no column \"id\" for the ids (there is one column: are commas between them?)");
    String[] features = new String[100];
    Arrays.setAll(features, i -> "feature-" + i);
    String message =
        Records.refused(
            () ->
                find(
                    new InputSpec(Shape.flat(100), Records.UNIT, List.of(features)),
                    "id",
                    "id",
                    "x"),
            "lacks 100 of the 100 feature columns",
            ", ...");
    assertFalse(message.contains("feature-5"), message);
  }

  @Test
  void withoutAHeaderNothingOfTheFirstRecordIsShown() {
    String message = Records.refused(() -> find(AGE_DOSE, "id", "SECRET", "0.25", "x"), "header");

    assertFalse(message.contains("SECRET") || message.contains("0.25"), message);
  }

  @Test
  void columnsThatAreAmbiguousOrNotAsManyAsTheyShouldBeAreRefused() {
    refused(
        () -> find(AGE_DOSE, "id", "id", "age", "dose", "age"), "\"a.csv\" has 2 columns \"age\"");
    refused(() -> find(AGE_DOSE, "id", "id", "age", "dose", "id"), "has 2 columns \"id\"");
    refused(
        () ->
            find(new InputSpec(Shape.flat(2), Records.UNIT, List.of()), "id", "id", "a", "b", "c"),
        "\"a.csv\" has 3 columns besides \"id\"",
        "takes exactly 2");
    refused(
        () -> find(AGE_DOSE, "id,age", "id", "age", "dose"),
        "Column \"age\" is one of the model's features");
    refused(
        () -> find(WARD, "ward", "id", "age", "lab", "ward", "sex"),
        "Column \"ward\" is one of the model's features");
  }

  @Test
  void idsAreTextsNumbersOrSeveralValues() {
    assertEquals(
        Optional.of(RecordId.of(7)), TableCells.id(IdType.LONG, List.<Object>of((short) 7)));
    assertEquals(Optional.of(RecordId.of(" 007 ")), TableCells.id(IdType.STRING, List.of(" 007 ")));
    for (String bad : new String[] {null, "", "  ", "Zo\uFFFD"}) {
      assertEquals(Optional.empty(), TableCells.id(IdType.STRING, Arrays.asList((Object) bad)));
      assertEquals(Optional.empty(), TableCells.id(IdType.VALUES, Arrays.asList(1, bad)));
    }
  }
}
