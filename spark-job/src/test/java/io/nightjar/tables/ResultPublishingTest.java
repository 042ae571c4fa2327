package io.nightjar.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.job.JobRefusedException;
import io.nightjar.job.Parties;
import io.nightjar.job.Requests;
import io.nightjar.job.ScoreRequest;
import io.nightjar.job.TestJobs;
import io.nightjar.settings.Settings;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results in whatever form Spark has for them, and what it has for others. */
@Slow
class ResultPublishingTest {

  private static final ResultSchema SCHEMA =
      new ResultSchema(
          StructType.fromDDL("patient SMALLINT, night DATE"),
          StructType.fromDDL("prediction INT, class STRING, p_0 DOUBLE"));

  private static final String COLUMNS =
      "(patient INT, night DATE, prediction INT, class STRING, p_0 DOUBLE)";

  @TempDir private Path directory;

  private TestJobs jobs;
  private Settings settings;

  @BeforeEach
  void prepare() {
    jobs = TestJobs.in(directory);
    settings = jobs.settings(lake());
  }

  private String[] lake() {
    return Lake.settings(
        directory.resolve("lake").toUri().toString(),
        "spark.sql.warehouse.dir=" + directory.resolve("warehouse").toUri());
  }

  /** Returns by id what was predicted. */
  private static Map<String, String> predictions(List<Row> rows) {
    return rows.stream()
        .collect(
            Collectors.toMap(
                row -> row.get(0).toString(),
                row -> row.get(1) + " " + row.get(2),
                (one, twice) -> "twice",
                TreeMap::new));
  }

  private Map<String, String> expected() throws IOException {
    Map<String, String> expected = new TreeMap<>();
    jobs.expected()
        .forEach((id, cells) -> expected.put(id.toString(), cells.get(0) + " " + cells.get(1)));
    return expected;
  }

  private ScoreRequest to(String output, ResultTarget target) {
    return Requests.to(target, jobs.scoring(output, lake()));
  }

  @Test
  void filesAreOfAnyFormatAndInADirectoryForEachValue() throws Exception {
    ResultTarget json =
        new ResultTarget.Files(
            "json", Map.of("compression", "none", "token", "hunter2"), List.of("class"));
    Parties.score(to("out", json));

    Path output = directory.resolve("out");
    assertTrue(Files.exists(output.resolve("_SUCCESS")));
    assertEquals(
        expected(),
        predictions(
            Lake.sql(
                settings,
                "SELECT id, prediction, class FROM json.`%s`".formatted(output.toUri()))));
    try (Stream<Path> all = Files.list(output)) {
      for (Path place :
          all.filter(path -> !path.getFileName().toString().startsWith("_")).toList()) {
        assertTrue(place.getFileName().toString().startsWith("class="), place.toString());
        try (Stream<Path> files = Files.list(place)) {
          assertEquals(1, files.filter(file -> file.toString().endsWith(".json")).count());
        }
      }
    }
    String report = Files.readString(output.resolve("_report/report.json"));
    assertTrue(report.contains("\"format\" : \"json\""), report);
    for (String file :
        List.of("_report/report.json", "_report/report.html", "_nightjar/job.json")) {
      assertFalse(Files.readString(output.resolve(file)).contains("hunter2"), file);
    }
    assertTrue(Parties.score(to("out", json)).before());
    JobRefusedException other =
        assertThrows(JobRefusedException.class, () -> Parties.score(jobs.scoring("out")));
    assertTrue(other.getMessage().contains("results in another form"), other.getMessage());
  }

  /** Its log names files by where they are in the table, so that it may be moved. */
  @Test
  void theOutputMayBeADeltaTable() throws Exception {
    Parties.score(to("out", new ResultTarget.Files("delta", Map.of(), List.of("prediction"))));

    String table = "delta.`%s`".formatted(directory.resolve("out").toUri());
    assertEquals(
        expected(), predictions(Lake.sql(settings, "SELECT id, prediction, class FROM " + table)));
  }

  @Test
  void onlyFormatsOfFilesAreFiles() throws Exception {
    try (OwnSpark spark = OwnSpark.local("formats", settings)) {
      for (String format :
          List.of("noop", "console", "jdbc", "iceberg", "java.lang.String", Lake.class.getName())) {
        InvalidTargetException refused =
            assertThrows(InvalidTargetException.class, () -> tryOut(spark, format), format);
        assertTrue(refused.getMessage().contains("is not a format of files"), format);
      }
      for (String format : List.of("orc", "avro")) {
        tryOut(spark, format);
      }
      assertFalse(Files.exists(directory.resolve("trial")));
    }
  }

  private void tryOut(OwnSpark spark, String format) throws IOException {
    ResultTarget.Files target = new ResultTarget.Files(format, Map.of(), List.of("night"));
    new FileFormats(spark.session(), target)
        .tryOut(
            SCHEMA,
            new org.apache.hadoop.fs.Path(directory.resolve("trial").toUri()),
            spark.hadoop());
  }

  @Test
  void tablesThatCannotTakeResultsOnceAreRefused() throws Exception {
    try (OwnSpark spark = OwnSpark.local("tables", settings)) {
      SparkSession session = spark.session();
      session.sql("CREATE TABLE lake.ward.fits " + COLUMNS + " USING iceberg");
      session.sql("CREATE TABLE plain " + COLUMNS + " USING parquet");
      session.sql("CREATE VIEW seen AS SELECT * FROM plain");
      session.sql("CREATE TABLE lake.ward.other (patient STRING, night DATE) USING iceberg");
      session.sql(
          "CREATE TABLE lake.ward.more USING iceberg AS SELECT *, 1 AS ward FROM lake.ward.fits");

      require(session, "lake.ward.fits", "");
      require(session, "`lake`.ward.FITS2", "iceberg");
      require(session, "delta.`%s`".formatted(directory.resolve("new")), "delta");
      refused(session, "plain", "", "only in a table of delta or iceberg");
      refused(session, "seen", "", "only in a table of delta or iceberg");
      refused(session, "lake.ward.fits", "delta", "it is there, in the format iceberg");
      refused(
          session, "lake.ward.other", "", "no column that takes patient smallint, prediction int");
      refused(session, "lake.ward.more", "", "results have nothing for its columns ward");
      refused(session, "lake.ward.new", "", "say --output-format delta or iceberg");
      refused(session, "lake.ward.new", "orc", "say --output-format delta or iceberg");
      refused(session, "lake.nowhere.new", "iceberg", "there is no lake.nowhere");
      refused(session, "new", "delta", "in the memory of this process");
      refused(
          session, "lake.ward.fits; DROP TABLE lake.ward.fits", "", "is not the name of a table");
      assertTrue(session.catalog().tableExists("lake.ward.fits"));
      InvalidTargetException seen =
          assertThrows(
              InvalidTargetException.class,
              () -> table(session, "lake.ward.fits", "").require(SCHEMA, place -> true));
      assertTrue(seen.getMessage().contains("where the other party reads"), seen.getMessage());
    }
  }

  private static OutputTable table(SparkSession session, String name, String format) {
    Optional<String> given = format.isEmpty() ? Optional.empty() : Optional.of(format);
    return new OutputTable(session, new ResultTarget.Table(name, given, Map.of(), List.of()));
  }

  private static void require(SparkSession session, String name, String format) throws IOException {
    table(session, name, format).require(SCHEMA, place -> false);
  }

  private static void refused(SparkSession session, String name, String format, String why) {
    InvalidTargetException refused =
        assertThrows(
            InvalidTargetException.class, () -> require(session, name, format), name + why);
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
  }
}
