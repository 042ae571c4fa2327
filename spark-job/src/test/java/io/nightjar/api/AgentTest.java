package io.nightjar.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.cli.Main;
import io.nightjar.crypto.KeyProtectionException;
import io.nightjar.job.AgentRequest;
import io.nightjar.job.JobProgress;
import io.nightjar.job.JobRefusedException;
import io.nightjar.job.Moment;
import io.nightjar.job.Parties;
import io.nightjar.job.TestIdentities;
import io.nightjar.job.TestJobs;
import io.nightjar.job.TestNetworks;
import io.nightjar.job.faults.Listening;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.records.InvalidInputException;
import io.nightjar.tables.RecordSource;
import io.nightjar.testing.JavaProcess;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Date;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.logging.log4j.Level;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A program with a Spark of its own, which speaks Kryo and Java's old classes for times, and a
 * model owner in another process, whose draws are all the same.
 */
@Slow
class AgentTest {

  private static final int FEW = 40;
  private static final StructType SCHEMA = schema();

  @TempDir private static Path shared;

  private static TestJobs jobs;
  private static Path exchange;
  private static Path keys;
  private static Path plan;
  private static Process serving;

  /** The cells of the results behind the id, by the id. */
  private static final Map<Integer, List<Object>> EXPECTED = new HashMap<>();

  @TempDir private Path directory;

  private SparkSession session;
  private Agent agent;

  private static StructType schema() {
    StructType schema = new StructType().add("patient", DataTypes.IntegerType, false);
    for (int k = 0; k < 6; k++) {
      schema = schema.add("f" + k, DataTypes.DoubleType);
    }
    return schema;
  }

  @BeforeAll
  static void serve() throws Exception {
    jobs = TestJobs.in(shared, TestNetworks.withReluHardlyDrawn(1));
    exchange = shared.resolve("exchange");
    keys = jobs.keys("keys");
    plan = jobs.planFile();
    jobs.expected()
        .forEach(
            (id, cells) -> {
              List<Object> values = new ArrayList<>();
              values.add(Integer.valueOf(cells.get(0)));
              values.add(cells.get(1));
              cells.stream().skip(2).map(Double::valueOf).forEach(values::add);
              EXPECTED.put(id.intValue(), values);
            });
    List<String> words =
        new ArrayList<>(
            List.of(
                "serve", "--model", jobs.model().toString(), "--exchange", exchange.toString()));
    words.addAll(List.of("--master", "local[2]", "--budget", "unlimited", "--owners", "anyone"));
    words.addAll(jobs.settingWords(TestJobs.FRESH));
    serving = JavaProcess.startSpark(Main.class, words.toArray(String[]::new));
  }

  @AfterAll
  static void stop() throws Exception {
    serving.destroyForcibly().waitFor();
    SparkSession.active().stop();
  }

  @BeforeEach
  void prepare() {
    session = session();
    agent =
        Agent.of(plan, keys, exchange.toUri().toString())
            .modelOwner(TestIdentities.modelOwner().identity().toString())
            .id("patient")
            .output(directory.resolve("out").toUri().toString())
            .with("spark.nightjar.waves.batches", "1")
            .with("spark.nightjar.exchange.pollMillis", "10")
            .with("spark.nightjar.exchange.timeout", "100s");
  }

  private static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("a program")
        .config("spark.driver.host", "localhost")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.io.encryption.enabled", "true")
        .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
        .config("spark.sql.datetime.java8API.enabled", "false")
        .config("spark.sql.shuffle.partitions", "5")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .getOrCreate();
  }

  private static char[] passphrase() {
    return TestJobs.PASSPHRASE.toCharArray();
  }

  private static List<Row> rows(int most) {
    List<Row> rows = new ArrayList<>();
    jobs.table().stream()
        .skip(1)
        .limit(most)
        .forEach(
            line -> {
              String[] cells = line.split(",", -1);
              Object[] row = new Object[SCHEMA.size()];
              row[0] = Integer.valueOf(cells[0]);
              for (int k = 1; k < row.length; k++) {
                row[k] = Double.valueOf(cells[k]);
              }
              rows.add(RowFactory.create(row));
            });
    return rows;
  }

  private Dataset<Row> records(int most) throws IOException {
    return session.createDataFrame(rows(most), SCHEMA).repartition(3);
  }

  /** Returns the first records with a feature that is another one at every evaluation. */
  private Dataset<Row> restless() throws IOException {
    UDF1<Double, Double> other = value -> ThreadLocalRandom.current().nextDouble();
    UserDefinedFunction restless = functions.udf(other, DataTypes.DoubleType).asNondeterministic();
    return records(FEW).withColumn("f0", restless.apply(functions.col("f0")));
  }

  /** Returns how many jobs were ordered and admitted, which are counted. */
  private static int counted() throws IOException {
    return jobs.entries().size();
  }

  private static void assertExpected(int records, Dataset<Row> results) {
    List<Row> rows = results.collectAsList();
    assertEquals(records, rows.size());
    Map<Integer, List<Object>> found = new HashMap<>();
    for (Row row : rows) {
      List<Object> cells = new ArrayList<>();
      for (int i = 1; i < row.size(); i++) {
        cells.add(row.get(i));
      }
      found.put(row.getInt(0), cells);
    }
    assertEquals(records, found.size());
    found.forEach((id, cells) -> assertEquals(EXPECTED.get(id), cells));
  }

  /** What a job of a program is to the engine, to be interrupted by its listeners. */
  private AgentRequest request(Dataset<Row> records, Optional<String> name) {
    return new AgentRequest(
        new org.apache.hadoop.fs.Path(exchange.toUri().toString()),
        keys,
        Optional.of(plan),
        Optional.of(TestIdentities.modelOwner().identity()),
        new RecordSource.Rows(records, name),
        new org.apache.hadoop.fs.Path(directory.resolve("out").toUri()),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        jobs.settings(
            "spark.nightjar.output.format=parquet", "spark.nightjar.input.idColumn=patient"));
  }

  private void interrupt(Dataset<Row> records, Optional<String> name) {
    JobProgress end = Moment.uploads(1, Moment::end);
    assertThrows(Moment.Ended.class, () -> Parties.ask(request(records, name), end));
  }

  @Test
  void aDatasetIsScoredOnceHoweverOftenThatIsAskedFor() throws Exception {
    int before = counted();
    char[] passphrase = passphrase();
    Dataset<Row> records = records(jobs.count());

    Scores scores = agent.score(records, passphrase);

    assertFalse(scores.foundFinished());
    assertEquals(
        List.of(
            "StructField(patient,IntegerType,true)",
            "StructField(prediction,IntegerType,true)",
            "StructField(class,StringType,true)",
            "StructField(p_0,DoubleType,true)"),
        Arrays.stream(scores.results().schema().fields())
            .limit(4)
            .map(StructField::toString)
            .toList());
    assertExpected(jobs.count(), scores.results());
    assertEquals(jobs.count(), records.join(scores.results(), "patient").count());
    assertEquals(jobs.count(), scores.report().get("records"));
    assertEquals("small", scores.report().get("model"));
    assertTrue(new String(passphrase).isBlank(), "the passphrase is wiped");
    assertEquals(before + 1, counted());

    Scores again = agent.score(records.repartition(2), passphrase());

    assertTrue(again.foundFinished());
    assertExpected(jobs.count(), again.results());
    assertEquals(scores.report(), again.report());
    assertEquals(before + 1, counted());
    JobRefusedException others =
        assertThrows(
            JobRefusedException.class,
            () -> agent.score(records.where("patient > 100"), passphrase()));
    assertTrue(others.getMessage().contains("another model, input or plan"), others.getMessage());
  }

  /** Of the years before 1582 the classes of Java have another calendar than Spark. */
  @Test
  void idsOfSeveralColumnsComeBackAsTheyWere() throws Exception {
    Dataset<Row> records =
        records(FEW)
            .withColumn("night", functions.expr("date_add(DATE'1500-02-27', patient % 5)"))
            .withColumn(
                "at",
                functions.expr(
                    "timestampadd(HOUR, patient, TIMESTAMP'1499-12-31 23:59:59.123456')"))
            .withColumn("price", functions.expr("cast(patient AS decimal(12, 2))"))
            .withColumn("left_alone", functions.expr("named_struct('a', INTERVAL '1' DAY)"));

    Scores scores = agent.id("patient", "night", "at", "price").score(records, passphrase());

    assertEquals(
        FEW,
        records.join(scores.results(), new String[] {"patient", "night", "at", "price"}).count());
    assertExpected(FEW, scores.results().drop("night", "at", "price"));
    Row first = scores.results().select("night", "at").head();
    assertEquals(List.of(Date.class, Timestamp.class), classes(first));
  }

  private static List<Class<?>> classes(Row row) {
    return List.of(row.get(0).getClass(), row.get(1).getClass());
  }

  @Test
  void aDatasetThatGivesOtherRecordsIsNotMixedWithThoseOfAnInterruptedJob() throws Exception {
    Dataset<Row> restless = restless();
    interrupt(restless, Optional.empty());

    JobRefusedException refused =
        assertThrows(JobRefusedException.class, () -> agent.score(restless, passphrase()));

    assertTrue(
        refused.getMessage().startsWith("The dataset does not give the records that the job in"),
        refused.getMessage());
  }

  @Test
  void aJobOverANamedDatasetGoesOnWithTheRecordsThatItBeganWith() throws Exception {
    Dataset<Row> records = records(FEW);
    int before = counted();
    interrupt(records, Optional.of("tonight"));

    Scores scores = agent.named("tonight").score(restless(), passphrase());

    assertExpected(FEW, scores.results());
    assertEquals(before + 1, counted());
  }

  @Test
  void aDatasetThatGivesTheSameGoesOnWithoutAName() throws Exception {
    int before = counted();
    interrupt(records(FEW), Optional.empty());

    assertExpected(FEW, agent.score(records(FEW).repartition(1), passphrase()).results());

    assertEquals(before + 1, counted());
  }

  @Test
  void aJobWhoseSessionStopsGoesOnInTheNext() throws Exception {
    int before = counted();
    JobProgress stop = Moment.evaluated(0, jobs.lastRound(), session::stop);
    Dataset<Row> records = records(FEW);
    IOException stopped =
        assertThrows(
            IOException.class, () -> Parties.ask(request(records, Optional.empty()), stop));
    assertTrue(
        stopped.getMessage().contains("The Spark session of the records is stopped; they are kept"),
        stopped.getMessage());
    InvalidInputException late =
        assertThrows(InvalidInputException.class, () -> agent.score(records, passphrase()));
    assertEquals("The Spark session of the records is stopped", late.getMessage());
    session = session();

    Scores scores = agent.score(records(FEW), passphrase());

    assertExpected(FEW, scores.results());
    assertEquals(before + 1, counted());
  }

  @Test
  void badRecordsAreRefusedWithoutAWordOfThem() throws Exception {
    UDF1<Double, Double> failing =
        value -> {
          throw new IllegalStateException("SECRET " + value);
        };
    UserDefinedFunction fails = functions.udf(failing, DataTypes.DoubleType);
    Dataset<Row> few = records(FEW);
    try (Listening log = new Listening(Level.WARN)) {
      assertRefused(
          "2 of 41 rows are bad: .*another row has the same id; correct these rows or leave them out",
          few.union(few.where("patient = 1"))
              .withColumn("f1", functions.expr("if(patient = 2, null, f1)")));
      assertRefused(
          "\"dataset\" cannot be read by Spark \\(.*\\)",
          few.withColumn("f0", fails.apply(functions.col("f0"))));
      assertRefused(
          "\"dataset\" column \"f0\" is string: a feature must be a number; cast it",
          few.withColumn("f0", functions.expr("cast(f0 AS string)")));
      assertFalse(log.text().contains("SECRET"), log.text());
    }
    assertFalse(Files.exists(directory.resolve("out")));
  }

  private void assertRefused(String why, Dataset<Row> records) {
    InvalidInputException refused =
        assertThrows(InvalidInputException.class, () -> agent.score(records, passphrase()));
    assertTrue(refused.getMessage().matches(why), refused.getMessage());
    assertFalse(refused.getMessage().contains("SECRET"));
  }

  @Test
  void whatIsMissingOrWrongIsSaidBeforeAnythingIsOrdered() throws Exception {
    int before = counted();
    Dataset<Row> few = records(FEW);
    Agent bare = Agent.of(plan, keys, exchange.toUri().toString());
    for (Agent unsaid : List.of(bare, bare.anyModelOwner())) {
      JobRefusedException refused =
          assertThrows(JobRefusedException.class, () -> unsaid.score(few, passphrase()));
      assertTrue(refused.getMessage().startsWith("Nobody has said"), refused.getMessage());
    }
    assertThrows(JobRefusedException.class, () -> bare.modelOwner("the vendor"));
    assertThrows(JobRefusedException.class, () -> bare.id("a,b"));
    assertThrows(
        JobRefusedException.class,
        () -> agent.with("spark.nightjar.output.format", "csv").score(few, passphrase()));
    String stranger = TestIdentities.of("a stranger").identity().toString();
    assertThrows(
        ProtocolException.class, () -> agent.modelOwner(stranger).score(few, passphrase()));
    char[] wrong = "five owls in a barn".toCharArray();
    assertThrows(KeyProtectionException.class, () -> agent.score(few, wrong));
    assertTrue(new String(wrong).isBlank(), "the passphrase is wiped");
    assertEquals(before, counted());
    assertFalse(Files.exists(directory.resolve("out")));
  }

  @Test
  void twoCallsAtOnceAreNotTwoJobs() throws Exception {
    Path nobody = directory.resolve("nobody");
    jobs.offer(nobody);
    Dataset<Row> few = records(FEW);
    Agent waiting =
        Agent.of(plan, keys, nobody.toUri().toString())
            .anyModelOwner()
            .id("patient")
            .output(directory.resolve("out").toUri().toString());
    Thread first =
        new Thread(
            () -> assertThrows(InterruptedException.class, () -> waiting.score(few, passphrase())));
    first.start();
    while (!Files.exists(nobody.resolve("jobs"))) {
      assertTrue(first.isAlive());
      Thread.sleep(10);
    }

    JobRefusedException refused =
        assertThrows(JobRefusedException.class, () -> waiting.score(few, passphrase()));

    assertTrue(refused.getMessage().contains("is running in this process"), refused.getMessage());
    waiting.interrupt();
    first.join();
  }
}
