package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nightjar.records.InvalidInputException;
import io.nightjar.settings.Settings;
import io.nightjar.spark.NightjarKryo;
import io.nightjar.spark.NightjarPlugin;
import io.nightjar.tables.OwnSpark;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A Spark that a program runs already stays the program's, and is used only as it is. */
class SparkContextsTest {

  private static final Settings NONE = Settings.resolve(List.of());

  private Optional<SparkContext> program = Optional.empty();

  private SparkContext program(String... settings) {
    SparkConf conf =
        new SparkConf()
            .setMaster("local[1]")
            .setAppName("a program")
            .set("spark.driver.host", "localhost")
            .set("spark.ui.enabled", "false");
    for (String setting : settings) {
      String[] pair = setting.split("=", 2);
      conf.set(pair[0], pair[1]);
    }
    program = Optional.of(SparkSession.builder().config(conf).getOrCreate().sparkContext());
    return program.get();
  }

  private SparkContext fit() {
    return program(
        "spark.serializer=" + KryoSerializer.class.getName(),
        "spark.kryo.registrationRequired=true",
        "spark.kryo.registrator=" + NightjarKryo.class.getName(),
        "spark.plugins=" + NightjarPlugin.class.getName());
  }

  @AfterEach
  void stop() {
    program.ifPresent(SparkContext::stop);
  }

  private static String refusal(Optional<String> master) {
    return assertThrows(JobRefusedException.class, () -> SparkContexts.open("digits", master, NONE))
        .getMessage();
  }

  @Test
  void aSparkThatIsSetUpForJobsIsUsedAndGoesOn() throws Exception {
    SparkContext own = fit();

    try (JavaSparkContext spark = SparkContexts.open("digits", Optional.empty(), NONE)) {
      assertSame(own, spark.sc());
      assertEquals(2, spark.parallelize(List.of(1, 2)).count());
    }

    assertFalse(own.isStopped());
    assertEquals("a program", own.appName());
  }

  @Test
  void oneOnAnotherMasterThanWasAskedForIsNot() {
    fit();

    assertEquals(
        "A Spark (a program) is running in this process, on local[1] and not on local[2]: leave the master out",
        refusal(Optional.of("local[2]")));
  }

  @Test
  void oneThatIsNotSetUpForJobsIsRefusedInOneLine() {
    program("spark.plugins=" + NightjarPlugin.class.getName());

    assertEquals(
        "A Spark (a program) is running in this process that is not set up for jobs: start it with"
            + " spark.kryo.registrationRequired=true, spark.kryo.registrator=io.nightjar.spark.NightjarKryo,"
            + " spark.serializer=org.apache.spark.serializer.KryoSerializer",
        refusal(Optional.empty()));
  }

  @Test
  void recordsAreNotReadByASparkThatHappensToRun() {
    SparkContext own = fit();

    InvalidInputException refused =
        assertThrows(InvalidInputException.class, () -> OwnSpark.local("staging", NONE));

    assertEquals(
        "A Spark (a program) is running in this process, and records are read by one of their own: start a"
            + " process for this, or have a dataset scored by io.nightjar.api.Agent",
        refused.getMessage());
    assertFalse(own.isStopped());
  }
}
