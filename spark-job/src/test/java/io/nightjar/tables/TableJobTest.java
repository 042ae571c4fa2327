package io.nightjar.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.job.JobRefusedException;
import io.nightjar.job.Moment;
import io.nightjar.job.Parties;
import io.nightjar.job.Requests;
import io.nightjar.job.ScoreRequest;
import io.nightjar.job.TestJobs;
import io.nightjar.records.NoRecordsException;
import io.nightjar.testing.Slow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole jobs over what Spark reads. */
@Slow
class TableJobTest {

  @TempDir private Path directory;

  private TestJobs jobs;
  private Path json;

  /** Writes records as JSON, in another order than that of their ids. */
  @BeforeEach
  void write() throws Exception {
    jobs = TestJobs.in(directory);
    List<String> objects = new ArrayList<>();
    String[] names = jobs.table().get(0).split(",", -1);
    for (String line : jobs.table().subList(1, jobs.count() + 1)) {
      String[] cells = line.split(",", -1);
      objects.add(
          IntStream.range(0, names.length)
              .mapToObj(i -> "\"%s\":%s".formatted(names[i], cells[i]))
              .collect(Collectors.joining(",", "{", "}")));
    }
    Collections.reverse(objects);
    json = Files.write(directory.resolve("records.json"), objects);
  }

  private RecordSource source(Optional<String> where) {
    return new RecordSource.Table(
        Optional.of("json"),
        Optional.of(json.toUri().toString()),
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        where,
        List.of());
  }

  /**
   * Returns the results in the output: the texts of the columns' types and, by id, of their rows.
   */
  private Map<String, List<String>> results(Path output, String format, int ids) throws Exception {
    Map<String, List<String>> rows = new TreeMap<>();
    try (OwnSpark spark = OwnSpark.local("results", jobs.settings(SmallSpark.with()))) {
      Dataset<Row> read =
          spark
              .session()
              .read()
              .format(format)
              .option("header", true)
              .load(output.toUri().toString());
      rows.put("", Arrays.stream(read.schema().fields()).map(StructField::toString).toList());
      for (Row row : read.collectAsList()) {
        List<String> cells =
            IntStream.range(0, row.size()).mapToObj(i -> String.valueOf(row.get(i))).toList();
        rows.put(String.join("|", cells.subList(0, ids)), cells.subList(ids, cells.size()));
      }
    }
    return rows;
  }

  @Test
  void idsKeepTheirTypesInTheResults() throws Exception {
    RecordSource.Table several =
        new RecordSource.Table(
            Optional.of("json"),
            Optional.of(json.toUri().toString()),
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            Optional.of("id < 600"),
            List.of(
                "cast(id AS int) AS patient",
                "DATE'2026-02-03' AS night",
                "cast(id AS decimal(12, 2)) AS price",
                "f0",
                "f1",
                "f2",
                "f3",
                "f4",
                "f5"));
    Parties.score(
        Requests.of(
            several,
            jobs.scoring(
                "several", SmallSpark.with("spark.nightjar.input.idColumn=patient,night,price"))));
    Parties.score(
        Requests.of(
            source(Optional.of("id < 600")),
            jobs.scoring("one", SmallSpark.with("spark.nightjar.output.format=csv"))));

    Map<String, List<String>> typed = results(directory.resolve("several"), "parquet", 3);
    assertEquals(
        List.of(
            "StructField(patient,IntegerType,true)",
            "StructField(night,DateType,true)",
            "StructField(price,DecimalType(12,2),true)",
            "StructField(prediction,IntegerType,true)"),
        typed.remove("").subList(0, 4));
    Map<String, List<String>> single = results(directory.resolve("one"), "csv", 1);
    assertEquals("StructField(id,StringType,true)", single.remove("").get(0));
    assertEquals(
        single.keySet().stream()
            .map(id -> "%s|2026-02-03|%s.00".formatted(id, id))
            .collect(Collectors.toSet()),
        typed.keySet());
    assertEquals(600, typed.size());
    assertTrue(Files.exists(directory.resolve("several/_SUCCESS")));
    try (Stream<Path> left = Files.list(directory.resolve("several/_nightjar"))) {
      assertEquals(
          List.of("asked.json", "exchange", "job.json"),
          left.map(path -> path.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void aTableIsScoredInTheOrderOfItsIds() throws Exception {
    ScoreRequest request =
        Requests.of(
            source(Optional.empty()), jobs.scoring("out", jobs.keys("keys"), SmallSpark.with()));
    assertThrows(
        Moment.Ended.class, () -> Parties.score(request, Moment.evaluations(2, Moment::end)));
    JobRefusedException other =
        assertThrows(
            JobRefusedException.class,
            () -> Parties.score(Requests.of(source(Optional.of("id > 0")), request)));
    assertTrue(other.getMessage().contains("another model, input or plan"), other.getMessage());
    Files.delete(json);

    Parties.score(request); // goes on with the records it has

    jobs.assertScored("out");
  }

  /** A value tells one table from another; a password does not, and is told nobody. */
  @Test
  void whatTellsTablesApartHasTheValuesOfOptionsButNoPassword() throws Exception {
    String one = jdbc("dbtable", "a", "password", "SECRET").description(new Configuration());

    assertEquals(one, jdbc("dbtable", "a", "password", "other").description(new Configuration()));
    assertNotEquals(
        one, jdbc("dbtable", "b", "password", "SECRET").description(new Configuration()));
    assertFalse(one.contains("SECRET"), one);
  }

  private static RecordSource jdbc(String... option) {
    return new RecordSource.Table(
        Optional.of("jdbc"),
        Optional.empty(),
        Optional.empty(),
        Map.of(option[0], option[1], option[2], option[3]),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  @Test
  void aTableWithoutRowsIsRefused() {
    NoRecordsException refused =
        assertThrows(
            NoRecordsException.class,
            () -> Parties.score(Requests.of(source(Optional.of("id < 0")), jobs.scoring("out"))));

    assertTrue(refused.getMessage().endsWith("has no records"), refused.getMessage());
    assertEquals(false, Files.exists(directory.resolve("out")));
  }
}
