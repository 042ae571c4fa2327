package io.nightjar.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.RealColumns;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.job.TestJobs;
import io.nightjar.job.faults.Listening;
import io.nightjar.plan.Plan;
import io.nightjar.records.IdType;
import io.nightjar.records.InvalidInputException;
import io.nightjar.records.RecordCensus;
import io.nightjar.records.RecordId;
import io.nightjar.records.RecordOptions;
import io.nightjar.staging.StagedRecords;
import io.nightjar.staging.StagingArea;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.logging.log4j.Level;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Slow
class TableStagingTest {

  private static final int RECORDS = 1000;
  private static final int FEATURES = 6;
  private static final int BATCH = 64;
  private static final StructType SCHEMA = schema();

  @TempDir private static Path shared;

  private static Plan plan;

  /** One for all tests: to start one takes longer than most of them. */
  private static OwnSpark spark;

  @TempDir private Path directory;

  private StagingArea area;

  private static StructType schema() {
    StructType schema = new StructType().add("day", DataTypes.StringType);
    schema = schema.add("id", DataTypes.IntegerType);
    for (int k = FEATURES - 1; k >= 0; k--) { // in another order than the model's
      schema =
          schema.add(
              "f" + k, k % 2 == 0 ? DataTypes.DoubleType : DataTypes.createDecimalType(5, 3));
    }
    return schema;
  }

  private static double value(int id, int feature) {
    return (id * 31 + feature * 7) % 1001 / 1000.0;
  }

  private static Row row(int id) {
    Object[] cells = new Object[SCHEMA.size()];
    cells[0] = id % 3 == 0 ? "monday" : "tuesday";
    cells[1] = id;
    for (int k = 0; k < FEATURES; k++) {
      double value = value(id, k);
      cells[SCHEMA.fieldIndex("f" + k)] =
          k % 2 == 0 ? value : (Object) java.math.BigDecimal.valueOf(value).setScale(3);
    }
    return RowFactory.create(cells);
  }

  @BeforeAll
  static void writeTables() throws Exception {
    TestJobs jobs = TestJobs.in(shared.resolve("jobs"));
    plan = jobs.plan();
    spark = OwnSpark.local("staging", jobs.settings(SmallSpark.with()));
    List<Row> rows =
        new ArrayList<>(IntStream.range(0, RECORDS).mapToObj(TableStagingTest::row).toList());
    Collections.shuffle(rows, new Random(1));
    SparkSession session = spark.session();
    Dataset<Row> table = session.createDataFrame(rows, SCHEMA).repartition(3);
    table.write().parquet(at("parquet"));
    table.write().partitionBy("day").parquet(at("partitioned"));
    table.write().orc(at("orc"));
    table.write().json(at("json"));
    table
        .write()
        .option("header", true)
        .option("sep", ";")
        .option("encoding", "UTF-16LE")
        .csv(at("csv"));
    table.selectExpr("id", "array(f0, f1, f2, f3, f4, f5) AS many").write().parquet(at("array"));
    table
        .selectExpr("cast(id AS string) AS id", "unhex('0033FF00FF33') AS many")
        .write()
        .parquet(at("binary"));
    try (Connection database = DriverManager.getConnection(url());
        Statement statement = database.createStatement()) {
      statement.execute(
          "CREATE TABLE patients (id INTEGER, f0 REAL, f1 REAL, f2 REAL, f3 REAL, f4 REAL, f5 REAL)");
      insert(database);
    }
  }

  @AfterAll
  static void stopSpark() {
    spark.close();
  }

  private static void insert(Connection database) throws SQLException {
    database.setAutoCommit(false);
    try (PreparedStatement insert =
        database.prepareStatement("INSERT INTO patients VALUES (?, ?, ?, ?, ?, ?, ?)")) {
      for (int id = RECORDS - 1; id >= 0; id--) {
        insert.setInt(1, id);
        for (int k = 0; k < FEATURES; k++) {
          insert.setDouble(2 + k, value(id, k));
        }
        insert.addBatch();
      }
      int[] unused = insert.executeBatch();
    }
    database.commit();
  }

  private static String url() {
    return "jdbc:sqlite:" + shared.resolve("patients.db");
  }

  private static String at(String name) {
    return shared.resolve(name).toUri().toString();
  }

  @BeforeEach
  void prepare() throws IOException {
    area =
        new StagingArea(
            new org.apache.hadoop.fs.Path(directory.resolve("own").toUri()),
            HadoopFiles.configuration(new Configuration()));
  }

  private static RecordSource.Table table(String format, String path) {
    return table(format, path, Map.of(), Optional.empty(), List.of());
  }

  private static RecordSource.Table table(
      String format,
      String path,
      Map<String, String> options,
      Optional<String> where,
      List<String> columns) {
    return new RecordSource.Table(
        Optional.of(format),
        Optional.of(path),
        Optional.empty(),
        options,
        Optional.empty(),
        where,
        columns);
  }

  private StagedRecords stage(RecordSource.Table table, RecordOptions options) throws IOException {
    return area.stage(
        "here",
        new TableStaging(table, plan.input(), options, name -> spark.borrowed()),
        BATCH,
        new ForgottenKeys());
  }

  private StagedRecords stage(RecordSource.Table table) throws IOException {
    return stage(table, RecordOptions.defaults());
  }

  private static List<Long> ids(StagedRecords staged) throws IOException {
    List<Long> ids = new ArrayList<>();
    staged.visit(id -> ids.add(Long.valueOf(id.text())));
    return ids;
  }

  private static Stream<RecordSource.Table> sources() {
    return Stream.of(
        table("parquet", at("parquet")),
        table("parquet", at("partitioned")),
        table("orc", at("orc")),
        table("json", at("json")),
        table(
            "csv",
            at("csv"),
            Map.of("sep", ";", "encoding", "UTF-16LE", "multiLine", "true"),
            Optional.empty(),
            List.of()),
        new RecordSource.Table(
            Optional.of("jdbc"),
            Optional.empty(),
            Optional.empty(),
            Map.of("url", url(), "dbtable", "patients"),
            Optional.empty(),
            Optional.empty(),
            List.of()));
  }

  @ParameterizedTest
  @MethodSource("sources")
  void everySourceGivesTheSameBatchesInTheOrderOfTheIds(RecordSource.Table source)
      throws Exception {
    try (StagedRecords staged = stage(source)) {
      assertEquals(RECORDS, staged.census().records());
      assertEquals(IdType.LONG, staged.census().idType());
      List<Long> order = IntStream.range(0, RECORDS).mapToObj(Long::valueOf).toList();
      assertEquals(order, ids(staged));
      for (int batch = 0; batch * BATCH < RECORDS; batch++) {
        RealColumns values = staged.values(batch);
        int size = Math.min(BATCH, RECORDS - batch * BATCH);
        assertEquals(size, values.records());
        for (int j = 0; j < size; j++) {
          for (int k = 0; k < FEATURES; k++) {
            int id = order.get(batch * BATCH + j).intValue();
            assertEquals(value(id, k), values.get(k, j), "record " + id);
          }
        }
      }
    }
  }

  @Test
  void theCensusIsThatOfTheStagedRecordsHoweverTheyAreDivided() throws Exception {
    RecordCensus looked =
        new TableStaging(
                table("json", at("json")),
                plan.input(),
                RecordOptions.defaults(),
                name -> spark.borrowed())
            .census();
    try (StagedRecords staged = stage(table("parquet", at("partitioned")))) {
      assertEquals(looked, staged.census());
    }
  }

  @Test
  void conditionsExpressionsAndALimitChooseRowsAndColumns() throws Exception {
    RecordSource.Table source =
        table(
            "parquet",
            at("partitioned"),
            Map.of(),
            Optional.of("day = 'monday' AND id < 100"),
            List.of("id + 5000 AS id", "f0", "f1", "f2", "cast(0.5 AS float) AS f3", "f4", "f5"));
    try (StagedRecords staged = stage(source, RecordOptions.defaults().withLimit(10))) {
      assertEquals(IntStream.range(0, 10).mapToObj(i -> 5000 + 3L * i).toList(), ids(staged));
      assertEquals(0.5, staged.values(0).get(3, 4));
      assertEquals(value(12, 4), staged.values(0).get(4, 4));
    }
  }

  @Test
  void oneColumnMayHoldAllValues() throws Exception {
    try (StagedRecords staged = stage(table("parquet", at("array")))) {
      assertEquals(value(70, 5), staged.values(1).get(5, 6));
    }
    try (StagedRecords staged = stage(table("parquet", at("binary")))) {
      List<RecordId> first = staged.ids(0);
      assertEquals(List.of("0", "1", "10"), first.stream().limit(3).map(RecordId::text).toList());
      RealColumns values = staged.values(3);
      assertEquals(
          List.of(0.0, 0.2, 1.0, 0.0, 1.0, 0.2),
          IntStream.range(0, FEATURES).mapToObj(k -> values.get(k, 9)).toList());
    }
  }

  @Test
  void severalColumnsMayTellRowsApart() throws Exception {
    RecordSource.Table source =
        table(
            "parquet",
            at("parquet"),
            Map.of(),
            Optional.empty(),
            List.of(
                "cast(id % 10 AS tinyint) AS ward",
                "date_add(DATE'2026-01-01', cast(id / 10 AS int)) AS day",
                "f0",
                "f1",
                "f2",
                "f3",
                "f4",
                "f5"));
    try (StagedRecords staged = stage(source, RecordOptions.defaults().withIdColumn("ward, day"))) {
      assertEquals(IdType.VALUES, staged.census().idType());
      assertEquals("ward TINYINT,day DATE", staged.idSchema());
      assertEquals(RecordId.of(List.of((byte) 0, LocalDate.of(2026, 1, 2))), staged.ids(0).get(1));
      assertEquals(value(10, 3), staged.values(0).get(3, 1));
    }
    InvalidInputException twice =
        assertThrows(
            InvalidInputException.class,
            () -> stage(source, RecordOptions.defaults().withIdColumn("day")));
    assertTrue(
        twice.getMessage().contains("column \"day\": another row has the same id"),
        twice.getMessage());
    InvalidInputException missing =
        assertThrows(
            InvalidInputException.class,
            () -> stage(source, RecordOptions.defaults().withIdColumn("ward,night")));
    assertTrue(missing.getMessage().contains("no column \"night\""), missing.getMessage());
  }

  private String refused(RecordSource.Table source, String... parts) throws IOException {
    InvalidInputException refused = assertThrows(InvalidInputException.class, () -> stage(source));
    String message = refused.getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), message + " should have: " + part);
    }
    assertEquals(1, message.lines().count(), message);
    assertFalse(message.contains("SECRET") || message.contains("31337"), message);
    try (Stream<Path> left = Files.walk(directory.resolve("own"))) {
      assertFalse(left.anyMatch(Files::isRegularFile));
    }
    return message;
  }

  private String lines(String name, String... lines) throws IOException {
    return Files.write(directory.resolve(name), Arrays.asList(lines)).toUri().toString();
  }

  private static final String HEADER = "id,f0,f1,f2,f3,f4,f5";

  @Test
  void badRowsOfCsvAreNamedByTheirPlaceAndNotByWhatTheyHold() throws Exception {
    String csv =
        lines(
            "a.csv",
            HEADER,
            "SECRET1,0,0,0,0,0,0",
            "SECRET2,0,0,0,0,0",
            "SECRET3,0,0,0,0,0,0,SECRET",
            "SECRET4,0,SECRET,0,0,0,0",
            "SECRET5,0,0,0,0,0,31337",
            "SECRET1,0,0,0,0,0,0",
            ",0,0,0,0,0,0",
            "SECRET6,0,0,,0,0,0");

    String message =
        refused(table("csv", csv), "7 of 8 rows are bad: \"a.csv\" row 2: it is malformed");

    assertTrue(
        message.contains(
            "\"a.csv\" row 3: it is malformed; \"a.csv\" row 4, column \"f1\": not a decimal number;"
                + " \"a.csv\" row 5, column \"f5\": outside the model's range from 0.0 to 1.0; \"a.csv\" row 6,"
                + " column \"id\": another row has the same id; and 2 more"),
        message);
  }

  @Test
  void otherFaultsOfTextsAreRefusedToo() throws Exception {
    refused(table("csv", lines("q.csv", HEADER, "1,\"SECRET,0,0,0,0,0")), "q.csv");
    refused(table("csv", lines("h.csv", "1,0,0,0,0,SECRET", "2,0,0,0,0,0")), "no column \"id\"");
    Files.createDirectories(directory.resolve("two"));
    lines("two/a.csv", HEADER, "1,0,0,0,0,0,0");
    lines("two/b.csv", "id,f1,f0,f2,f3,f4,f5", "SECRET,0,0,0,0,0,0");
    refused(
        table("csv", directory.resolve("two").toUri().toString()),
        "not all files have the same columns in the same order");
    refused(
        table(
            "json",
            lines(
                "a.json",
                "{\"id\":1,\"f0\":0,\"f1\":0,\"f2\":0,\"f3\":0,\"f4\":0,\"f5\":0}",
                "{\"SECRET")),
        "1 of 2 rows is bad: \"a.json\" row 2: it is malformed");
    refused(
        table("json", lines("b.json", "{\"id\":1,\"f0\":0,\"f1\":0,\"f2\":0,\"f3\":0,\"f4\":0}")),
        "lacks 1 of the 6 feature columns: \"f5\"");
  }

  @Test
  void badTablesAreRefusedByWhatIsWrongWithThem() throws Exception {
    refused(table("parquet", at("nowhere")), "[PATH_NOT_FOUND]");
    refused(table("nonsense", at("parquet")), "nonsense");
    refused(table("json", at("parquet")), "no column \"id\"");
    refused(
        table("parquet", at("parquet"), Map.of(), Optional.of("nothing > 1"), List.of()),
        "UNRESOLVED_COLUMN");
    refused(
        table(
            "parquet",
            at("parquet"),
            Map.of(),
            Optional.empty(),
            List.of("day AS id", "f0", "f1", "f2", "f3", "f4", "id AS f5")),
        "are bad:",
        "column \"f5\": outside the model's range");
    refused(
        table(
            "parquet",
            at("parquet"),
            Map.of(),
            Optional.empty(),
            List.of("f0 AS id", "f0", "f1", "f2", "f3", "f4", "f5")),
        "column \"id\" is double: an id must be a whole number, a decimal, a string or a time; cast it");
    refused(
        table(
            "parquet",
            at("parquet"),
            Map.of(),
            Optional.empty(),
            List.of("id", "f0", "f1", "f2", "f3", "f4", "day AS f5")),
        "column \"f5\" is string: a feature must be a number; cast it");
    refused(
        table(
            "parquet",
            at("parquet"),
            Map.of(),
            Optional.of("id = 7"),
            List.of(
                "id", "f0", "f1", "f2", "f3", "f4", "cast(concat('SECRET', day) AS double) AS f5")),
        "cannot be read by Spark as parquet (CAST_INVALID_INPUT)");
    refused(
        table(
            "parquet",
            at("array"),
            Map.of(),
            Optional.of("id = 7"),
            List.of("id", "slice(many, 1, 5) AS many")),
        "selected row 1, column \"many\": it does not hold 6 values");
  }

  /** Rows that were deleted are in the files still. */
  @Test
  void theFilesOfATableWithALogAreNotReadAsFiles() throws Exception {
    for (String log : List.of("_delta_log/0.json", "metadata/v1.metadata.json", ".hoodie/x")) {
      Path copy = directory.resolve(log.substring(0, 4) + "-table");
      Files.createDirectories(copy.resolve("day=1"));
      try (Stream<Path> parts = Files.list(shared.resolve("parquet"))) {
        Path part =
            parts.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow();
        Files.copy(part, copy.resolve("day=1/a.parquet"));
      }
      Files.createDirectories(copy.resolve(log).getParent());
      Files.writeString(copy.resolve(log), "");

      for (Path given : List.of(copy, copy.resolve("day=1"), copy.resolve("day=1/a.parquet"))) {
        refused(
            table("parquet", given.toUri().toString()), "have it read as one, with --input-format");
        InvalidInputException plain =
            assertThrows(
                InvalidInputException.class,
                () ->
                    RecordSource.at(new org.apache.hadoop.fs.Path(given.toUri()))
                        .found(new Configuration()));
        assertTrue(plain.getMessage().contains("have it read as one"), plain.getMessage());
      }
    }
    Path innocent = directory.resolve("plain/metadata");
    Files.createDirectories(innocent);
    spark
        .session()
        .read()
        .parquet(at("parquet"))
        .limit(2)
        .write()
        .mode(SaveMode.Overwrite)
        .parquet(innocent.resolve("day").toUri().toString());
    try (StagedRecords staged =
        stage(table("parquet", innocent.resolve("day").toUri().toString()))) {
      assertEquals(2, staged.census().records());
    }
  }

  /** Spark logs why a task fails, with the value that it cannot cast. */
  @Test
  void whatARowHoldsIsNotLoggedEither() throws Exception {
    String csv = lines("a.csv", HEADER, "1,0,0,0,0,0,SECRET");
    try (Listening log = new Listening(Level.DEBUG)) {
      refused(
          table(
              "csv",
              csv,
              Map.of(),
              Optional.empty(),
              List.of("id", "f0", "f1", "f2", "f3", "f4", "cast(f5 AS double) AS f5")),
          "cannot be read by Spark as csv (CAST_INVALID_INPUT)");
      assertFalse(log.text().contains("SECRET"), log::text);
      assertTrue(log.text().contains("org.apache.spark"), "Spark is heard at all");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"mode", "columnNameOfCorruptRecord", "IgnoreCorruptFiles", "ignoreMissingFiles"})
  void optionsThatLeaveRowsOutAreRefused(String option) throws Exception {
    refused(
        table(
            "csv",
            lines("a.csv", HEADER, "1,0"),
            Map.of(option, "DROPMALFORMED"),
            Optional.empty(),
            List.of()),
        "The option " + option + " of \"a.csv\" is not for choice");
  }

  @Test
  void aTableWithoutRowsHasNone() throws Exception {
    try (StagedRecords staged =
        stage(table("parquet", at("parquet"), Map.of(), Optional.of("id < 0"), List.of()))) {
      assertEquals(0, staged.census().records());
    }
  }
}
