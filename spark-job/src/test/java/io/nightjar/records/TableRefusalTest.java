package io.nightjar.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.nightjar.model.InputSpec;
import io.nightjar.model.Range;
import io.nightjar.model.Shape;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableRefusalTest {

  private static final InputSpec AGE_DOSE = Records.named(new Range(0, 100), "age", "dose");

  private final Folder folder = new Folder();

  @AfterEach
  void deleteFolder() {
    folder.close();
  }

  private String refused(Path path, String... parts) {
    return Records.refused(() -> Records.census(path, AGE_DOSE), parts);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "p2,SECRET,1 | column \"age\": not a decimal number",
        "p2,1,0x1F | column \"dose\": not a decimal number",
        "p2,1,1d | column \"dose\": not a decimal number",
        "p2,1;5,1 | column \"age\": not a decimal number",
        "p2,,1 | column \"age\": the value is missing",
        "p2,1,'  ' | column \"dose\": the value is missing",
        "p2,NaN,1 | column \"age\": not finite",
        "p2,1,-Infinity | column \"dose\": not finite",
        "p2,1e999,1 | column \"age\": not finite",
        "p2,31337,1 | column \"age\": outside the model's range from 0.0 to 100.0",
        "p2,1,-0.001 | column \"dose\": outside the model's range from 0.0 to 100.0",
        "'',1,1 | column \"id\": the id is missing",
        "'  ',1,1 | column \"id\": the id is missing",
        "SECRET1,1,1 | column \"id\": a row before this one has the same id",
        "p2,1 | number of cells 2, of columns in the header 3",
        "p2,1,SECRET,4 | number of cells 4, of columns in the header 3",
      })
  void aBadRowIsNamedWithoutItsValues(String row, String why) {
    Path csv = folder.lines("a.csv", "id,age,dose", "SECRET1,1,1", row.replace("'", ""), "p3,3,3");

    refused(csv, "1 of 3 rows is bad: \"a.csv\" row 2 (line 3)", why);
  }

  @Test
  void allBadRowsAreCountedAndTheFirstFewShown() {
    String[] lines = new String[11];
    Arrays.setAll(lines, i -> "p" + i + "," + (i % 2 == 0 ? "SECRET" : "1") + ",2");
    lines[0] = "id,age,dose";

    String message =
        refused(
            folder.lines("a.csv", lines), "5 of 10 rows are bad", "row 2 (", "row 10 (", "leave");
    assertFalse(message.contains("more"), message);

    Arrays.setAll(lines, i -> i == 0 ? lines[0] : "p" + i + ",SECRET,2");
    message = refused(folder.lines("a.csv", lines), "10 of 10 rows are bad", "; and 5 more");
    assertFalse(message.contains("row 6 "), message);
  }

  @Test
  void rowsAreCountedWithinTheirFile() {
    folder.lines("t/part-1.csv", "id,age,dose", "p1,1,1", "p2,1,1");
    folder.lines("t/part-2.csv", "id,age,dose", "p3,1,1", "p1,1,1");

    refused(folder.path("t"), "\"part-2.csv\" row 2 (line 3), column \"id\"");
  }

  @Test
  void aFileThatCannotBeReadOnIsReportedWithTheBadRowsBeforeIt() {
    folder.lines("t/part-1.csv", "id,age,dose", "p1,SECRET,1");
    folder.lines("t/part-2.csv", "id,age", "p3,1");

    refused(
        folder.path("t"),
        "1 of 1 rows is bad: \"part-1.csv\" row 1",
        "and then \"part-2.csv\" lacks 1 of the 2 feature columns: \"dose\"");
  }

  @Test
  void aMissingFeatureBringsTheNearestColumnToMind() {
    refused(
        folder.lines("a.csv", "id,Age,dosis", "p1,1,1"),
        "\"a.csv\" lacks 2 of the 2 feature columns: \"age\" (did you mean \"Age\"?)",
        "\"dose\" (did you mean \"dosis\"?)");
    refused(
        folder.parquet(
            "a.parquet",
            "required int32 id; required double agee; required double dose;",
            List.of()),
        "\"a.parquet\" lacks 1 of the 2 feature columns: \"age\" (did you mean \"agee\"?)");
  }

  @Test
  void manyMissingFeaturesAreCountedNotListed() {
    String[] features = new String[100];
    Arrays.setAll(features, i -> "feature-" + i);

    String message =
        Records.refused(
            () ->
                Records.census(
                    folder.lines("a.csv", "id,x"), Records.named(Records.UNIT, features)),
            "lacks 100 of the 100 feature columns",
            ", ...");
    assertFalse(message.contains("feature-5"), message);
  }

  @Test
  void aMissingIdColumnIsNamed() {
    refused(
        folder.lines("a.csv", "ID,age,dose", "p1,1,1"),
        "\"a.csv\" has no column \"id\" for the ids (did you mean \"ID\"?)");
    refused(
        folder.parquet("a.parquet", "required double age; required double dose;", List.of()),
        "\"a.parquet\" has no column \"id\" for the ids");
  }

  @Test
  void withoutAHeaderNothingOfTheFirstRecordIsShown() {
    String message = refused(folder.lines("a.csv", "idx,0.25,dos", "SECRET,1,1"), "header");

    assertFalse(message.contains("idx"), message);
    assertFalse(message.contains("0.25"), message);
  }

  @Test
  void aColumnThatIsThereTwiceIsAmbiguous() {
    refused(folder.lines("a.csv", "id,age,dose,age", "p1,1,1,1"), "has 2 columns \"age\"");
    refused(folder.lines("a.csv", "id,age,dose,id", "p1,1,1,1"), "has 2 columns \"id\"");
  }

  @Test
  void withoutNamesTheNumberOfColumnsMustFit() {
    Records.refused(
        () ->
            Records.census(
                folder.lines("a.csv", "id,a,b,c", "p1,1,1,1"),
                Records.unnamed(Records.UNIT, Shape.flat(2))),
        "\"a.csv\" has 3 columns besides \"id\"",
        "takes exactly 2");
  }

  @Test
  void theIdCannotBeAFeature() {
    Records.refused(
        () ->
            Records.open(
                folder.lines("a.csv", "id,age,dose"),
                AGE_DOSE,
                RecordOptions.defaults().withIdColumn("age")),
        "Column \"age\" is one of the model's features");
  }

  @Test
  void textThatIsNotCsvIsRefusedWhereItStops() {
    refused(
        folder.lines("a.csv", "id,age,dose", "p1,1,1", "\"SECRET\"x,1,1"),
        "\"a.csv\" row 2",
        "not CSV");
    refused(
        folder.text("a.csv", "id,age,dose\np1,1,1\np2,1," + "9".repeat(70_000)),
        "\"a.csv\" row 2",
        "more than 65536 characters");
    refused(folder.text("a.csv", ""), "\"a.csv\" is empty");
  }

  @Test
  void aQuoteThatIsNeverClosedIsRefused() {
    refused(
        folder.lines("a.csv", "id,age,dose", "p1,1,1", "\"SECRET,1,1", "p3,1,1"),
        "\"a.csv\" row 2",
        "a quote is not closed");
    refused(
        folder.text("a.csv", "id,age,dose\np1,1,1\np2,1,\"31337"),
        "\"a.csv\" row 2 (line 3): a quote is not closed");
  }

  @Test
  void linesAreCountedThroughCellsOfSeveralLinesAndBlankOnes() {
    refused(
        folder.text(
            "a.csv", "id,age,dose\r\n\"p\r\n1\",1,1\r\n\r\n\"p\n\n2\",SECRET,1\r\np3,1,SECRET\r\n"),
        "row 2 (line 5), column \"age\"",
        "row 3 (line 8), column \"dose\"");
  }

  @Test
  void anotherSeparatorIsGuessedAtInTheMessageOnly() {
    refused(
        folder.lines("a.csv", "id;age;dose", "p1;1;1"),
        "no column \"id\" for the ids (there is one column: are commas between them?)");
  }

  @Test
  void textMustBeUtf8() {
    byte[] latin1 = Folder.utf8("id,age,dose\np1,1,1\nZo?,1,1\n");
    latin1[latin1.length - 6] = (byte) 0xeb;

    refused(folder.bytes("a.csv", latin1), "\"a.csv\"", "not UTF-8");
  }

  @Test
  void gzipThatEndsEarlyIsRefused() {
    byte[] whole = Folder.gzip(Folder.utf8("id,age,dose\n" + "p1,1,1\n".repeat(9)));

    refused(
        folder.bytes("a.csv.gz", Arrays.copyOf(whole, whole.length - 12)),
        "\"a.csv.gz\"",
        "not whole gzip");
  }

  @Test
  void badRowsOfParquetAreNamedToo() {
    Path parquet =
        folder.parquet(
            "a.parquet",
            "optional binary id (STRING); optional double age; optional float dose;",
            List.of(
                row -> row.append("id", "p1").append("age", 1.0).append("dose", 1f),
                row -> row.append("id", "p2").append("dose", 1f),
                row -> row.append("id", "p3").append("age", Double.NaN).append("dose", 1f),
                row -> row.append("id", "p4").append("age", 1.0).append("dose", 31337f),
                row -> row.append("age", 1.0).append("dose", 1f),
                row -> row.append("id", "p1").append("age", 1.0).append("dose", 1f)));

    refused(
        parquet,
        "5 of 6 rows are bad",
        "\"a.parquet\" row 2, column \"age\": the value is missing",
        "row 3, column \"age\": not finite",
        "row 4, column \"dose\": outside the model's range from 0.0 to 100.0",
        "row 5, column \"id\": the id is missing",
        "row 6, column \"id\": a row before this one has the same id");
  }

  @Test
  void idsOfParquetMustBeUtf8() {
    Path parquet =
        folder.parquet(
            "a.parquet",
            "required binary id (STRING); required double age; required double dose;",
            List.of(
                row ->
                    row.append("id", Binary.fromConstantByteArray(new byte[] {(byte) 0xff}))
                        .append("age", 1.0)
                        .append("dose", 1.0)));

    refused(parquet, "row 1, column \"id\": the id is missing, or not UTF-8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "required double id;",
        "required binary id;",
        "required int32 id (DATE);",
        "required int96 id;",
        "required boolean id;",
        "repeated int64 id;",
        "required int64 id (INTEGER(64,false));",
      })
  void otherTypesOfIdsAreRefused(String id) {
    refused(
        folder.parquet("a.parquet", id + " required double age; required double dose;", List.of()),
        "\"a.parquet\" column \"id\" is ",
        "an id must be an int32, int64 or string");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "required boolean age;",
        "required binary age (STRING);",
        "required int32 age (DECIMAL(9,2));",
        "required int64 age (TIMESTAMP(MILLIS,true));",
        "repeated double age;",
        "required group age { required double x; }",
      })
  void otherTypesOfFeaturesAreRefused(String age) {
    refused(
        folder.parquet("a.parquet", "required int32 id; required double dose; " + age, List.of()),
        "\"a.parquet\" column \"age\" is ",
        "a feature must be an int32, int64, float or double");
  }

  @Test
  void partsMustHaveIdsOfOneType() {
    String features = " required double age; required double dose;";
    folder.parquet("t/1.parquet", "required int32 id;" + features, List.of());
    folder.parquet("t/2.parquet", "required int64 id;" + features, List.of());
    assertEquals(IdType.LONG, Records.census(folder.path("t"), AGE_DOSE).idType());

    folder.parquet("t/3.parquet", "required binary id (STRING);" + features, List.of());
    refused(folder.path("t"), "\"3.parquet\" has ids of type STRING, the files before it LONG");
  }

  @Test
  void damagedParquetIsRefused() throws Exception {
    Path parquet =
        folder.parquet(
            "a.parquet",
            "required int32 id; required double age; required double dose;",
            List.of(row -> row.append("id", 1).append("age", 1.0).append("dose", 1.0)));
    byte[] whole = Files.readAllBytes(folder.local("a.parquet"));
    Files.delete(folder.local(".a.parquet.crc"));

    folder.bytes("a.parquet", Arrays.copyOf(whole, whole.length - 20));
    refused(parquet, "\"a.parquet\" cannot be read as Parquet");
    folder.text("a.parquet", "id,age,dose\n");
    refused(parquet, "\"a.parquet\" does not begin as Parquet does");
    folder.bytes("a.csv", whole);
    refused(folder.path("a.csv"), "\"a.csv\" is named as CSV but begins as PARQUET does");
  }

  @Test
  void aPathMustHaveDataOfOneFormat() throws Exception {
    refused(folder.path("nowhere.csv"), "There is no ", "nowhere.csv");

    folder.text("t/_SUCCESS", "");
    refused(folder.path("t"), "no files with data");

    folder.lines("t/a.csv", "id,age,dose");
    folder.parquet(
        "t/b.parquet", "required int32 id; required double age; required double dose;", List.of());
    refused(folder.path("t"), "several formats, such as \"a.csv\" and \"b.parquet\"");

    folder.lines("u/city=Ulm/a.csv", "id,age,dose");
    refused(
        folder.path("u"),
        "has a directory in it, \"city=Ulm\"",
        "partitions are read with --input-format");

    folder.bytes("v/a.idx", Idx.images(1, 1, 2, new byte[2]));
    refused(folder.path("v"), "a directory of IDX files");
  }

  @Test
  void nothingOutsideTheDirectoryIsRead() throws Exception {
    folder.lines("elsewhere.csv", "id,age,dose", "p1,1,1");
    folder.lines("t/a.csv", "id,age,dose", "p2,1,1");
    Files.createSymbolicLink(folder.local("t/b.csv"), folder.local("t/a.csv"));
    Files.createSymbolicLink(folder.local("t/c.csv"), folder.local("elsewhere.csv"));

    refused(folder.path("t"), "\"c.csv\" in ", "a link to a file outside");
  }

  @Test
  void aRowThatGoesBadAfterTheCensusIsRefusedByTheReader() throws Exception {
    Path csv = folder.lines("a.csv", "id,age,dose", "p1,1,1", "p2,2,2");
    RecordInput input = Records.open(csv, AGE_DOSE);
    input.census();
    folder.lines("a.csv", "id,age,dose", "p1,1,1", "p2,31337,2");

    try (RecordReader reader = input.reader()) {
      assertEquals(1, reader.next(1).orElseThrow().size());
      Records.refused(() -> reader.next(1), "\"a.csv\" row 2 (line 3), column \"age\": outside");
    }
    Records.refused(() -> Records.read(input, 1, 5), "\"a.csv\" row 2 (line 3)");
  }
}
