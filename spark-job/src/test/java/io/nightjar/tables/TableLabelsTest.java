package io.nightjar.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.exchange.HadoopFiles;
import io.nightjar.job.TestJobs;
import io.nightjar.records.ClassLabels;
import io.nightjar.records.InvalidInputException;
import io.nightjar.records.LabelClasses;
import io.nightjar.records.LabelNumbers;
import io.nightjar.records.NumberLabels;
import io.nightjar.records.RecordFormat;
import io.nightjar.records.RecordOptions;
import io.nightjar.staging.StagedRecords;
import io.nightjar.staging.StagingArea;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels in tables, joined with the ids of records by Spark. */
@Slow
class TableLabelsTest {

  private static final LabelClasses CLASSES = new LabelClasses(List.of("ill", "well", "7"), 3);
  private static final List<String> IDS = List.of("a", "b", "c");

  /** More than are in one run, and in several batches. */
  private static final int MANY = LabelRuns.MOST + 100;

  @TempDir private static Path shared;

  @TempDir private Path directory;

  private static TestJobs jobs;
  private static OwnSpark spark;
  private static StagedRecords few;

  @BeforeAll
  static void stageRecords() throws Exception {
    jobs = TestJobs.in(shared.resolve("jobs"));
    // as with tables of which neither fits in memory, so that nothing stays in its order
    spark =
        OwnSpark.local(
            "labels", jobs.settings(SmallSpark.with("spark.sql.autoBroadcastJoinThreshold=-1")));
    few = stage("few", IDS, "id", "id STRING");
  }

  @AfterAll
  static void close() {
    few.close();
    spark.close();
  }

  /** Stages records without anything in them, by their ids. */
  private static StagedRecords stage(String name, List<String> ids, String columns, String schema)
      throws IOException {
    String rows = ids.stream().map(id -> id + ",0,0,0,0,0,0\n").collect(Collectors.joining());
    Path csv =
        Files.writeString(shared.resolve(name + ".csv"), columns + ",f0,f1,f2,f3,f4,f5\n" + rows);
    RecordSource.Table table =
        new RecordSource.Table(
            Optional.of("csv"),
            Optional.of(csv.toUri().toString()),
            Optional.empty(),
            Map.of(),
            Optional.of(
                schema
                    + IntStream.range(0, 6)
                        .mapToObj(k -> ", f%d DOUBLE".formatted(k))
                        .collect(Collectors.joining())),
            Optional.empty(),
            List.of());
    return new StagingArea(
            new org.apache.hadoop.fs.Path(shared.resolve(name).toUri()),
            HadoopFiles.configuration(new Configuration()))
        .stage(
            "here",
            new TableStaging(
                table,
                jobs.plan().input(),
                new RecordOptions(columns, OptionalLong.empty()),
                any -> spark.borrowed()),
            2048,
            new ForgottenKeys());
  }

  private static List<Integer> read(Path path, StagedRecords records, String... ids)
      throws IOException {
    ClassLabels labels =
        new TableLabels(
                new org.apache.hadoop.fs.Path(path.toUri()),
                path.toString().endsWith("parquet") ? RecordFormat.PARQUET : RecordFormat.CSV,
                records,
                List.of(ids),
                CLASSES,
                name -> spark.borrowed())
            .readInto(new ClassLabels(records.census().records(), 3));
    return IntStream.range(0, labels.size()).mapToObj(labels::get).toList();
  }

  private List<Integer> read(String... lines) throws IOException {
    return read(Files.write(directory.resolve("l.csv"), List.of(lines)), few, "id");
  }

  private static void refused(String why, Executable work) {
    InvalidInputException refused = assertThrows(InvalidInputException.class, work::run);
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
    assertFalse(refused.getMessage().contains("SECRET"), refused.getMessage());
    assertFalse(refused.getMessage().contains("\n"), refused.getMessage());
  }

  private interface Executable {
    void run() throws IOException;
  }

  @Test
  void theyAreJoinedByIdWhateverTheirOrder() throws Exception {
    assertEquals(List.of(0, 1, 2), read("x,label,id", "1,2,c", "1,ill,a", "1,1,d", "1, well ,b"));
    assertEquals(List.of(2, 2, 1), read("id,label", "a,7", "b,2", "c,1"));
  }

  @Test
  void withoutAColumnLabelTheOnlyOtherOneIsTaken() throws Exception {
    assertEquals(List.of(1, 1, 0), read("id,outcome", "c,0", "b,1", "a,well"));
    refused(
        "\"l.csv\" has 3 columns and none of them is \"label\"",
        () -> read("id,outcome,day", "c,0,1"));
    refused("\"l.csv\" has no column \"id\"; it has \"Id\", \"label\"", () -> read("Id,label"));
  }

  @Test
  void whatIsWrongWithRowsIsSaidByTheirPlace() {
    refused(
        "6 of 7 rows are bad: \"l.csv\" row 1, column \"label\": not a class: a label is from 0 to 2, or a class's name; \"l.csv\" row 2, column \"label\": not a class",
        () -> read("id,label", "a,SECRET", "b,3", "c,", "a,-1", ",1", "SECRET", "d,1"));
    refused(
        "1 of 2 rows is bad: \"l.csv\" row 2, column \"id\": a row before this one has the same id; correct them",
        () -> read("id,label", "d,1", "d,1"));
    refused(
        "2 of 3 records have no label in \"l.csv\", the first of them is record 2: each id must",
        () -> read("id,label", "a,1", "SECRET,1"));
  }

  @Test
  void manyAreKeptInTheOrderOfTheRecordsAndByIdsOfSeveralColumns() throws Exception {
    List<String> ids =
        IntStream.range(0, MANY)
            .mapToObj(i -> "%d,2026-01-%02d".formatted(i / 28, i % 28 + 1))
            .toList();
    Path labels =
        Files.writeString(
            directory.resolve("many.csv"),
            "day,stay,label\n"
                + IntStream.range(0, MANY)
                    .mapToObj(i -> "2026-01-%02d,%d,%d\n".formatted(i % 28 + 1, i / 28, i % 3))
                    .collect(Collectors.joining()));
    try (StagedRecords many = stage("many", ids, "stay,day", "stay INT, day DATE")) {
      assertEquals(
          IntStream.range(0, MANY).mapToObj(i -> i % 3).toList(),
          read(labels, many, "stay", "day"));
    }
  }

  @Test
  void parquetHasThemAsTextOrNumbers() throws Exception {
    Path text = directory.resolve("text.parquet");
    Path real = directory.resolve("real.parquet");
    Path numbers = directory.resolve("numbers.parquet");
    spark
        .session()
        .sql("SELECT * FROM VALUES ('c', 'well'), ('b', '0'), ('a', '7') AS t(id, label)")
        .write()
        .parquet(text.toUri().toString());
    spark
        .session()
        .sql("SELECT * FROM VALUES ('c', 1L), ('b', 0L), ('a', 7L) AS t(id, label)")
        .write()
        .parquet(numbers.toUri().toString());
    spark.session().sql("SELECT 'a' AS id, 1D AS label").write().parquet(real.toUri().toString());

    assertEquals(List.of(2, 0, 1), read(text, few, "id"));
    assertEquals(List.of(2, 0, 1), read(numbers, few, "id"));
    refused(
        "\"real.parquet\" column \"label\" is double: a label must be a string or a whole number",
        () -> read(real, few, "id"));
  }

  private List<List<Double>> numbers(int outputs, String... lines) throws IOException {
    Path path = Files.write(directory.resolve("n.csv"), List.of(lines));
    NumberLabels labels =
        new TableLabels(
                new org.apache.hadoop.fs.Path(path.toUri()),
                RecordFormat.CSV,
                few,
                List.of("id"),
                new LabelNumbers(outputs),
                name -> spark.borrowed())
            .readInto(new NumberLabels(few.census().records(), outputs));
    return IntStream.range(0, labels.size())
        .mapToObj(j -> Arrays.stream(labels.label(j)).boxed().toList())
        .toList();
  }

  @Test
  void labelsOfARegressionAreNumbers() throws Exception {
    assertEquals(
        List.of(List.of(-1.5), List.of(2e3), List.of(0.25)),
        numbers(1, "id,price", "c,.25", "a,-1.5", "b, 2e3 "));
    refused(
        "not a number: a label is a number from -1e100 to 1e100",
        () -> numbers(1, "id,price", "a,SECRET", "b,1", "c,1"));
    for (String bad : List.of("NaN", "Infinity", "1e101", "0x10", "1,5", "1d")) {
      refused("not a number", () -> numbers(1, "id,price", "a,\"" + bad + "\"", "b,1", "c,1"));
    }
    refused("the label is missing", () -> numbers(1, "id,price", "a,", "b,1", "c,1"));
  }

  @Test
  void aRegressionOfSeveralOutputsHasAColumnForEach() throws Exception {
    List<List<Double>> expected = List.of(List.of(1.0, 2.0), List.of(3.0, 4.0), List.of(5.0, 6.0));

    assertEquals(expected, numbers(2, "day,label_1,id,label_0", "x,2,a,1", "x,4,b,3", "x,6,c,5"));
    assertEquals(expected, numbers(2, "u,v,id", "1,2,a", "3,4,b", "5,6,c"));
    refused(
        "\"n.csv\" has 2 columns, and not all from \"label_0\" to \"label_1\" are among them",
        () -> numbers(2, "id,label_0", "a,1"));
    refused("row 1", () -> numbers(2, "id,u,v", "a,1,SECRET", "b,1,1", "c,1,1"));
  }
}
