package io.nightjar.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.exchange.HadoopFiles;
import io.nightjar.job.TestJobs;
import io.nightjar.model.InputSpec;
import io.nightjar.model.NumberColumn;
import io.nightjar.model.Range;
import io.nightjar.model.Shape;
import io.nightjar.records.IdType;
import io.nightjar.records.InvalidInputException;
import io.nightjar.records.RecordId;
import io.nightjar.records.RecordOptions;
import io.nightjar.settings.Settings;
import io.nightjar.staging.StagedRecords;
import io.nightjar.staging.StagingArea;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of which only the path is given, as other programs write them. */
@Slow
class PlainFilesTest {

  private static final InputSpec AGE_DOSE =
      new InputSpec(Shape.flat(2), new Range(0, 100), List.of("age", "dose"));

  @TempDir private static Path shared;

  @TempDir private Path directory;

  private static OwnSpark spark;

  /** What was counted by the last read of numbers beyond the ends of columns. */
  private Map<String, Long> outside = Map.of();

  @BeforeAll
  static void startSpark() throws Exception {
    Settings settings = TestJobs.in(shared.resolve("jobs")).settings(SmallSpark.with());
    spark = OwnSpark.local("plain files", settings);
  }

  @AfterAll
  static void stopSpark() {
    spark.close();
  }

  /** What was read: by id, the values. */
  private record Read(IdType type, Map<String, List<Double>> rows) {}

  private Read read(Path path) throws IOException {
    return read(path, AGE_DOSE);
  }

  private Read read(Path path, InputSpec input) throws IOException {
    return read(path, input, RecordOptions.defaults());
  }

  private Read read(Path path, InputSpec input, RecordOptions options) throws IOException {
    Configuration conf = HadoopFiles.configuration(new Configuration());
    RecordSource found = RecordSource.at(new org.apache.hadoop.fs.Path(path.toUri())).found(conf);
    TableStaging table =
        new TableStaging((RecordSource.BySpark) found, input, options, name -> spark.borrowed());
    StagingArea area =
        new StagingArea(new org.apache.hadoop.fs.Path(directory.resolve("own").toUri()), conf);
    Map<String, List<Double>> rows = new TreeMap<>();
    try (StagedRecords staged = area.stage("here", table, 1000, new ForgottenKeys())) {
      List<RecordId> ids = new ArrayList<>();
      staged.visit(ids::add);
      int place = 0;
      for (long batch = 0; place < ids.size(); batch++) {
        var values = staged.values(batch);
        for (int j = 0; j < values.records(); j++) {
          int record = j;
          rows.put(
              ids.get(place++).text(),
              IntStream.range(0, values.columns()).mapToObj(k -> values.get(k, record)).toList());
        }
      }
      assertEquals(ids.size(), rows.size());
      outside = staged.census().outside();
      return new Read(staged.census().idType(), rows);
    }
  }

  private Path file(String name, String text) throws IOException {
    return bytes(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private Path bytes(String name, byte[] bytes) throws IOException {
    Path path = directory.resolve(name);
    Files.createDirectories(path.getParent());
    return Files.write(path, bytes);
  }

  private String refused(Path path, String... parts) {
    String message = assertThrows(InvalidInputException.class, () -> read(path)).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), message + " should have: " + part);
    }
    assertEquals(1, message.lines().count(), message);
    assertFalse(message.contains("SECRET"), message);
    return message;
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    java.io.ByteArrayOutputStream zipped = new java.io.ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(zipped)) {
      out.write(bytes);
    }
    return zipped.toByteArray();
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }

  /** As RFC 4180 has it, with what is in ids kept to the letter. */
  @Test
  void textsAreReadAsTheyWereWritten() throws Exception {
    Random random = new Random(1);
    String[] pieces = {"a", "ß", ",", "\"", " ", "\uD83E\uDD89", "#", "\\", "'", "\t", "=1"};
    Map<String, List<Double>> written = new TreeMap<>();
    for (int part = 0; part < 4; part++) {
      String end = part % 2 == 0 ? "\n" : "\r\n";
      StringBuilder text = new StringBuilder(part == 1 ? "\uFEFF" : "");
      text.append("\"dose\",id,x,age").append(end);
      for (int j = 0; j < 100; j++) {
        String id =
            part * 100
                + j
                + "-"
                + random
                    .ints(random.nextInt(6), 0, pieces.length)
                    .mapToObj(i -> pieces[i])
                    .collect(Collectors.joining());
        double age = random.nextInt(1000) / 10.0;
        double dose = random.nextDouble() * 100;
        text.append("%s,%s,,%s%s".formatted(dose, quoted(id), age, end));
        text.append(j % 10 == 0 ? end : ""); // a blank line is none
        written.put(id, List.of(age, dose));
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      bytes(
          "in/part-%d.csv%s".formatted(part, part < 2 ? "" : ".gz"),
          part < 2 ? bytes : gzip(bytes));
    }
    file("in/part-4.csv", ""); // as Spark writes a partition without rows
    file("in/_SUCCESS", "");

    assertEquals(new Read(IdType.STRING, written), read(directory.resolve("in")));
  }

  @ParameterizedTest
  @CsvSource({
    "'1;2;10', LONG",
    "'-1;0;999999999999999999', LONG",
    "'007;8', STRING", // a number would be another one
    "'1;2;x', STRING",
    "'1;+2', STRING",
    "'1;2.0', STRING",
    "'1; 2', STRING",
    "'1;-0', STRING",
    "'1;9223372036854775808', STRING",
  })
  void idsOfCsvAreNumbersIfThatIsWhatTheyAreToTheLetter(String ids, IdType type) throws Exception {
    List<String> given = List.of(ids.split(";", -1));
    String rows = given.stream().map(id -> id + ",1,2\n").collect(Collectors.joining());

    Read read = read(file("a.csv", "id,age,dose\n" + rows));

    assertEquals(type, read.type());
    assertEquals(given.stream().sorted().toList(), List.copyOf(read.rows().keySet()));
  }

  @Test
  void tablesOfOtherKindsAndInPartitionsAreReadToo() throws Exception {
    StructType schema = StructType.fromDDL("id BIGINT, age INT, dose DOUBLE, day STRING");
    var rows =
        spark
            .session()
            .createDataFrame(
                IntStream.range(0, 100)
                    .mapToObj(
                        i ->
                            org.apache.spark.sql.RowFactory.create(
                                (long) i, i, i / 2.0, i % 2 == 0 ? "mon" : "tue"))
                    .toList(),
                schema);
    Read expected =
        new Read(
            IdType.LONG,
            new TreeMap<>(
                IntStream.range(0, 100)
                    .boxed()
                    .collect(Collectors.toMap(String::valueOf, i -> List.of(i + 0.0, i / 2.0)))));
    for (String format : List.of("parquet", "orc", "json", "csv")) {
      Path path = directory.resolve(format);
      var write = rows.write().option("header", true).format(format);
      (format.equals("orc") ? write : write.partitionBy("day")).save(path.toUri().toString());

      assertEquals(expected, read(path), format);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "p2,SECRET,1 | column \"age\": not a decimal number",
        "p2,,1 | column \"age\": the value is missing",
        ",1,1 | column \"id\": the id is missing",
        "p1,1,1 | column \"id\": another row has the same id",
        "p2,1 | it is malformed",
        "p2,1,SECRET,4 | it is malformed",
      })
  void aBadRowIsNamedWithoutItsValues(String row, String why) throws Exception {
    refused(
        file("a.csv", "id,age,dose\np1,1,1\n" + row + "\np3,3,3\n"),
        "1 of 3 rows is bad: \"a.csv\" row 2",
        why);
  }

  @Test
  void textThatIsNotCsvIsRefused() throws Exception {
    refused(
        file("a.csv", "id,age,dose\np1,1,1\n\"SECRET\"x,1,1\n"),
        "\"a.csv\": it is not CSV: a quote is not closed, not doubled or out of place");
    refused(file("b.csv", "id,age,dose\np1,1,1\n\"SECRET,1,1\np3,1,1\n"), "\"b.csv\" row 2");
  }

  /** A row that ends at the end of its line is one that can be read by many at once. */
  @Test
  void aCellOfSeveralLinesIsRefusedWithTheWordsThatReadIt() throws Exception {
    refused(
        file("a.csv", "id,age,dose\n\"p\n1\",1,1\np2,1,1\n"),
        "\"a.csv\" row 1: it is malformed",
        "--input-option multiLine=true");
  }

  @Test
  void whatIsNotWholeOrNotUtf8IsRefused() throws Exception {
    byte[] zipped = gzip(("id,age,dose\n" + "p,1,1\n".repeat(99)).getBytes(StandardCharsets.UTF_8));
    refused(bytes("a.csv.gz", java.util.Arrays.copyOf(zipped, zipped.length - 12)), "\"a.csv.gz\"");
    byte[] latin1 = "id,age,dose\np1,1,1\nZo\u00eb,1,1\n".getBytes(StandardCharsets.ISO_8859_1);
    refused(bytes("b.csv", latin1), "\"b.csv\" row 2, column \"id\"", "or not UTF-8");
    byte[] header = "id,age,dose\u00eb\np1,1,1\n".getBytes(StandardCharsets.ISO_8859_1);
    refused(bytes("c.csv", header), "lacks 1 of the 2 feature columns: \"dose\"");
    spark
        .session()
        .range(1000)
        .selectExpr("id", "1.0 AS age", "2.0 AS dose")
        .coalesce(1)
        .write()
        .parquet(directory.resolve("p").toUri().toString());
    Path part;
    try (var files = Files.list(directory.resolve("p"))) {
      part = files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
    byte[] whole = Files.readAllBytes(part);
    refused(bytes("cut.parquet", java.util.Arrays.copyOf(whole, whole.length - 20)), "\"cut.parq");
  }

  @Test
  void columnsThatAreThereTwiceAreNotChosenBetween() throws Exception {
    refused(file("a.csv", "id,age,dose,age\np1,1,1,1\n"), "\"a.csv\": a column is there twice");
    refused(file("b.csv", "id,age,dose,id\np1,1,1,1\n"), "\"b.csv\"", "no column \"id\"");
    refused(file("c.csv", "id;age;dose\np1;1;1\n"), "are commas between them?");
    refused(file("d.csv", "p1,1,1\np2,2,2\n"), "is there a header that names the columns?");
  }

  /** Every file's own header counts. */
  @Test
  void filesWhoseColumnsAreInAnotherOrderAreRefusedAndNotMixedUp() throws Exception {
    file("in/a.csv", "id,age,dose\np1,1,2\n");
    file("in/b.csv", "id,dose,age\np2,1,2\n");

    refused(directory.resolve("in"), "not all files have the same columns in the same order");
  }

  @Test
  void whatLiesBehindTheLimitIsCheckedAndNotCounted() throws Exception {
    InputSpec scaled =
        new InputSpec(
            Shape.flat(1),
            new Range(0, 1),
            List.of(),
            List.of(new NumberColumn("age", 0, 100, OptionalDouble.empty())));
    Path csv = file("a.csv", "id,age\n4,400\n3,300\n2,200\n1,50\n");
    RecordOptions two = RecordOptions.defaults().withLimit(2);

    assertEquals(Map.of("1", List.of(0.5), "2", List.of(1.0)), read(csv, scaled, two).rows());
    assertEquals(Map.of("age", 1L), outside);
    read(csv, scaled);
    assertEquals(Map.of("age", 3L), outside);
    Path bad = file("b.csv", "id,age\n3,SECRET\n2,200\n1,50\n");
    assertThrows(InvalidInputException.class, () -> read(bad, scaled, two));
  }

  @Test
  void whatIsSaidOfTablesIsNotSaidOfImages() {
    RecordSource images =
        new RecordSource.Table(
            Optional.empty(),
            Optional.of("../data/digits/test-images-idx3-ubyte.gz"),
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            Optional.of("id < 5"),
            List.of());

    InvalidInputException refused =
        assertThrows(InvalidInputException.class, () -> images.found(new Configuration()));

    assertTrue(
        refused.getMessage().contains("--where and --columns are for tables"),
        refused.getMessage());
  }

  /** Names of a JSON object are in no order. */
  @Test
  void columnsOfJsonAreNotTakenByTheirOrder() throws Exception {
    InputSpec unnamed = new InputSpec(Shape.flat(2), new Range(0, 100), List.of());
    Path json = file("a.json", "{\"id\":1,\"z\":1,\"a\":2}\n");
    InvalidInputException refused =
        assertThrows(InvalidInputException.class, () -> read(json, unnamed));

    assertTrue(refused.getMessage().contains("--columns"), refused.getMessage());
    assertEquals(
        Map.of("1", List.of(1.0, 2.0)), read(file("a.csv", "id,z,a\n1,1,2\n"), unnamed).rows());
  }

  @Test
  void numbersAreReadWithAllTheirDigits() throws Exception {
    Read read = read(file("a.csv", "id,age,dose\n1,0.1,1e-3\n2,33.333333333333336,+5.\n"));

    assertEquals(
        Map.of("1", List.of(0.1, 0.001), "2", List.of(33.333333333333336, 5.0)), read.rows());
  }
}
