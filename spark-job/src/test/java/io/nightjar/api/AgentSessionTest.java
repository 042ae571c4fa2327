package io.nightjar.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.job.TestJobs;
import io.nightjar.records.InvalidInputException;
import io.nightjar.testing.Slow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which sessions of a program may see records. */
@Slow
class AgentSessionTest {

  @TempDir private Path directory;

  private Optional<SparkSession> session = Optional.empty();

  private SparkSession session(String master, String... settings) {
    SparkSession.Builder builder =
        SparkSession.builder()
            .master(master)
            .appName("a program")
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.ui.enabled", "false");
    for (String setting : settings) {
      String[] pair = setting.split("=", 2);
      builder.config(pair[0], pair[1]);
    }
    session = Optional.of(builder.getOrCreate());
    return session.get();
  }

  @AfterEach
  void stop() {
    session.ifPresent(SparkSession::stop);
  }

  private Agent agent() throws Exception {
    TestJobs jobs = TestJobs.in(directory);
    Path exchange = directory.resolve("exchange");
    jobs.offer(exchange);
    return Agent.of(jobs.planFile(), jobs.keys("keys"), exchange.toString())
        .anyModelOwner()
        .output(directory.resolve("out").toString());
  }

  /** Workers that have too few cores for an executor start none. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "local[1] | spark.io.encryption.enabled=false | would leave them on disk in the clear: start it with spark.io.encryption.enabled=true",
        "local[1] | spark.serializer=org.apache.spark.serializer.KryoSerializer;spark.kryo.registrationRequired=true;spark.io.encryption.enabled=true | has spark.kryo.registrationRequired=true",
        "local-cluster[1,1,1024] | spark.executor.cores=2;spark.io.encryption.enabled=true | is on a cluster (local-cluster[1,1,1024]) that is not set up for them: start it with spark.plugins=io.nightjar.cluster.OwnerPlugin, spark.authenticate=true, spark.network.crypto.enabled=true",
        "local-cluster[1,1,1024] | spark.executor.cores=2;spark.io.encryption.enabled=true;spark.plugins=io.nightjar.cluster.OwnerPlugin;spark.authenticate=true;spark.authenticate.secret=s;spark.network.crypto.enabled=true;spark.serializer=org.apache.spark.serializer.KryoSerializer | start it with spark.serializer=org.apache.spark.serializer.JavaSerializer",
      })
  void aSessionThatIsUnfitIsRefusedInOneLine(String master, String settings, String why)
      throws Exception {
    SparkSession unfit = session(master, settings.split(";", -1));
    Agent agent = agent();

    InvalidInputException refused =
        assertThrows(
            InvalidInputException.class,
            () -> agent.score(unfit.range(3).toDF(), TestJobs.PASSPHRASE.toCharArray()));

    assertTrue(refused.getMessage().contains(why), refused.getMessage());
    assertFalse(refused.getMessage().contains("\n"));
    assertFalse(Files.exists(directory.resolve("out")));
  }

  @Test
  void aProgramsSessionIsAfterwardsAsItWas() throws Exception {
    SparkSession own = session("local[1]", "spark.io.encryption.enabled=true");
    Agent agent = agent();

    assertThrows(
        InvalidInputException.class, // a model's columns are not there
        () -> agent.score(own.range(3).toDF(), TestJobs.PASSPHRASE.toCharArray()));

    assertEquals("false", own.conf().get("spark.sql.datetime.java8API.enabled"));
    assertEquals(own, SparkSession.active());
    assertEquals(3, own.range(3).count());
  }
}
