package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.SignedReceipt;
import io.nightjar.job.AgentRequest;
import io.nightjar.job.Parties;
import io.nightjar.job.TestJobs;
import io.nightjar.job.faults.Fault.Effect;
import io.nightjar.job.faults.Fault.Operation;
import io.nightjar.ledger.Entry;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that end at each step of ordering, admission and signing, and are started again:
 * nothing is lost, and nothing counted twice.
 */
@Slow
class SigningCrashTest {

  @TempDir private Path directory;

  private static List<Fault> crashes(String... paths) {
    return Stream.of(paths)
        .map(path -> Fault.once(Operation.RENAME, path, Effect.CRASHES))
        .toList();
  }

  private static AgentRequest asking(TestJobs jobs, Path exchange, FaultyDisk disk)
      throws Exception {
    AgentRequest request =
        jobs.asking(
            FaultyDisk.uri(exchange),
            jobs.keys("keys"),
            "out",
            disk.settings(TestJobs.WAVE_BY_WAVE));
    return new AgentRequest(
        request.exchange(),
        request.keys(),
        request.plan(),
        request.modelOwner(),
        request.input(),
        new org.apache.hadoop.fs.Path(FaultyDisk.uri(jobs.directory().resolve("out"))),
        request.target(),
        Optional.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        request.settings());
  }

  private static byte[] receipt(TestJobs jobs) throws Exception {
    return Files.readAllBytes(jobs.directory().resolve("out/_report/receipt.json"));
  }

  private static void assertCountedOnce(TestJobs jobs) throws Exception {
    jobs.assertScored("out");
    List<Entry> entries = jobs.entries();
    assertEquals(1, entries.size());
    SignedReceipt receipt = SignedReceipt.read(receipt(jobs));
    assertEquals(entries.get(0).answers(), receipt.order().answers());
    JsonNode report =
        new ObjectMapper().readTree(jobs.directory().resolve("out/_report/report.json").toFile());
    assertEquals(receipt.receipt().model(), report.path("modelDigest").asText());
    assertEquals(receipt.order().modelOwner().toString(), report.path("modelOwner").asText());
    try (Stream<Path> kept = Files.list(jobs.directory().resolve("serve-state/receipts"))) {
      Path only = kept.reduce((a, b) -> null).orElseThrow();
      assertEquals(receipt, SignedReceipt.read(Files.readAllBytes(only)));
    }
  }

  @Test
  void anAgentThatEndsAtAnyStepOfSigningGoesOn() throws Exception {
    TestJobs jobs = TestJobs.in(directory);
    Path exchange = directory.resolve("exchange");
    CompletableFuture<Integer> serving = Parties.serving(jobs.serving(exchange, 1));
    List<Fault> steps =
        crashes(
            ".*/_nightjar/.*[.]public-key.bin",
            ".*/_nightjar/.*[.]key",
            ".*/_nightjar/job.json",
            ".*/jobs/[^/]*/public-key.bin",
            ".*/jobs/[^/]*/job.json.sig",
            ".*/jobs/[^/]*/job.json",
            ".*/wave-00000/round-00/up.json.sig",
            ".*/wave-00000/round-00/up.json",
            ".*/_nightjar/receipt.json",
            ".*/wave-00000/round-01/up.json.sig",
            ".*/wave-00000.done.sig",
            ".*/wave-00000.done",
            ".*/jobs/[^/]*/done.json.sig",
            ".*/jobs/[^/]*/done.json",
            ".*/_report/receipt.json");
    for (Fault step : steps) {
      FaultyDisk disk = FaultyDisk.in(directory, step);
      Exception end =
          assertThrows(
              Exception.class, () -> Parties.ask(asking(jobs, exchange, disk)), step::toString);
      assertEquals(List.of(1), disk.strikes(), () -> step + " after " + end);
    }

    Parties.ask(asking(jobs, exchange, FaultyDisk.in(directory)));

    assertEquals(0, serving.get());
    assertCountedOnce(jobs);
    try (Stream<Path> own = Files.list(directory.resolve("out/_nightjar"))) {
      assertEquals(
          List.of("asked.json", "job.json", "receipt.json"),
          names(own),
          "no key is left of any attempt");
    }
  }

  private static List<String> names(Stream<Path> files) {
    return files
        .map(file -> file.getFileName().toString())
        .filter(name -> !name.startsWith("."))
        .sorted()
        .toList();
  }

  @Test
  void aServerThatEndsAtAnyStepOfAdmissionAndSigningGoesOn() throws Exception {
    TestJobs jobs = TestJobs.in(directory);
    Path exchange = directory.resolve("exchange");
    CompletableFuture<?> asking =
        Parties.asking(jobs.asking(exchange, jobs.keys("keys"), "out", TestJobs.WAVE_BY_WAVE));
    List<Fault> steps = new ArrayList<>();
    steps.addAll(
        crashes(
            ".*/plan.json.sig",
            ".*/plan.json",
            ".*/jobs/[^/]*/receipt.json.sig",
            ".*/jobs/[^/]*/receipt.json",
            ".*/wave-00000/round-00/down.json.sig",
            ".*/wave-00000/round-00/down.json",
            ".*/wave-00001/round-01/down.json.sig",
            ".*/wave-00001/round-01/down.json"));
    for (Fault step : steps) {
      FaultyDisk disk = FaultyDisk.in(directory, step);
      try {
        int unused =
            Parties.serve(
                jobs.serving(
                    FaultyDisk.uri(exchange),
                    1,
                    disk.settings(TestJobs.WAVE_BY_WAVE, "spark.nightjar.exchange.timeout=5s")));
      } catch (IOException | ExchangeException e) { // nothing can be reached any more
        assertTrue(disk.strikes().get(0) > 0, step + ": " + e);
      }
      assertEquals(List.of(1), disk.strikes(), step::toString);
    }

    assertEquals(
        0,
        Parties.serve(
            jobs.serving(FaultyDisk.uri(exchange), 1, FaultyDisk.in(directory).settings())));
    asking.get();
    assertCountedOnce(jobs);
  }
}
