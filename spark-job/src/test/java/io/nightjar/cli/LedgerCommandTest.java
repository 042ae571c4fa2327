package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.identity.IdentityDirectory;
import io.nightjar.job.ServingElsewhere;
import io.nightjar.job.TestJobs;
import io.nightjar.ledger.EarlierLedgers;
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
            List.of(
                "--model",
                at("model"),
                "--input",
                jobs.records().toString(),
                "--output",
                at(output)));
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
    assertEquals(0, score("out", "--keys", keys, "--conf", budget(14_000)).exitCode());
    String owner = fingerprint("keys").replace("ed25519:", "");

    CommandRun text = run("ledger", "--conf", budget(14_000));
    CommandRun json = run("ledger", "--json", "--conf", budget(14_000));

    assertEquals(0, text.exitCode(), text.err());
    assertTrue(text.out().contains("Data owner " + owner), text.out());
    assertTrue(text.out().contains("   lineage small\n"), text.out());
    assertTrue(
        text.out().contains("12,288 answers in 1 job; of the budget of 14,000, 1,712 are left"),
        text.out());
    assertTrue(run("ledger").out().contains("; there is no budget"));
    JsonNode all = new ObjectMapper().readTree(json.out());
    JsonNode account = all.get("accounts").get(0);
    assertEquals(owner, account.get("owner").asText());
    assertEquals("small", account.get("lineage").asText());
    assertEquals(12_288, account.get("answered").asLong());
    assertEquals(1_712, account.get("left").asLong());
    JsonNode entry = all.get("entries").get(0);
    assertEquals("small", entry.get("lineage").asText());
    assertEquals(6144, entry.get("records").asLong(), "three whole batches");
    assertEquals(2, entry.get("draws").asLong());
    assertEquals("bayhenn", entry.get("protocol").asText());
  }

  @Test
  void anAccountOfFewLettersIsListed() throws IOException {
    String keys = jobs.keys("keys").toString();
    Path owners =
        Files.writeString(directory.resolve("owners"), fingerprint("keys") + " st-mary\n");
    String listed = "spark.nightjar.ledger.owners=" + owners;
    assertEquals(0, score("out", "--keys", keys, "--limit", "9", "--conf", listed).exitCode());

    CommandRun text = run("ledger");

    assertEquals(0, text.exitCode(), text.err());
    assertTrue(text.out().contains("  st-mary       small "), text.out());
  }

  private String fingerprint(String keys) throws IOException {
    return IdentityDirectory.list(directory.resolve(keys)).get(0).identity().toString();
  }

  @Test
  void scoreBeyondTheBudgetEndsWithThree() throws IOException {
    String keys = jobs.keys("keys").toString();

    assertOneLine(
        3,
        "nightjar: The job asks for 12,288 answers (it counts as 6,144 records x 2 draws), which"
            + " exceeds the budget of 9,999 for this data owner and model: 9,999 answers are left",
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
    Path exchange = directory.resolve("exchange");
    Path keys = jobs.keys("keys");
    CompletableFuture<CommandRun> serving =
        CompletableFuture.supplyAsync(() -> CommandRun.serving(jobs, exchange, "9999"));

    CommandRun agent = CommandRun.asking(jobs, exchange, keys, directory.resolve("out"));

    assertOneLine(
        3,
        "nightjar: The model owner refuses the job: The job asks for 12,288 answers (it counts as"
            + " 6,144 records x 2 draws), which exceeds the budget of 9,999 for this data owner and model: 9,999"
            + " answers are left",
        agent);
    assertEquals(1, serving.get().exitCode(), serving.get().err());
  }

  /** The arguments come after both words of the command. */
  private CommandRun migrate(String... lineages) {
    List<String> words = new ArrayList<>(List.of("ledger", "migrate"));
    words.addAll(jobs.settingWords());
    words.addAll(List.of(lineages));
    return CommandRun.of(words.toArray(new String[0]));
  }

  @Test
  void aLedgerOfTheFirstVersionIsRefusedWithTheCommandThatMigratesIt() throws IOException {
    EarlierLedgers.copySqlite(directory.resolve("serve-state/ledger.db"));
    String location = "jdbc:sqlite:" + at("serve-state/ledger.db");

    assertOneLine(
        1,
        "nightjar: The ledger %s is of version 1, and this program writes version 2: bring it over once with 'nightjar ledger migrate'"
            .formatted(location),
        run("ledger"));
    assertOneLine(
        1,
        "nightjar: The ledger does not say what lineage these models are of; say it, usually the name in model.json: --lineage %s=NAME --lineage %s=NAME"
            .formatted("cd".repeat(32), "ef".repeat(32)),
        migrate());
    CommandRun migrated =
        migrate("--lineage", "cd".repeat(32) + "=owls", "--lineage", "ef".repeat(32) + "=ravens");
    assertEquals(0, migrated.exitCode(), migrated.err());
    assertEquals("Brought 3 entries of the ledger %s over.%n".formatted(location), migrated.out());

    String listed = run("ledger").out();
    assertTrue(listed.contains("   lineage owls\n     40,000 answers in 1 job;"), listed);
    assertTrue(listed.contains("   lineage ravens\n     200 answers in 1 job;"), listed);
    assertEquals(
        "Nothing to do: the ledger %s is none of an earlier version.%n".formatted(location),
        migrate().out());
  }

  @ParameterizedTest
  @CsvSource({
    "owls, Value for option option '--lineage' (MODEL=NAME) should be in KEY=VALUE format but was owls",
    "owls=barn, --lineage takes MODEL=NAME: A model's digest is 64 hexadecimal digits",
  })
  void aLineageOfNoModelIsRefused(String lineage, String beginning) {
    CommandRun run = migrate("--lineage", lineage);

    assertEquals(2, run.exitCode(), run.err());
    assertTrue(run.err().startsWith("nightjar: " + beginning), run.err());
  }

  @Test
  void optionsBeforeMigrateAreRefusedAndNotForgotten() {
    assertOneLine(
        2,
        "nightjar: Options come after 'ledger migrate' (see 'nightjar ledger migrate --help')",
        run("ledger", "migrate"));
  }

  /** Two that serve from one directory would draw two secrets for one job. */
  @Test
  void aSecondServeOnOneStateDirectoryIsToldOfTheFirst() throws IOException {
    ServingElsewhere other = ServingElsewhere.on(jobs);
    try {
      CommandRun run = CommandRun.serving(jobs, directory.resolve("exchange"), "unlimited");

      assertEquals(1, run.exitCode(), run.err());
      assertTrue(
          run.err()
              .matches(
                  "nightjar: Another serve works in %s \\(process %d of .* since .*\\): stop it, or give this one a directory of its own \\(spark.nightjar.serve.stateDir\\) and both one ledger \\(spark.nightjar.ledger.location\\)\n"
                      .formatted(
                          directory.resolve("serve-state").toRealPath(),
                          ProcessHandle.current().pid())),
          run.err());
      assertFalse(Files.exists(directory.resolve("exchange")));
    } finally {
      other.close();
    }
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
    assertTrue(fingerprint.matches("ed25519:[0-9a-f]{64}"), fingerprint);
    assertTrue(run.out().lines().anyMatch(fingerprint::equals), run.out());
  }

  @Test
  void keysOfAnEarlierVersionAreRefusedWithWhatToDo() throws IOException {
    Path keys = Files.createDirectories(directory.resolve("older-keys"));
    Files.writeString(keys.resolve("key.json"), "{\"format\":\"nightjar-key\",\"version\":2}");

    assertOneLine(
        2,
        "nightjar: %s has keys of an earlier version and no identity: make one there with 'nightjar identity new %s', and tell the other party"
            .formatted(keys, keys),
        score("out", "--keys", keys.toString()));
    assertFalse(Files.exists(directory.resolve("out")));
  }
}
