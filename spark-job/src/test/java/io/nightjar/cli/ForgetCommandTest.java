package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.job.AgentRequest;
import io.nightjar.job.JobFiles;
import io.nightjar.job.Moment;
import io.nightjar.job.Parties;
import io.nightjar.job.TestJobs;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Slow
class ForgetCommandTest {

  @TempDir private Path directory;

  private TestJobs jobs;
  private Path exchange;

  @BeforeEach
  void prepare() {
    jobs = TestJobs.in(directory);
    exchange = directory.resolve("exchange");
  }

  private CommandRun forget(String job, String... more) {
    Stream<String> all = Stream.concat(Stream.of("--job", job), Stream.of(more));
    return CommandRun.with(jobs, "forget", all.toArray(String[]::new));
  }

  private AgentRequest asking(String... pairs) throws IOException {
    return jobs.asking(exchange, jobs.keys("keys"), "out", pairs);
  }

  private static List<String> namesIn(Path place) throws IOException {
    try (Stream<Path> found = Files.list(place)) {
      return found.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  /** Leaves a job behind that ended on both sides after its first round. */
  private String interrupted() throws Exception {
    CompletableFuture<Integer> serving =
        Parties.serving(jobs.serving(exchange, 1), Moment.evaluated(0, 0, Moment::end));
    assertThrows(
        Moment.Ended.class,
        () -> Parties.ask(asking(TestJobs.WAVE_BY_WAVE), Moment.evaluated(0, 0, Moment::end)));
    assertEquals(1, serving.get());
    return JobFiles.onlyOf(exchange).directory().getFileName().toString();
  }

  @Test
  void neitherSideKeepsAnythingOfAForgottenJobButItsEntry() throws Exception {
    String job = interrupted();
    Path state = directory.resolve("serve-state").resolve(job);
    assertTrue(Files.exists(state.resolve("secret")));
    assertTrue(Files.exists(directory.resolve("out/_nightjar/job.json")));

    CommandRun owner =
        forget(
            job,
            "--output",
            directory.resolve("out").toString(),
            "--exchange",
            exchange.toString());
    CommandRun vendor = forget(job);

    assertEquals(0, owner.exitCode(), owner.err());
    assertEquals(2, owner.out().lines().count(), owner.out());
    assertEquals(0, vendor.exitCode(), vendor.err());
    assertFalse(Files.exists(state));
    assertFalse(Files.exists(directory.resolve("out")));
    assertEquals(List.of(), namesIn(exchange.resolve("jobs")));
    assertEquals(
        List.of(job), jobs.entries().stream().map(entry -> entry.job().toString()).toList());
    assertEquals(2, forget(job).exitCode());
  }

  @Test
  void resultsOfAForgottenJobStay() throws Exception {
    CompletableFuture<Integer> serving = Parties.serving(jobs.serving(exchange, 1));
    Parties.ask(asking());
    assertEquals(0, serving.get());
    String job = jobs.entries().get(0).job().toString();

    jobs.assertScored("out");
    List<String> before = namesIn(directory.resolve("out"));
    byte[] results = Files.readAllBytes(directory.resolve("out/part-00000.parquet"));

    CommandRun run = forget(job, "--output", directory.resolve("out").toString());

    assertEquals(0, run.exitCode(), run.err());
    List<String> left = new ArrayList<>(before);
    assertTrue(left.remove("_nightjar"));
    assertEquals(left, namesIn(directory.resolve("out")));
    assertArrayEquals(results, Files.readAllBytes(directory.resolve("out/part-00000.parquet")));
  }

  @Test
  void anotherJobIsLeftAlone() throws Exception {
    String job = interrupted();

    CommandRun run =
        forget(UUID.randomUUID().toString(), "--output", directory.resolve("out").toString());

    assertEquals(2, run.exitCode());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains("has job " + job), run.err());
    assertTrue(Files.exists(directory.resolve("out/_nightjar/job.json")));
  }
}
