package io.nightjar.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.crypto.RealColumns;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.job.Parties;
import io.nightjar.job.Requests;
import io.nightjar.job.TestJobs;
import io.nightjar.records.InvalidInputException;
import io.nightjar.records.RecordOptions;
import io.nightjar.settings.Settings;
import io.nightjar.staging.StagedRecords;
import io.nightjar.staging.StagingArea;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Formats of tables that do not come with Spark: of them exactly the rows that are alive count. */
@Slow
class TableFormatsTest {

  private static final int ROWS = 400;

  @TempDir private static Path shared;

  @TempDir private Path directory;

  private static TestJobs jobs;
  private static Settings settings;

  @BeforeAll
  static void writeTables() throws Exception {
    jobs = TestJobs.in(shared.resolve("jobs"));
    settings =
        jobs.settings(
            SmallSpark.with(
                "spark.sql.extensions=io.delta.sql.DeltaSparkSessionExtension,org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
                "spark.sql.catalog.spark_catalog=org.apache.spark.sql.delta.catalog.DeltaCatalog",
                "spark.sql.catalog.lake=org.apache.iceberg.spark.SparkCatalog",
                "spark.sql.catalog.lake.type=hadoop",
                "spark.sql.catalog.lake.warehouse=" + shared.resolve("lake").toUri()));
    try (OwnSpark spark = OwnSpark.local("fixtures", settings)) {
      SparkSession session = spark.session();
      String columns =
          "id, id / 1000.0D AS f0, 0D AS f1, 1D AS f2, 0.5D AS f3, 0.25D AS f4, 0.75D AS f5";
      session.range(ROWS).createOrReplaceTempView("numbers");
      session.sql("SELECT " + columns + " FROM numbers").write().format("delta").save(at("delta"));
      session.sql("SELECT " + columns + " FROM numbers").write().format("avro").save(at("avro"));
      session.sql(
          "CREATE TABLE lake.ward.patients USING iceberg TBLPROPERTIES ('format-version'='2',"
              + " 'write.delete.mode'='merge-on-read', 'write.update.mode'='merge-on-read')"
              + " AS SELECT "
              + columns
              + " FROM numbers");
      session
          .sql( // as they are read without the library
              "SELECT 1L AS id, named_struct('type', 1Y, 'size', CAST(NULL AS INT),"
                  + " 'indices', CAST(NULL AS ARRAY<INT>),"
                  + " 'values', array(0D, 0.5D, 1D, 0D, 0D, 0D)) AS v"
                  + " UNION ALL SELECT 2L, named_struct('type', 0Y, 'size', 6, 'indices', array(1), 'values', array(0.25D))"
                  + " UNION ALL SELECT 3L, named_struct('type', 0Y, 'size', 6, 'indices', array(5), 'values', array(0.75D))")
          .write()
          .parquet(at("structs"));
      for (String table : List.of("delta.`" + at("delta") + "`", "lake.ward.patients")) {
        session.sql("DELETE FROM " + table + " WHERE id % 4 = 0");
        session.sql("UPDATE " + table + " SET f0 = 0.9D WHERE id = 7");
      }
    }
  }

  private static String at(String name) {
    return shared.resolve(name).toUri().toString();
  }

  private static RecordSource.Table table(String format, String path, Map<String, String> options) {
    return new RecordSource.Table(
        Optional.of(format),
        Optional.of(path),
        Optional.empty(),
        options,
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  private static RecordSource.Table named(String name, Map<String, String> options) {
    return new RecordSource.Table(
        Optional.empty(),
        Optional.empty(),
        Optional.of(name),
        options,
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  private StagedRecords stage(RecordSource.Table table) throws IOException {
    return new StagingArea(
            new org.apache.hadoop.fs.Path(directory.resolve("own").toUri()),
            HadoopFiles.configuration(new Configuration()))
        .stage(
            "here",
            new TableStaging(
                table,
                jobs.plan().input(),
                RecordOptions.defaults(),
                name -> OwnSpark.local(name, settings)),
            64,
            new ForgottenKeys());
  }

  private static List<Long> ids(StagedRecords staged) throws IOException {
    List<Long> ids = new ArrayList<>();
    staged.visit(id -> ids.add(Long.valueOf(id.text())));
    return ids;
  }

  private void assertAlive(RecordSource.Table table) throws IOException {
    try (StagedRecords staged = stage(table)) {
      assertEquals(
          LongStream.range(0, ROWS).filter(id -> id % 4 != 0).boxed().toList(), ids(staged));
      assertEquals(0.9, staged.values(0).get(0, 5), "the row that was updated");
      assertTrue(!staged.snapshot().isEmpty(), "the version");
    }
  }

  private void assertAll(RecordSource.Table table) throws IOException {
    try (StagedRecords staged = stage(table)) {
      assertEquals(ROWS, staged.census().records());
      assertEquals(0.007, staged.values(0).get(0, 7));
    }
  }

  @Test
  void ofADeltaTableTheRowsThatAreAliveAreStagedOrThoseOfAnEarlierVersion() throws Exception {
    assertAlive(table("delta", at("delta"), Map.of()));
    assertAll(table("delta", at("delta"), Map.of("versionAsOf", "0")));
    String name = "delta.`%s`".formatted(URI.create(at("delta")).getPath());
    assertAlive(named(name, Map.of()));
    assertAll(named(name, Map.of("versionAsOf", "0")));
  }

  @Test
  void ofAnIcebergTableTheRowsThatAreAliveAreStagedByItsPathAndByItsName() throws Exception {
    assertAlive(table("iceberg", at("lake/ward/patients"), Map.of()));
    assertAlive(named("lake.ward.patients", Map.of()));
  }

  @Test
  void avroIsReadToo() throws Exception {
    assertAll(table("avro", at("avro"), Map.of()));
  }

  @Test
  void vectorsAreReadWithoutTheLibraryThatTheyAreOf() throws Exception {
    try (StagedRecords staged = stage(table("parquet", at("structs"), Map.of()))) {
      assertEquals(List.of(1L, 2L, 3L), ids(staged));
      RealColumns values = staged.values(0);
      assertEquals(List.of(0.5, 0.25, 0.0), column(values, 1));
      assertEquals(List.of(0.0, 0.0, 0.75), column(values, 5));
    }
  }

  private static List<Double> column(RealColumns values, int column) {
    return IntStream.range(0, values.records()).mapToObj(i -> values.get(column, i)).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "named_struct('type', 0Y, 'size', 6, 'indices', array(6), 'values', array(1D))",
        "named_struct('type', 0Y, 'size', 6, 'indices', array(-1), 'values', array(1D))",
        "named_struct('type', 0Y, 'size', 6, 'indices', array(1, 2), 'values', array(1D))",
        "named_struct('type', 0Y, 'size', 5, 'indices', array(1), 'values', array(1D))",
        "named_struct('type', 1Y, 'size', 6, 'indices', array(1), 'values', array(1D))"
      })
  void whatIsNoVectorOfTheModelsLengthIsRefused(String struct) throws Exception {
    RecordSource.Table table =
        new RecordSource.Table(
            Optional.of("parquet"),
            Optional.of(at("structs")),
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            List.of("id", struct + " AS v"));

    String message =
        assertThrows(InvalidInputException.class, () -> stage(table).close()).getMessage();

    assertTrue(message.contains("column \"v\": it does not hold 6 values"), message);
  }

  @Test
  void theFilesOfSuchTablesAreNotReadAsFiles() {
    for (String path :
        List.of(at("delta"), at("lake/ward/patients"), at("lake/ward/patients/data"))) {
      InvalidInputException spark =
          assertThrows(
              InvalidInputException.class, () -> stage(table("parquet", path, Map.of())), path);
      InvalidInputException plain =
          assertThrows(
              InvalidInputException.class,
              () -> RecordSource.at(new org.apache.hadoop.fs.Path(path)).found(new Configuration()),
              path);
      for (InvalidInputException refused : List.of(spark, plain)) {
        assertTrue(
            refused.getMessage().contains("have it read as one, with --input-format"),
            refused.getMessage());
      }
    }
  }

  @Test
  void theReportSaysWhichVersionWasScored() throws Exception {
    Parties.score(
        Requests.with(
            settings, Requests.of(table("delta", at("delta"), Map.of()), jobs.scoring("out"))));

    assertEquals(
        "2",
        new ObjectMapper()
            .readTree(jobs.directory().resolve("out/_report/report.json").toFile())
            .path("inputVersion")
            .asText());
  }
}
