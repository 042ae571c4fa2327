package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.SampleOrders;
import io.nightjar.protocol.ProtocolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An order is what it was when it was first worked on. */
class FirstOrderTest {

  private static final UUID JOB = UUID.fromString("00000000-0000-0001-0000-000000000002");
  private static final String MODEL = "3".repeat(64);
  private static final JobDescription FIRST = order("1", "2", 100, 10, 2);

  @TempDir private Path directory;

  private static JobDescription order(
      String plan, String owner, long records, int batchSize, int batchesPerWave) {
    return SampleOrders.of(
        JOB, plan.repeat(64), owner.repeat(64), records, batchSize, batchesPerWave);
  }

  private void require(JobDescription order, String model) throws IOException {
    FirstOrder.require(
        new org.apache.hadoop.fs.Path(directory.toUri()),
        HadoopFiles.configuration(new Configuration()),
        order,
        model);
  }

  @Test
  void theFirstOrderIsTakenAndTakenAgain() throws IOException {
    require(FIRST, MODEL);
    require(FIRST, MODEL);
  }

  private static Stream<JobDescription> others() {
    return Stream.of(
        order("4", "2", 100, 10, 2),
        order("1", "4", 100, 10, 2),
        order("1", "2", 99, 10, 2),
        order("1", "2", 100, 20, 2),
        order("1", "2", 100, 10, 1));
  }

  @ParameterizedTest
  @MethodSource("others")
  void anotherIsRefused(JobDescription other) throws IOException {
    require(FIRST, MODEL);

    ProtocolException refusal = assertThrows(ProtocolException.class, () -> require(other, MODEL));

    assertEquals(
        "The order is not the one that this job began with: order a new job", refusal.getMessage());
    require(FIRST, MODEL);
  }

  @Test
  void anotherModelIsRefused() throws IOException {
    require(FIRST, MODEL);

    ProtocolException refusal =
        assertThrows(ProtocolException.class, () -> require(FIRST, "5".repeat(64)));

    assertEquals("The job began with another model: order a new job", refusal.getMessage());
  }

  @Test
  void aMemoryOfAnotherVersionIsRefused() throws IOException {
    require(FIRST, MODEL);
    Path file = directory.resolve("order.json");
    Files.writeString(file, Files.readString(file).replaceFirst("\"version\":2", "\"version\":9"));

    ExchangeException failure = assertThrows(ExchangeException.class, () -> require(FIRST, MODEL));

    assertTrue(failure.getMessage().contains("order.json"), failure.getMessage());
  }
}
