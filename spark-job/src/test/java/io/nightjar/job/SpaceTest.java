package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.NoSpaceException;
import io.nightjar.exchange.SampleOrders;
import io.nightjar.plan.Plan;
import io.nightjar.text.Amounts;
import java.io.IOException;
import java.nio.file.Files;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FsStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a job begins only where there is room for it. */
class SpaceTest {

  /** A file system that is elsewhere, and has room for a megabyte. */
  public static final class Small extends RawLocalFileSystem {
    @Override
    public String getScheme() {
      return "small";
    }

    @Override
    public java.net.URI getUri() {
      return java.net.URI.create("small:///");
    }

    @Override
    public short getDefaultReplication(Path path) {
      return 3;
    }

    @Override
    public FsStatus getStatus(Path path) {
      return path.isRoot()
          ? new FsStatus(2 << 20, 1 << 20, 1 << 20)
          : new FsStatus(0, 0, 0); // as Hadoop's own local one does where nothing is
    }
  }

  @TempDir private java.nio.file.Path directory;
  private TestJobs jobs;
  private Plan plan;
  private Configuration configuration;

  @BeforeEach
  void prepare() {
    jobs = TestJobs.in(directory);
    plan = jobs.plan();
    configuration = HadoopFiles.configuration(new Configuration());
    configuration.setClass("fs.small.impl", Small.class, FileSystem.class);
  }

  private JobDescription job(long records, int perWave) {
    return SampleOrders.of(
        new UUID(1, 2), "a".repeat(64), "b".repeat(64), records, plan.batchSize(), perWave);
  }

  private void require(String exchange, String output, long records, int perWave, String... pairs)
      throws IOException {
    Space.require(
        plan,
        job(records, perWave),
        new Path(exchange),
        new Path(output),
        configuration,
        jobs.settings(pairs));
  }

  private String local(String name) {
    return directory.resolve(name).toUri().toString();
  }

  @Test
  void aJobThatFitsIsNotRefused() throws IOException {
    require(local("exchange"), local("out"), 10, 1);

    assertFalse(Files.exists(directory.resolve("exchange")));
  }

  @Test
  void oneThatDoesNotIsToldWhereHowMuchIsMissing() {
    NoSpaceException refused =
        assertThrows(
            NoSpaceException.class,
            () -> require(local("not/yet/there"), local("out"), 1L << 44, 1 << 29));

    String message = refused.getMessage();
    assertTrue(
        message.matches(
            "The file system at /\\S* \\(.+, .+\\) has [0-9.]+ [MGT]B free, and the job needs about [0-9.]+ [PE]B there for its ciphertexts and results: make room, or use a place elsewhere \\(spark.nightjar.exchange.dir\\), or smaller waves \\(spark.nightjar.waves.batches\\)"),
        message);
  }

  @Test
  void everyPlaceIsHeldAgainstWhatIsFreeThereAndAgainstItsCopies() throws IOException {
    long rows = (1L << 20) / 3 / 2 / (64 + 10 * plan.outputs());
    require(local("exchange"), "small:///out", rows, 1);

    NoSpaceException refused =
        assertThrows(
            NoSpaceException.class, () -> require(local("exchange"), "small:///out", rows + 10, 1));

    assertEquals(
        "small:/// has 1 MB free, and the job needs about 1.1 MB there for its results: make room, or use a place elsewhere",
        refused.getMessage());
  }

  @Test
  void allOfAllWavesStaysWhereTheExchangeIsKept() throws IOException {
    long records = 64L * plan.batchSize();
    double all =
        3.0 * 64 * plan.batchSize() * (plan.bytesUpPerRecord() + plan.bytesDownPerRecord());
    assertTrue(all > 1 << 20);
    NoSpaceException refused =
        assertThrows(
            NoSpaceException.class,
            () -> require("small:///exchange", local("out"), records, 1, TestJobs.KEEP));

    assertTrue(
        refused.getMessage().contains("needs about %s there".formatted(Amounts.bytes(all))),
        refused.getMessage());
  }

  /** A job does not fail because of what it would only like to know. */
  @Test
  void whatCannotBeToldIsTakenForEnough() {
    assertEquals(Long.MAX_VALUE, Space.local(directory.resolve("gone")).free());
  }
}
