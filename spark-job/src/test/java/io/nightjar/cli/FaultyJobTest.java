package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.job.TestIdentities;
import io.nightjar.job.TestJobs;
import io.nightjar.job.TestNetworks;
import io.nightjar.job.faults.Listening;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests what a person or a script sees when a job cannot be done: one line and an exit code. */
@Slow
class FaultyJobTest {

  @TempDir private Path directory;

  private TestJobs jobs;

  @BeforeEach
  void prepare() {
    jobs = TestJobs.in(directory);
  }

  private CommandRun run(String command, String... arguments) {
    return CommandRun.with(jobs, command, arguments);
  }

  private CommandRun score(String model, String input, String output, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--model", model, "--input", input, "--output", output, "--master", "local[2]"));
    arguments.addAll(List.of(more));
    return run("score", arguments.toArray(new String[0]));
  }

  private String at(String name) {
    return directory.resolve(name).toString();
  }

  private static void assertRefused(int exitCode, CommandRun run) {
    assertEquals(exitCode, run.exitCode(), run.err());
    assertEquals("", run.out());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().startsWith("nightjar: "), run.err());
    assertFalse(run.err().contains("Exception"), run.err());
    assertFalse(run.err().contains(TestJobs.PASSPHRASE), run.err());
  }

  @Test
  void aBadRowIsRefusedBeforeAnythingIsWritten() throws IOException {
    List<String> table = jobs.table();
    table.add("17,0.1,1.123456,0.3,0.4,0.5,0.6");
    Path csv = Files.write(directory.resolve("bad.csv"), table);

    CommandRun run = score(at("model"), csv.toString(), at("out"));

    assertRefused(2, run);
    assertFalse(Files.exists(directory.resolve("out")));
    assertFalse(run.err().contains("1.123456"), run.err());
  }

  @Test
  void anInputWithoutRecordsIsRefused() throws IOException {
    jobs.writeRecords("records.idx", 0);

    assertRefused(2, score(at("model"), jobs.records().toString(), at("out")));
    assertFalse(Files.exists(directory.resolve("out")));
  }

  @Test
  void anInputThatMayBeEmptyIsNoMistake() throws IOException {
    String mayBeEmpty = "spark.nightjar.input.mayBeEmpty=true";
    jobs.writeRecords("records.idx", 0);
    Path marker = Files.createDirectory(directory.resolve("day"));
    Files.createFile(marker.resolve("_SUCCESS"));

    for (Path empty : List.of(jobs.records(), marker)) {
      CommandRun run = score(at("model"), empty.toString(), at("out"), "--conf", mayBeEmpty);
      assertEquals(0, run.exitCode(), run.err());
      assertTrue(run.out().startsWith("Nothing to do: "), run.out());
      CommandRun json =
          score(at("model"), empty.toString(), at("out"), "--conf", mayBeEmpty, "--json");
      assertEquals("{\"records\":0}\n", json.out());
      assertFalse(Files.exists(directory.resolve("out")));
    }
    jobs.writeRecords("records.idx", 5);
    assertRefused(
        2,
        score(
            at("model"),
            jobs.records().toString(),
            at("out"),
            "--conf",
            mayBeEmpty,
            "--labels",
            marker.toString()));
  }

  @ParameterizedTest
  @CsvSource({
    "none, records.idx, out",
    "model, none.idx, out",
    "'', records.idx, out",
    "model, '', out",
    "model, records.idx, ''",
    "model, records.idx, model",
    "model, records.idx, records.idx"
  })
  void whatIsNotThereOrInTheWayIsRefused(String model, String input, String output) {
    assertRefused(
        2,
        score(
            model.isEmpty() ? "" : at(model),
            input.isEmpty() ? "" : at(input),
            output.isEmpty() ? "" : at(output)));
  }

  @ParameterizedTest
  @CsvSource({
    "no such:/file, records.idx, out",
    "nosuch://host/model, records.idx, out",
    "model, ':', out",
    "model, records.idx, 'nosuch://host/out'",
    "model, records.idx, records.idx/below"
  })
  void whatIsNoPathIsRefused(String model, String input, String output) {
    CommandRun run =
        score(
            model.contains(":") ? model : at(model),
            input.contains(":") ? input : at(input),
            output.contains(":") ? output : at(output));

    assertTrue(run.exitCode() == 1 || run.exitCode() == 2, run.err());
    assertRefused(run.exitCode(), run);
  }

  @Test
  void aMasterThatIsNoneIsRefused() {
    CommandRun run =
        run(
            "score",
            "--model",
            at("model"),
            "--input",
            jobs.records().toString(),
            "--output",
            at("out"),
            "--master",
            "no-master");

    assertTrue(run.exitCode() == 1 || run.exitCode() == 2, run.err());
    assertRefused(run.exitCode(), run);
  }

  @Test
  void anOutputOfAnotherJobIsLeftAlone() throws IOException {
    assertEquals(0, score(at("model"), jobs.records().toString(), at("out")).exitCode());
    jobs.writeModel("other-model", TestNetworks.withRelu(2));
    byte[] before = Files.readAllBytes(directory.resolve("out/part-00000.parquet"));

    assertRefused(2, score(at("other-model"), jobs.records().toString(), at("out")));
    assertRefused(2, score(at("model"), jobs.records().toString(), at("out"), "--limit", "5"));
    assertRefused(2, score(at("model"), jobs.records().toString(), at("out"), "--samples", "3"));
    assertArrayEquals(before, Files.readAllBytes(directory.resolve("out/part-00000.parquet")));
  }

  @Test
  void aFinishedJobRunAgainDoesNothing() throws IOException {
    assertEquals(0, score(at("model"), jobs.records().toString(), at("out")).exitCode());
    Path result = directory.resolve("out/part-00001.parquet");
    byte[] before = Files.readAllBytes(result);
    Object fileKey = Files.getAttribute(result, "unix:ino");

    CommandRun again = score(at("model"), jobs.records().toString(), at("out"));

    assertEquals(0, again.exitCode(), again.err());
    assertEquals("", again.err());
    assertArrayEquals(before, Files.readAllBytes(result));
    assertEquals(fileKey, Files.getAttribute(result, "unix:ino"));
  }

  @ParameterizedTest
  @CsvSource({"'{}'", "'null'", "'{\"fingerprint\":null,\"job\":null}'", "'{'", "''"})
  void anOutputWhoseStateIsDamagedIsRefused(String json) throws IOException {
    Files.createDirectories(directory.resolve("out/_nightjar"));
    Files.writeString(directory.resolve("out/_nightjar/job.json"), json);

    assertRefused(2, score(at("model"), jobs.records().toString(), at("out")));
  }

  @Test
  void anIdentityThatIsDamagedIsRefused() throws IOException {
    Path keys = jobs.keys("keys");
    Files.writeString(directory.resolve("passphrase"), "something else\n");
    assertRefused(
        2, score(at("model"), jobs.records().toString(), at("out"), "--keys", keys.toString()));

    Files.writeString(directory.resolve("passphrase"), TestJobs.PASSPHRASE);
    Files.writeString(keys.resolve("identity.json"), "{\"format\":\n\"nightjar-identity\n");
    assertRefused(
        2, score(at("model"), jobs.records().toString(), at("out"), "--keys", keys.toString()));

    Files.delete(keys.resolve("identity.json"));
    assertRefused(
        2, score(at("model"), jobs.records().toString(), at("out"), "--keys", keys.toString()));
    assertRefused(
        2, score(at("model"), jobs.records().toString(), at("out"), "--keys", at("no-keys")));
    assertFalse(Files.exists(directory.resolve("out")));
  }

  @ParameterizedTest
  @CsvSource({"'{}'", "'owls'", "''", "'[1,2'"})
  void anAgentDoesNotFollowWhatIsNoPlan(String json) throws IOException {
    Path keys = jobs.keys("keys");
    Files.createDirectories(directory.resolve("exchange"));
    offer(json);

    assertRefused(2, ask(keys));
    assertFalse(Files.exists(directory.resolve("out")));
    assertFalse(Files.exists(directory.resolve("exchange/jobs")));
  }

  @Test
  void anAgentThatIsAloneGivesUp() throws IOException {
    assertRefused(1, ask(jobs.keys("keys"), "--conf", "spark.nightjar.exchange.timeout=1s"));
  }

  @Test
  void aPlanInWhichANumberIsAnotherIsRefusedIfAnotherWasAgreedOn() throws IOException {
    Path keys = jobs.keys("keys");
    String plan = CommandRun.of("plan", "--model", at("model"), "--samples", "2", "--json").out();
    Files.writeString(directory.resolve("agreed.json"), plan);
    Files.createDirectories(directory.resolve("exchange"));
    offer(plan.replace("\"clipSigmas\":4.0", "\"clipSigmas\":3.0"));

    CommandRun run = ask(keys, directory.resolve("agreed.json"));

    assertRefused(3, run);
    assertTrue(run.err().endsWith(": clipSigmas is 3.0 on offer and 4.0 in the file\n"), run.err());
    assertFalse(Files.exists(directory.resolve("exchange/jobs")));
  }

  /** Puts something on offer, with a signature. */
  private void offer(String plan) throws IOException {
    Path offer = Files.writeString(directory.resolve("exchange/plan.json"), plan);
    TestIdentities.sign(offer, TestIdentities.modelOwner());
  }

  @Test
  void aPlanThatNobodySignedIsNoneAndAnAgentSaysSo() throws IOException {
    Files.createDirectories(directory.resolve("exchange"));
    Files.writeString(directory.resolve("exchange/plan.json"), Files.readString(jobs.planFile()));
    String heard;
    try (Listening listening = new Listening(Level.WARN)) {
      assertRefused(1, ask(jobs.keys("keys"), "--conf", "spark.nightjar.exchange.timeout=1s"));
      heard = listening.text();
    }

    assertTrue(heard.contains("/plan.json has no valid signature and is not followed"), heard);
    assertFalse(Files.exists(directory.resolve("exchange/jobs")));
  }

  private CommandRun ask(Path keys, String... more) {
    return ask(keys, jobs.planFile(), more);
  }

  private CommandRun ask(Path keys, Path agreed, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--exchange",
                at("exchange"),
                "--keys",
                keys.toString(),
                "--input",
                jobs.records().toString(),
                "--output",
                at("out"),
                "--plan",
                agreed.toString(),
                "--model-owner",
                "anyone"));
    arguments.addAll(List.of(more));
    return run("agent", arguments.toArray(new String[0]));
  }
}
