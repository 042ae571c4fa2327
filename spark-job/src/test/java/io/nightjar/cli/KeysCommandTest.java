package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.job.TestJobs;
import io.nightjar.keys.KeyDirectory;
import io.nightjar.plan.PlanDigest;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Slow
class KeysCommandTest {

  private static final String OTHER = "a fifth owl joined the others";

  @TempDir private Path directory;

  private TestJobs jobs;
  private Path keys;

  @BeforeEach
  void makeKeys() {
    jobs = TestJobs.in(directory);
    keys = directory.resolve("made");
    assertDone(
        CommandRun.with(
            jobs, "keygen", "--model", jobs.model().toString(), "--out", keys.toString()));
  }

  private static CommandRun assertDone(CommandRun run) {
    assertEquals(0, run.exitCode(), run.err());
    assertEquals("", run.err());
    return run;
  }

  private static void assertRefused(String beginning, CommandRun run) {
    assertEquals(2, run.exitCode(), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().startsWith("nightjar: " + beginning), run.err());
    assertEquals("", run.out());
  }

  /** Runs a command about the keys; the passphrase is in the file that the settings name. */
  private CommandRun keys(String command, String... arguments) {
    List<String> words = new ArrayList<>(List.of("keys", command, keys.toString()));
    if (!List.of("show", "drop").contains(command)) {
      words.addAll(jobs.settingWords());
    }
    words.addAll(List.of(arguments));
    return CommandRun.of(words.toArray(new String[0]));
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text + "\n");
  }

  private Map<String, Long> contents() throws IOException {
    Map<String, Long> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(keys)) {
      for (Path file : files.toList()) {
        contents.put(
            file.getFileName().toString(), (long) Arrays.hashCode(Files.readAllBytes(file)));
      }
    }
    return contents;
  }

  private CommandRun score(String output) {
    return CommandRun.with(
        jobs,
        "score",
        "--model",
        jobs.model().toString(),
        "--input",
        jobs.records().toString(),
        "--output",
        directory.resolve(output).toString(),
        "--keys",
        keys.toString(),
        "--master",
        "local[2]");
  }

  @Test
  void showSaysWhatTheKeysAreForAndNothingSecret() throws IOException {
    CommandRun text = assertDone(CommandRun.of("keys", "show", keys.toString()));
    JsonNode json =
        new ObjectMapper()
            .readTree(assertDone(CommandRun.of("keys", "show", "--json", keys.toString())).out());

    JsonNode key = json.get("keys").get(0);
    assertEquals(1, json.get("keys").size());
    assertEquals("in use", key.get("state").asText());
    assertEquals(KeyDirectory.fingerprint(keys), key.get("fingerprint").asText());
    assertEquals("bayhenn", key.get("protocol").asText());
    assertEquals(PlanDigest.of(jobs.plan()).hex(), key.get("plan").asText());
    assertTrue(key.get("made").asText().endsWith("Z"));
    for (String value : List.of("fingerprint", "parameters", "description", "plan", "made")) {
      assertTrue(text.out().contains(key.get(value).asText()), text.out());
    }
    String secret =
        new ObjectMapper().readTree(keys.resolve("key.json").toFile()).get("secret").asText();
    assertFalse(text.out().contains(secret.substring(0, 40)));
    assertFalse(json.toString().contains(secret.substring(0, 40)));
  }

  @Test
  void anotherPassphraseOpensTheKeysAndTheOldOneNoLonger() throws IOException {
    String fingerprint = KeyDirectory.fingerprint(keys);

    CommandRun run =
        assertDone(
            keys("passwd", "--new-passphrase-file", file("new-passphrase", OTHER).toString()));

    assertEquals("The keys in %s have a new passphrase.%n".formatted(keys), run.out());
    assertEquals(fingerprint, KeyDirectory.fingerprint(keys));
    assertRefused("The protected secret does not open", score("out"));
    file("passphrase", OTHER);
    assertDone(score("out"));
  }

  @Test
  void aWeakPassphraseIsRefusedWhenKeysAreMadeAndWhenItIsChanged() throws IOException {
    Map<String, Long> before = contents();

    assertRefused(
        "The passphrase has 1 character; a new one must have at least 15, ",
        keys("passwd", "--new-passphrase-file", file("weak", "x").toString()));
    assertRefused(
        "There is no new passphrase: set NIGHTJAR_NEW_PASSPHRASE, or give --new-passphrase-file",
        keys("passwd"));

    file("passphrase", "x");
    assertRefused(
        "The passphrase has 1 character; a new one must have at least 15, ",
        CommandRun.with(
            jobs,
            "keygen",
            "--model",
            jobs.model().toString(),
            "--out",
            directory.resolve("weak-keys").toString()));
    assertFalse(Files.exists(directory.resolve("weak-keys")));
    assertEquals(before, contents());
  }

  @Test
  void rotatedKeysServeNewJobsAndAreDroppedWhenTheyAreTold() throws IOException {
    String first = KeyDirectory.fingerprint(keys);

    CommandRun run = assertDone(keys("rotate"));

    String second = KeyDirectory.fingerprint(keys);
    assertNotEquals(first, second);
    assertTrue(run.out().endsWith("knows you:%n%s%n".formatted(second)), run.out());
    assertDone(score("out"));
    assertRefused("Key %s of %s is in use".formatted(second, keys), keys("drop", second));
    assertDone(keys("drop", first));
    assertRefused("There is no key \"%s\" in %s".formatted(first, keys), keys("drop", first));
    assertEquals(1, KeyDirectory.list(keys).size());
  }

  /** An earlier version said only which parameters keys are for. */
  @Test
  void keysThatDoNotSayTheirPlanAreRotatedForOneThatIsGiven() throws IOException {
    keys = jobs.keys("older-keys");

    assertRefused("%s does not say which plan its keys are for".formatted(keys), keys("rotate"));
    assertDone(keys("rotate", "--plan", jobs.planFile().toString()));

    assertEquals(2, KeyDirectory.list(keys).size());
  }

  @Test
  void withoutKeysOrWithoutACommandOneLineSaysSo() {
    assertRefused(
        "Missing what to do with keys: show, passwd, rotate, drop or lift", CommandRun.of("keys"));
    keys = directory.resolve("nothing");
    for (String command : List.of("show", "rotate")) {
      assertRefused("There is no file %s/key.json".formatted(keys), keys(command));
    }
    assertRefused(
        "There is no file %s/key.json".formatted(keys),
        keys("passwd", "--new-passphrase-file", jobs.passphraseFile().toString()));
    assertFalse(Files.exists(keys));
  }
}
