package io.nightjar.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.model.InputSpec;
import io.nightjar.model.Range;
import io.nightjar.model.Shape;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TableInputTest {

  private static final InputSpec AGE_DOSE = Records.named(new Range(0, 100), "age", "dose");

  private final Folder folder = new Folder();

  @AfterEach
  void deleteFolder() {
    folder.close();
  }

  private static List<RecordId> texts(String... ids) {
    return List.of(ids).stream().map(RecordId::of).toList();
  }

  @Test
  void featuresAreFoundByNameInAnyOrderAndOthersIgnored() throws Exception {
    Path csv =
        folder.lines("a.csv", "dose,city,id,age", "0.5,\"Ulm, Donau\",p1,61", "1e1,,p2, 7.25 ");

    RecordInput input = Records.open(csv, AGE_DOSE);
    RecordCensus census = input.census();

    assertEquals(2, census.records());
    assertEquals(IdType.STRING, census.idType());
    assertTrue(census.digest().matches("[0-9a-f]{64}"), census.digest());
    assertEquals(
        new Records(texts("p1", "p2"), List.of(List.of(61.0, 0.5), List.of(7.25, 10.0))),
        Records.read(input, 0, 10));
  }

  @Test
  void withoutNamesAllColumnsButTheIdAreTakenInOrder() {
    Path csv = folder.lines("a.csv", "z,id,a", "1,p1,2");

    assertEquals(
        List.of(List.of(1.0, 2.0)),
        Records.read(Records.open(csv, Records.unnamed(new Range(0, 9), Shape.flat(2))), 0, 10)
            .rows());
  }

  @Test
  void valuesOfABatchLieFeatureByFeature() throws Exception {
    Path csv = folder.lines("a.csv", "id,age,dose", "p1,1,10", "p2,2,20", "p3,3,30");

    try (RecordReader reader = Records.open(csv, AGE_DOSE).reader()) {
      RecordBatch two = reader.next(2).orElseThrow();
      RecordBatch rest = reader.next(2).orElseThrow();

      assertEquals("[1.0, 2.0, 10.0, 20.0]", Arrays.toString(two.values().values()));
      assertEquals("[3.0, 30.0]", Arrays.toString(rest.values().values()));
      assertTrue(reader.next(2).isEmpty());
    }
  }

  @Test
  void idsOfCsvAreKeptVerbatim() {
    Path csv =
        folder.text("a.csv", "id,age,dose\r\n 007 ,1,1\r\n\"a,\"\"b\"\"\nc\",2,2\r\n#x,3,3\r\n");

    assertEquals(
        texts(" 007 ", "a,\"b\"\nc", "#x"), Records.read(Records.open(csv, AGE_DOSE), 0, 9).ids());
  }

  @Test
  void aByteOrderMarkBlankLinesAndAMissingLastLineEndDoNoHarm() {
    Path csv = folder.text("a.csv", "\uFEFFid, age ,dose\n\np1,1,1\n\np2,2,2");

    assertEquals(texts("p1", "p2"), Records.read(Records.open(csv, AGE_DOSE), 0, 9).ids());
  }

  @Test
  void linesMayEndInBothWaysInOneFile() {
    for (String ends : List.of("\n|\r\n", "\r\n|\n")) {
      String[] end = ends.split("\\|", 2);
      Path csv =
          folder.text("a.csv", "age,dose,id" + end[0] + "1,1,p1" + end[1] + "2,2,p2" + end[0]);

      assertEquals(texts("p1", "p2"), Records.read(Records.open(csv, AGE_DOSE), 0, 9).ids());
    }
  }

  @Test
  void gzipIsRecognisedByItsBytesNotItsName() {
    byte[] first = Folder.gzip(Folder.utf8("id,age,dose\np1,1,1\n"));
    byte[] second = Folder.gzip(Folder.utf8("p2,2,2\n"));
    byte[] members = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, members, first.length, second.length);

    assertEquals(
        texts("p1", "p2"),
        Records.read(Records.open(folder.bytes("a.csv", members), AGE_DOSE), 0, 9).ids());
  }

  @Test
  void aDirectoryIsReadInOrderOfItsPartFiles() {
    folder.lines("t/part-2.csv", "dose,age,id", "3,30,p3");
    folder.lines("t/part-1.csv", "id,age,dose", "p1,10,1", "p2,20,2");
    folder.text("t/part-0.csv", "");
    folder.text("t/_SUCCESS", "");
    folder.text("t/.part-1.csv.crc", "x");

    RecordInput input = Records.open(folder.path("t"), AGE_DOSE);

    assertEquals(RecordFormat.CSV, input.format());
    assertEquals(
        new Records(
            texts("p1", "p2", "p3"),
            List.of(List.of(10.0, 1.0), List.of(20.0, 2.0), List.of(30.0, 3.0))),
        Records.read(input, 0, 2));
  }

  @Test
  void withoutFeatureNamesLaterPartsFollowTheColumnsOfTheFirst() {
    folder.lines("t/part-1.csv", "id,b,a", "p1,1,2");
    folder.lines("t/part-2.csv", "a,b,id", "4,3,p2");
    InputSpec spec = Records.unnamed(new Range(0, 9), Shape.flat(2));

    assertEquals(
        List.of(List.of(1.0, 2.0), List.of(3.0, 4.0)),
        Records.read(Records.open(folder.path("t"), spec), 0, 9).rows());

    folder.lines("t/part-2.csv", "x,b,id", "4,3,p2");
    Records.refused(
        () -> Records.census(folder.path("t"), spec), "\"part-2.csv\" lacks 1 of the 2", "\"a\"");
  }

  @Test
  void parquetHasNumbersOfFourTypesAndIdsOfThree() {
    String features =
        "optional int32 age; required int64 dose; optional float f; optional double d;";
    InputSpec spec = Records.named(new Range(0, 100), "d", "f", "dose", "age");
    for (String id : List.of("required int32 id;", "optional int64 id;")) {
      Path parquet =
          folder.parquet(
              "a.parquet",
              features + id,
              List.of(
                  row -> {
                    row.append("age", 61).append("dose", 2L).append("f", 0.5f).append("d", 0.25);
                    if (id.contains("int32")) {
                      row.append("id", 7);
                    } else {
                      row.append("id", 7L);
                    }
                  }));
      assertEquals(
          new Records(List.of(RecordId.of(7)), List.of(List.of(0.25, 0.5, 2.0, 61.0))),
          Records.read(Records.open(parquet, spec), 0, 9));
    }
    Path text =
        folder.parquet(
            "b.parquet",
            "required double age; required binary id (STRING);",
            List.of(row -> row.append("age", 1.0).append("id", "Zoë")));

    assertEquals(
        texts("Zoë"),
        Records.read(Records.open(text, Records.named(new Range(0, 9), "age")), 0, 9).ids());
  }

  @Test
  void aFloatAtTheEndOfTheRangeIsInTheRange() {
    Path parquet =
        folder.parquet(
            "a.parquet",
            "required int32 id; required float x;",
            List.of(row -> row.append("id", 1).append("x", 0.1f)));

    assertEquals(
        List.of(List.of(0.1)),
        Records.read(Records.open(parquet, Records.named(new Range(-0.1, 0.1), "x")), 0, 9).rows());
  }

  @Test
  void theDigestIsThatOfTheRecordsNotOfTheirFormat() {
    String digest =
        Records.census(folder.lines("a.csv", "id,age,dose", "p1,1,2"), AGE_DOSE).digest();
    Path parquet =
        folder.parquet(
            "a.parquet",
            "required double dose; required int32 age; required binary id (STRING);",
            List.of(row -> row.append("dose", 2.0).append("age", 1).append("id", "p1")));

    assertEquals(digest, Records.census(parquet, AGE_DOSE).digest());
    assertEquals(
        digest,
        Records.census(folder.lines("b.csv", "age,dose,id", "1.0,2e0,p1"), AGE_DOSE).digest());
    for (String other : List.of("p2,1,2", "p1,1,3", "p1,2,1")) {
      assertNotEquals(
          digest,
          Records.census(folder.lines("c.csv", "id,age,dose", other), AGE_DOSE).digest(),
          other);
    }
  }

  @Test
  void theOrderOfRecordsCountsForTheDigest() {
    Path one = folder.lines("a.csv", "id,age,dose", "p1,1,1", "p2,1,1");
    Path other = folder.lines("b.csv", "id,age,dose", "p2,1,1", "p1,1,1");

    assertNotEquals(
        Records.census(one, AGE_DOSE).digest(), Records.census(other, AGE_DOSE).digest());
  }

  @Test
  void anInputWithoutRowsHasNoRecords() {
    Path csv = folder.lines("a.csv", "id,age,dose");

    assertEquals(0, Records.census(csv, AGE_DOSE).records());
    assertEquals(List.of(), Records.read(Records.open(csv, AGE_DOSE), 0, 9).ids());
  }

  @Test
  void aLimitStopsBeforeWhatFollows() throws Exception {
    Path csv = folder.lines("a.csv", "key,age,dose", "p1,1,1", "p2,2,2", "p3,bad,3");
    RecordOptions options = RecordOptions.defaults().withIdColumn("key").withLimit(2);
    RecordInput input = Records.open(csv, AGE_DOSE, options);

    assertEquals(2, input.census().records());
    assertEquals(texts("p1", "p2"), Records.read(input, 0, 9).ids());
    assertEquals(texts("p2"), Records.read(input, 1, 9).ids());
    assertEquals(texts(), Records.read(input, 2, 9).ids());
  }

  @Test
  void idsAndBatchesDoNotShowThemselves() throws Exception {
    Path csv = folder.lines("a.csv", "id,age,dose", "SECRET,31,1");

    try (RecordReader reader = Records.open(csv, AGE_DOSE).reader()) {
      RecordBatch batch = reader.next(1).orElseThrow();

      assertEquals("RecordBatch[1 records]", batch.toString());
      assertEquals("[RecordId[STRING]]", batch.ids().toString());
      assertEquals("RecordId[LONG]", RecordId.of(31337).toString());
    }
  }

  @Test
  void aFileWithoutATellingNameIsCsvIfItIsText() {
    assertEquals(
        RecordFormat.CSV, Records.open(folder.lines("patients", "id,age"), AGE_DOSE).format());
    Records.refused(
        () ->
            Records.open(folder.bytes("patients", new byte[] {0x28, (byte) 0xb5, 0x2f}), AGE_DOSE),
        "\"patients\" is neither CSV, Parquet nor IDX");
    assertThrows(IllegalArgumentException.class, () -> RecordOptions.defaults().withLimit(0));
  }

  @Test
  void manyIdsAreToldApart() throws Exception {
    StringBuilder text = new StringBuilder("id,age,dose\n");
    IntStream.range(0, 5000).forEach(i -> text.append('p').append(i).append(",1,1\n"));
    Path csv = folder.bytes("a.csv", text.toString().getBytes(StandardCharsets.UTF_8));

    assertEquals(5000, Records.census(csv, AGE_DOSE).records());

    folder.text("a.csv", text + "p4321,1,1\n");
    Records.refused(
        () -> Records.census(csv, AGE_DOSE),
        "1 of 5001 rows is bad",
        "row 5001 (line 5002), column \"id\": a row before this one has the same id");
  }
}
