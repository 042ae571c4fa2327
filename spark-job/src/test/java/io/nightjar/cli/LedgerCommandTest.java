package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.job.TestJobs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests what the commands say of the ledger, of the budget and of fingerprints. */
class LedgerCommandTest {

  @TempDir private Path directory;

  private TestJobs jobs;

  @BeforeEach
  void prepare() {
    jobs = TestJobs.in(directory);
  }

  private CommandRun run(String command, String... arguments) {
    return CommandRun.with(jobs, command, arguments);
  }

  private String at(String name) {
    return directory.resolve(name).toString();
  }

  private CommandRun score(String output, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("--model", at("model"), "--input", at("records.csv"), "--output", at(output)));
    arguments.addAll(List.of("--master", "local[2]"));
    arguments.addAll(List.of(more));
    return run("score", arguments.toArray(new String[0]));
  }

  private static String budget(int answers) {
    return "spark.nightjar.ledger.budget=" + answers;
  }

  private static void assertOneLine(int exitCode, String line, CommandRun run) {
    assertEquals(exitCode, run.exitCode(), run.err());
    assertEquals(line, run.err().strip());
    assertEquals("", run.out());
  }

  @Test
  void theLedgerListsJobsAndWhatIsLeft() throws IOException {
    String keys = jobs.keys("keys").toString();
    CommandRun nothing = run("ledger");
    assertEquals(
        "No job was admitted yet: the ledger jdbc:sqlite:%s is empty.%n"
            .formatted(at("serve-state/ledger.db")),
        nothing.out());
    assertEquals(0, score("out", "--keys", keys, "--conf", budget(12_000)).exitCode());
    String owner = fingerprint("keys");

    CommandRun text = run("ledger", "--conf", budget(12_000));
    CommandRun json = run("ledger", "--json", "--conf", budget(12_000));

    assertEquals(0, text.exitCode(), text.err());
    assertTrue(text.out().contains("Data owner " + owner), text.out());
    assertTrue(
        text.out().contains("10,000 answers in 1 job; of the budget of 12,000, 2,000 are left"),
        text.out());
    assertTrue(run("ledger").out().contains("; there is no budget"));
    JsonNode all = new ObjectMapper().readTree(json.out());
    JsonNode account = all.get("accounts").get(0);
    assertEquals(owner, account.get("owner").asText());
    assertEquals(10_000, account.get("answered").asLong());
    assertEquals(2_000, account.get("left").asLong());
    JsonNode entry = all.get("entries").get(0);
    assertEquals(5000, entry.get("records").asLong());
    assertEquals(2, entry.get("draws").asLong());
    assertEquals("bayhenn", entry.get("protocol").asText());
  }

  private String fingerprint(String keys) throws IOException {
    return new ObjectMapper()
        .readTree(directory.resolve(keys).resolve("key.json").toFile())
        .get("fingerprint")
        .asText();
  }

  @Test
  void scoreBeyondTheBudgetEndsWithThree() throws IOException {
    String keys = jobs.keys("keys").toString();

    assertOneLine(
        3,
        "nightjar: The job asks for 10,000 answers (5,000 records x 2 draws), which exceeds the"
            + " budget of 9,999 for this data owner and model: 9,999 answers are left",
        score("out", "--keys", keys, "--conf", budget(9_999)));
    assertFalse(Files.exists(directory.resolve("out")));
  }

  @Test
  void scoreWithABudgetButWithoutKeysEndsWithTwo() {
    CommandRun run = score("out", "--conf", budget(9_999));

    assertEquals(2, run.exitCode(), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains("give --keys, made by keygen"), run.err());
  }

  @Test
  void anAgentBeyondTheBudgetEndsWithThreeAndServeWithOne() throws Exception {
    String keys = jobs.keys("keys").toString();
    CompletableFuture<CommandRun> serving =
        CompletableFuture.supplyAsync(
            () ->
                run(
                    "serve",
                    "--model",
                    at("model"),
                    "--exchange",
                    at("exchange"),
                    "--jobs",
                    "1",
                    "--master",
                    "local[2]",
                    "--conf",
                    TestJobs.FRESH,
                    "--conf",
                    budget(9_999)));

    CommandRun agent =
        run(
            "agent",
            "--exchange",
            at("exchange"),
            "--keys",
            keys,
            "--input",
            at("records.csv"),
            "--output",
            at("out"));

    assertOneLine(
        3,
        "nightjar: The model owner refuses the job: The job asks for 10,000 answers (5,000 records"
            + " x 2 draws), which exceeds the budget of 9,999 for this data owner and model: 9,999"
            + " answers are left",
        agent);
    assertEquals(1, serving.get().exitCode(), serving.get().err());
  }

  @ParameterizedTest
  @CsvSource({
    "s3a://bucket/ledger, A ledger cannot be kept in s3a://bucket/ledger",
    "jdbc:nosuch:owls, There is no JDBC driver for the ledger jdbc:nosuch:...",
    "jdbc:sqlite::memory:, The ledger jdbc:sqlite::memory: names no file",
    "jdbc:postgresql://u:owls@h/d, spark.nightjar.ledger.location has a password in it"
  })
  void aLocationThatIsNoneIsRefused(String location, String beginning) {
    CommandRun run = run("ledger", "--conf", "spark.nightjar.ledger.location=" + location);

    assertEquals(2, run.exitCode(), run.err());
    assertTrue(run.err().startsWith("nightjar: " + beginning), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertFalse(location.contains("@") && run.err().contains("owls"), run.err());
  }

  @Test
  void keygenSaysByWhichFingerprintItsOwnerIsKnown() throws IOException {
    CommandRun run = run("keygen", "--model", at("model"), "--out", at("new-keys"));

    assertEquals(0, run.exitCode(), run.err());
    String fingerprint = fingerprint("new-keys");
    assertTrue(fingerprint.matches("[0-9a-f]{64}"), fingerprint);
    assertTrue(run.out().lines().anyMatch(fingerprint::equals), run.out());
  }

  @Test
  void keysWithoutTheirPublicKeyOrWithAnotherAreRefused() throws IOException {
    Path keys = jobs.keys("keys");
    Path others = jobs.keys("other-keys");
    Files.copy(
        others.resolve("public-key.bin"),
        keys.resolve("public-key.bin"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);

    CommandRun another = score("out", "--keys", keys.toString());
    Files.delete(keys.resolve("public-key.bin"));
    CommandRun none = score("out", "--keys", keys.toString());

    for (CommandRun run : List.of(another, none)) {
      assertEquals(2, run.exitCode(), run.err());
      assertTrue(run.err().strip().endsWith(": make keys with keygen"), run.err());
    }
    assertFalse(Files.exists(directory.resolve("out")));
  }
}
