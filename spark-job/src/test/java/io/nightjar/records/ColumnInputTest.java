package io.nightjar.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.nightjar.model.CategoryColumn;
import io.nightjar.model.InputColumn;
import io.nightjar.model.InputSpec;
import io.nightjar.model.NumberColumn;
import io.nightjar.model.Range;
import io.nightjar.model.Shape;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests tables of models that say how to take their columns. */
class ColumnInputTest {

  private static final InputSpec WARD =
      spec(
          new Range(-1, 1),
          new NumberColumn("age", 20, 100, OptionalDouble.empty()),
          new NumberColumn("lab", 0, 8, OptionalDouble.of(2)),
          new CategoryColumn("ward", List.of("medical", "surgical", "icu"), false),
          new CategoryColumn("sex", List.of("f", "m"), true));

  private final Folder folder = new Folder();

  @AfterEach
  void deleteFolder() {
    folder.close();
  }

  private static InputSpec spec(Range range, InputColumn... columns) {
    int features = List.of(columns).stream().mapToInt(InputColumn::features).sum();
    return new InputSpec(Shape.flat(features), range, List.of(), List.of(columns));
  }

  private static List<List<Double>> rows(Path path, InputSpec spec) {
    return Records.read(Records.open(path, spec), 0, 9).rows();
  }

  private static String refused(Path path, String... parts) {
    return Records.refused(() -> Records.census(path, WARD), parts);
  }

  @Test
  void eachColumnGivesItsFeaturesInTheOrderOfTheModel() throws Exception {
    Path csv =
        folder.lines(
            "a.csv",
            "sex,ward,note,id,lab,age",
            "m,icu,x,p1,8,60",
            "f, medical ,,p2,, 20 ",
            ",\"surgical\",,p3,\"  \",100");

    assertEquals(3, Records.open(csv, WARD).census().records());
    assertEquals(
        List.of(
            List.of(0.0, 1.0, -1.0, -1.0, -1.0, 1.0, -1.0, 1.0),
            List.of(-1.0, -0.5, 1.0, 1.0, -1.0, -1.0, 1.0, -1.0),
            List.of(1.0, -0.5, 1.0, -1.0, 1.0, -1.0, -1.0, -1.0)),
        rows(csv, WARD));
  }

  @Test
  void numbersBeyondTheEndsCountAsTheEnds() {
    Path csv =
        folder.lines("a.csv", "id,age,lab,ward,sex", "p1,19.9,-1e300,icu,f", "p2,999,9,icu,f");

    assertEquals(
        List.of(
            List.of(-1.0, -1.0, -1.0, -1.0, -1.0, 1.0, 1.0, -1.0),
            List.of(1.0, 1.0, -1.0, -1.0, -1.0, 1.0, 1.0, -1.0)),
        rows(csv, WARD));
    assertEquals(Map.of("age", 2L, "lab", 2L), Records.census(csv, WARD).outside());
  }

  @Test
  void numbersBeyondTheEndsAreCountedForEachColumnOverAllFiles() throws Exception {
    folder.lines("in/a.csv", "id,age,lab,ward,sex", "p1,20,,icu,f", "p2,100,8,icu,f");
    folder.lines("in/b.csv", "id,lab,age,ward,sex", "p3,8.01,20,icu,f", "p4,-0.1,99,icu,f");
    RecordInput input = Records.open(folder.path("in"), WARD);

    assertEquals(Map.of("lab", 2L), input.census().outside());
    assertEquals(Map.of("lab", 2L), input.census().outside(), "the same in every pass");
  }

  @Test
  void inParquetTheyAreCountedToo() {
    InputSpec spec = spec(new Range(0, 1), new NumberColumn("x", 0, 0.1, OptionalDouble.of(0)));
    Path parquet =
        folder.parquet(
            "a.parquet",
            "required int32 id; optional float x;",
            List.of(
                row -> row.append("id", 1).append("x", 0.1f), // the float nearest to the end
                row -> row.append("id", 2).append("x", 0.11f),
                row -> row.append("id", 3)));

    assertEquals(Map.of("x", 1L), Records.census(parquet, spec).outside());
  }

  @Test
  void aMissingNumberIsToldApartFromTheNumberItCountsAs() throws Exception {
    Path missing = folder.lines("a.csv", "id,age,lab,ward,sex", "p1,50,,icu,f");
    Path there = folder.lines("b.csv", "id,age,lab,ward,sex", "p1,50,2,icu,f");

    assertEquals(rows(missing, WARD).get(0).get(1), rows(there, WARD).get(0).get(1));
    assertNotEquals(Records.census(missing, WARD).digest(), Records.census(there, WARD).digest());
  }

  @Test
  void parquetGivesTheSameRecordsAsCsv() throws Exception {
    Path csv = folder.lines("a.csv", "id,age,lab,ward,sex", "p1,60,8,icu,m", "p2,30,,medical,");
    Path parquet =
        folder.parquet(
            "a.parquet",
            "optional int32 age; optional double lab; optional binary ward (STRING);"
                + "optional binary sex (STRING); required binary id (STRING);",
            List.of(
                row ->
                    row.append("age", 60)
                        .append("lab", 8.0)
                        .append("ward", "icu")
                        .append("sex", "m")
                        .append("id", "p1"),
                row -> row.append("age", 30).append("ward", " medical ").append("id", "p2")));

    assertEquals(rows(csv, WARD), rows(parquet, WARD));
    assertEquals(Records.census(csv, WARD).digest(), Records.census(parquet, WARD).digest());
  }

  @Test
  void whatTheModelSeesAloneCountsForTheDigest() throws Exception {
    Path csv = folder.lines("a.csv", "id,age,lab,ward,sex", "p1,100,8,icu,m");
    Path same = folder.lines("b.csv", "ward,x,age,lab,sex,id", "icu,1,101,8e0,m,p1");
    String digest = Records.census(csv, WARD).digest();

    assertEquals(digest, Records.census(same, WARD).digest());
    for (String other : List.of("99,8,icu,m", "100,7,icu,m", "100,8,medical,m", "100,8,icu,")) {
      assertNotEquals(
          digest,
          Records.census(folder.lines("c.csv", "id,age,lab,ward,sex", "p1," + other), WARD)
              .digest(),
          other);
    }
  }

  @Test
  void categoriesOfParquetAreTextsWholeNumbersOrTruthValues() {
    InputSpec spec =
        spec(
            new Range(0, 1),
            new CategoryColumn("smoker", List.of("true", "false"), true),
            new CategoryColumn("grade", List.of("1", "2"), true),
            new CategoryColumn("code", List.of("-7", "7"), true),
            new CategoryColumn("name", List.of("Zoë", "a,b"), true));
    Path parquet =
        folder.parquet(
            "a.parquet",
            "required int32 id; optional boolean smoker; optional int32 grade;"
                + "optional int64 code; optional binary name (STRING);",
            List.of(
                row ->
                    row.append("id", 1)
                        .append("smoker", false)
                        .append("grade", 2)
                        .append("code", -7L)
                        .append("name", "Zoë"),
                row -> row.append("id", 2).append("smoker", true).append("name", ""),
                row -> row.append("id", 3)));
    Path csv =
        folder.lines(
            "a.csv", "id,smoker,grade,code,name", "1,false,2,-7,Zoë", "2,true,,,", "3,,,,");

    assertEquals(
        List.of(
            List.of(0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0),
            List.of(1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
            List.of(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)),
        rows(parquet, spec));
    assertEquals(rows(csv, spec), rows(parquet, spec));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "p2,,1,icu,f | column \"age\": the value is missing",
        "p2,SECRET,1,icu,f | column \"age\": not a decimal number",
        "p2,NaN,1,icu,f | column \"age\": not finite",
        "p2,50,nan,icu,f | column \"lab\": not finite",
        "p2,50,-inf,icu,f | column \"lab\": not finite",
        "p2,50,1e999,icu,f | column \"lab\": not finite",
        "p2,50,NA,icu,f | column \"lab\": not a decimal number",
        "p2,50,1,,f | column \"ward\": the value is missing",
        "p2,50,1,' ',f | column \"ward\": the value is missing",
        "p2,50,1,SECRET,f | column \"ward\": not a value that the model knows: it must be one of"
            + " \"medical\", \"surgical\", \"icu\"",
        "p2,50,1,ICU,f | column \"ward\": not a value that the model knows",
        "p2,50,1,i cu,f | column \"ward\": not a value that the model knows",
        "p2,50,1,icu,SECRET | column \"sex\": not a value that the model knows: it must be one of"
            + " \"f\", \"m\", or empty",
        "p2,50,1,icu,NA | column \"sex\": not a value that the model knows",
        "p1,50,1,icu,f | column \"id\": a row before this one has the same id",
        "'',50,1,icu,f | column \"id\": the id is missing",
      })
  void aBadRowIsNamedWithoutItsValues(String row, String why) {
    Path csv =
        folder.lines(
            "a.csv", "id,age,lab,ward,sex", "p1,50,1,icu,f", row.replace("'", ""), "p3,50,1,icu,f");

    refused(csv, "1 of 3 rows is bad: \"a.csv\" row 2 (line 3)", why);
  }

  @Test
  void theMessageAboutAnUnknownValueDoesNotHintAtIt() {
    String one = refused(folder.lines("a.csv", "id,age,lab,ward,sex", "p1,50,1,surgicl,f"));
    String other = refused(folder.lines("a.csv", "id,age,lab,ward,sex", "p1,50,1,mediical,f"));

    assertEquals(one, other);
  }

  @Test
  void ofManyKnownValuesAFewAreListed() {
    List<String> values = IntStream.range(0, 40).mapToObj(i -> "value-" + i).toList();
    InputSpec spec = spec(new Range(0, 1), new CategoryColumn("x", values, false));

    String message =
        Records.refused(
            () -> Records.census(folder.lines("a.csv", "id,x", "p1,SECRET"), spec),
            "it must be one of \"value-0\", ",
            "\"value-9\" or 30 more");
    assertFalse(message.contains("value-10"), message);
  }

  @Test
  void badRowsOfParquetAreNamedToo() {
    Path parquet =
        folder.parquet(
            "a.parquet",
            "required int32 id; optional double age; optional double lab;"
                + "optional binary ward (STRING); optional binary sex (STRING);",
            List.of(
                row -> row.append("id", 1).append("lab", 1.0).append("ward", "icu"),
                row -> row.append("id", 2).append("age", 50.0),
                row -> row.append("id", 3).append("age", 50.0).append("ward", "SECRET"),
                row -> row.append("id", 4).append("age", Double.NaN).append("ward", "icu"),
                row ->
                    row.append("id", 5)
                        .append("age", 50.0)
                        .append("lab", Double.NEGATIVE_INFINITY)
                        .append("ward", "icu"),
                row -> row.append("id", 6).append("age", 50.0).append("ward", "icu")));

    refused(
        parquet,
        "5 of 6 rows are bad",
        "row 1, column \"age\": the value is missing",
        "row 2, column \"ward\": the value is missing",
        "row 3, column \"ward\": not a value that the model knows: it must be one of \"medical\"",
        "row 4, column \"age\": not finite",
        "row 5, column \"lab\": not finite");
  }

  @Test
  void categoriesOfParquetMustBeUtf8() {
    InputSpec spec = spec(new Range(0, 1), new CategoryColumn("x", List.of("a"), true));
    Path parquet =
        folder.parquet(
            "a.parquet",
            "required int32 id; required binary x (STRING);",
            List.of(
                row ->
                    row.append("id", 1)
                        .append("x", Binary.fromConstantByteArray(new byte[] {(byte) 0xff}))));

    Records.refused(() -> Records.census(parquet, spec), "row 1, column \"x\": not UTF-8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "required double ward;",
        "required binary ward;",
        "required int32 ward (DATE);",
        "repeated binary ward (STRING);",
        "required group ward { required int32 x; }",
        "required int64 ward (INTEGER(64,false));",
      })
  void otherTypesOfCategoriesAreRefused(String ward) {
    refused(
        folder.parquet(
            "a.parquet",
            "required int32 id; required double age; required double lab; required boolean sex; "
                + ward,
            List.of()),
        "\"a.parquet\" column \"ward\" is ",
        "a category must be a string, int32, int64 or boolean");
  }

  @Test
  void numbersOfParquetMustBeNumbers() {
    refused(
        folder.parquet(
            "a.parquet",
            "required int32 id; required binary age (STRING); required double lab;"
                + "required boolean sex; required boolean ward;",
            List.of()),
        "\"a.parquet\" column \"age\" is ",
        "a feature must be an int32, int64, float or double");
  }

  @Test
  void aMissingColumnBringsTheNearestToMind() {
    refused(
        folder.lines("a.csv", "id,Age,lab,wards,sex", "p1,1,1,icu,f"),
        "\"a.csv\" lacks 2 of the 4 feature columns: \"age\" (did you mean \"Age\"?), \"ward\" (did"
            + " you mean \"wards\"?)");
    refused(
        folder.lines("a.csv", "id,age,lab,ward,sex,ward", "p1,1,1,icu,f,icu"),
        "has 2 columns \"ward\"");
  }

  @Test
  void theIdCannotBeOneOfTheColumns() {
    Records.refused(
        () ->
            Records.open(
                folder.lines("a.csv", "id,age,lab,ward,sex"),
                WARD,
                RecordOptions.defaults().withIdColumn("ward")),
        "Column \"ward\" is one of the model's features");
  }

  @Test
  void imagesHaveNoColumns() {
    Path idx = folder.bytes("a.idx", Idx.of(0x802, new int[] {1, 8}, new byte[8]));

    refused(idx, "\"a.idx\" is IDX: the model takes a table's columns by name");
  }

  @Test
  void partsOfADirectoryMayHaveTheColumnsInAnyOrder() {
    folder.lines("t/part-1.csv", "id,age,lab,ward,sex", "p1,60,8,icu,m");
    folder.lines("t/part-2.csv", "sex,ward,lab,age,id", "m,icu,8,60,p2");

    List<List<Double>> rows = rows(folder.path("t"), WARD);

    assertEquals(rows.get(0), rows.get(1));
  }
}
