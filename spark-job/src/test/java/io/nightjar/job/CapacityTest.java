package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.exchange.Capacity;
import io.nightjar.exchange.Exchange;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.identity.CheapIdentities;
import io.nightjar.identity.Identity;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data owner with few cores cuts waves that keep a model owner with many at work. */
@Slow
class CapacityTest {

  private static final int RECORDS = 50 * 2048;

  @TempDir private Path directory;

  private TestJobs jobs;
  private Path keys;
  private Exchange exchange;

  @BeforeEach
  void prepare() throws IOException {
    jobs = TestJobs.in(directory);
    jobs.writeRecords("records.idx", RECORDS);
    keys = jobs.keys("keys");
    jobs.offer(directory.resolve("exchange"));
    exchange =
        new Exchange(
            new org.apache.hadoop.fs.Path(directory.resolve("exchange").toUri()),
            HadoopFiles.configuration(new Configuration()));
  }

  /** Orders a job and returns how many batches its waves have. */
  private int ordered(String output) throws IOException {
    assertThrows(
        Moment.Ended.class,
        () ->
            Parties.ask(
                jobs.asking(
                    directory.resolve("exchange"),
                    keys,
                    output,
                    "spark.nightjar.waves.batches=0",
                    "spark.nightjar.owner.threads=1",
                    TestJobs.WAVE_BY_WAVE),
                Moment.uploads(1, Moment::end)));
    Path job = directory.resolve(output).resolve("_nightjar/job.json");
    return new ObjectMapper().readTree(job.toFile()).at("/job/batchesPerWave").asInt();
  }

  @Test
  void wavesAreCutForTheLargerOfTheTwo() throws Exception {
    int alone = ordered("alone");

    exchange.announce(Capacity.of(64), CheapIdentities.of(TestIdentities.modelOwner()));

    assertEquals(50, ordered("together"));
    assertTrue(alone < 50, alone + " batches");
  }

  @Test
  void whatSomebodyElseSaysDoesNotCountAndWhatIsMalformedIsRefused() throws Exception {
    int alone = ordered("alone");
    exchange.announce(Capacity.of(64), CheapIdentities.of(TestIdentities.of("stranger")));
    assertEquals(alone, ordered("stranger"));

    exchange.announce(Capacity.of(64), CheapIdentities.of(TestIdentities.modelOwner()));
    Path file = directory.resolve("exchange/capacity.json");
    Files.writeString(file, Files.readString(file).replace("64", "0"));
    TestIdentities.sign(file, TestIdentities.modelOwner());

    Identity modelOwner = TestIdentities.modelOwner().identity();
    assertThrows(ExchangeException.class, () -> exchange.capacity(modelOwner));
  }

  @Test
  void whoeverServesSaysWhatItCanDo() throws Exception {
    jobs.writeRecords("records.idx", TestJobs.RECORDS);
    var serving = Parties.serving(jobs.serving(directory.resolve("exchange"), 1));
    Parties.ask(jobs.asking(directory.resolve("exchange"), keys, "out"));
    assertEquals(0, serving.get());

    assertEquals(
        Optional.of(Capacity.of(2)), exchange.capacity(TestIdentities.modelOwner().identity()));
  }
}
