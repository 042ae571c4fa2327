package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.job.TestJobs;
import io.nightjar.testing.Slow;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pastes what commands say is next, in a directory whose name needs quotes. */
@Slow
class NextStepTest {

  @TempDir private Path temporary;

  private TestJobs jobs;
  private Path directory;

  @BeforeEach
  void prepare() {
    directory = temporary.resolve("it's a directory");
    jobs = TestJobs.in(directory);
  }

  /** Has a shell read a line, in which words in capitals stand for something, and runs it. */
  private static CommandRun paste(String line, Map<String, Path> places) throws Exception {
    Process shell = new ProcessBuilder("sh", "-c", "printf '%s\\0' " + line).start();
    String read = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, shell.waitFor(), line);
    List<String> words =
        Arrays.stream(read.split("\0"))
            .map(word -> places.containsKey(word) ? places.get(word).toString() : word)
            .toList();
    assertEquals("nightjar", words.get(0));
    return CommandRun.of(words.subList(1, words.size()).toArray(new String[0]));
  }

  private Map<String, Path> places() {
    return Map.of("RECORDS", jobs.records(), "RESULTS", directory.resolve("out"));
  }

  @Test
  void aPlanLeadsToItsJobAndTheJobToItsReport() throws Exception {
    CommandRun plan =
        CommandRun.with(jobs, "plan", "--model", jobs.model().toString(), "--weight-bits", "7");
    assertEquals(0, plan.exitCode(), plan.err());

    CommandRun scored = paste(plan.next().orElseThrow(), places());

    assertEquals(0, scored.exitCode(), scored.err());
    assertTrue(scored.out().contains("\nDone in "), scored.out());
    Path report = directory.resolve("out/_report/report.html").toAbsolutePath();
    assertTrue(Files.exists(report));
    assertEquals(
        "read the report, '%s'".formatted(report.toString().replace("'", "'\\''")),
        scored.next().orElseThrow());
    String digest =
        new ObjectMapper()
            .readTree(report.resolveSibling("report.json").toFile())
            .path("planDigest")
            .asText();
    assertTrue(plan.out().contains("Digest " + digest), plan.out());
    CommandRun again = paste(plan.next().orElseThrow(), places());
    assertEquals(scored.next(), again.next());
  }

  @Test
  void keysLeadToWhatTheyAreFor() throws Exception {
    CommandRun made =
        CommandRun.of(
            "identity",
            "new",
            directory.resolve("other keys").toString(),
            "--conf",
            "spark.nightjar.keys.passphraseFile=" + jobs.passphraseFile());
    String shown = made.next().orElseThrow().replaceFirst(".* is printed again by ", "");
    String fingerprint = made.out().lines().skip(1).findFirst().orElseThrow();
    assertTrue(paste(shown, Map.of()).out().startsWith(fingerprint), shown);

    CommandRun keygen =
        CommandRun.with(
            jobs,
            "keygen",
            "--model",
            jobs.model().toString(),
            "--out",
            directory.resolve("keys").toString());
    CommandRun scored = paste(keygen.next().orElseThrow(), places());
    assertEquals(0, scored.exitCode(), scored.err());
  }

  @Test
  void rangesLeadToAPlan() throws Exception {
    CommandRun dry =
        CommandRun.with(
            jobs,
            "calibrate",
            "--dry-run",
            "--model",
            jobs.model().toString(),
            "--input",
            jobs.records().toString());
    CommandRun found = paste(dry.next().orElseThrow(), Map.of());
    assertTrue(found.out().contains("The ranges are in "), found.out() + found.err());

    CommandRun plan = paste(found.next().orElseThrow(), Map.of());

    assertEquals(0, plan.exitCode(), plan.err());
  }

  @Test
  void objectsOfJsonStandAlone() {
    assertTrue(CommandRun.of("doctor", "--json").next().isEmpty());
    assertTrue(
        CommandRun.with(jobs, "plan", "--model", jobs.model().toString(), "--json")
            .next()
            .isEmpty());
  }
}
