package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.job.AgentRequest;
import io.nightjar.job.Parties;
import io.nightjar.job.ServeRequest;
import io.nightjar.job.TestJobs;
import io.nightjar.job.faults.Fault.Effect;
import io.nightjar.job.faults.Fault.Operation;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An exchange that whoever serves cannot reach, for a while or for ever. */
@Slow
class OutageTest {

  @TempDir private Path directory;

  private TestJobs jobs;
  private Path exchange;

  @BeforeEach
  void prepare() throws IOException {
    jobs = TestJobs.in(directory);
    exchange = Files.createDirectories(directory.resolve("exchange"));
  }

  private AgentRequest asking() throws IOException {
    return jobs.asking(exchange, jobs.keys("keys"), "out");
  }

  private ServeRequest serving(FaultyDisk disk, String... pairs) throws IOException {
    return jobs.serving(FaultyDisk.uri(exchange), 1, disk.settings(pairs));
  }

  @Test
  void anExchangeThatCannotBeListedForAWhileIsWaitedFor() throws Exception {
    FaultyDisk disk =
        FaultyDisk.in(directory, new Fault(Operation.LIST, ".*/exchange/jobs", Effect.FAILS, 1, 3));
    Files.createDirectories(exchange.resolve("jobs"));
    CompletableFuture<Integer> serving = Parties.serving(serving(disk));

    while (!serving.isDone() && disk.strikes().get(0) < 3) {
      Thread.sleep(10);
    }
    Parties.ask(asking());

    assertEquals(0, serving.get());
    jobs.assertScored("out");
  }

  @Test
  void anOrderThatCannotBeReadForAWhileIsWaitedFor() throws Exception {
    FaultyDisk disk =
        FaultyDisk.in(directory, new Fault(Operation.OPEN, ".*/job.json", Effect.FAILS, 0, 3));
    CompletableFuture<Integer> serving = Parties.serving(serving(disk));

    Parties.ask(asking());

    assertEquals(0, serving.get());
    assertEquals(List.of(3), disk.strikes());
    jobs.assertScored("out");
  }

  @Test
  void anExchangeThatCanNeverBeListedEndsServeWithWhatItIs() throws Exception {
    FaultyDisk disk =
        FaultyDisk.in(directory, Fault.always(Operation.LIST, ".*/exchange/jobs", Effect.FAILS));
    Files.createDirectories(exchange.resolve("jobs"));
    ServeRequest request = serving(disk, "spark.nightjar.exchange.timeout=1s");

    IOException refusal = assertThrows(IOException.class, () -> Parties.serve(request));

    assertTrue(
        refusal.getMessage().matches("The exchange faulty:.*/exchange could not be reached for .*"),
        refusal.getMessage());
    assertTrue(refusal.getMessage().contains("strikes"), refusal.getMessage());
    assertTrue(disk.strikes().get(0) > 1, "it went on looking");
  }
}
