package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.identity.IdentityDirectory;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Slow
class KeygenCommandTest {

  private static final String MODEL = "../data/models/readmission-mlp";
  private static final String PASSPHRASE = "four owls in a barn";

  @TempDir private Path directory;

  private Path out;
  private Path passphraseFile;

  @BeforeEach
  void name() throws IOException {
    out = directory.resolve("identity");
    passphraseFile = Files.writeString(directory.resolve("passphrase"), PASSPHRASE + "\n");
  }

  private CommandRun keygen(String option, String value) {
    return CommandRun.of(
        "keygen",
        option,
        value,
        "--out",
        out.toString(),
        "--conf",
        "spark.nightjar.keys.passphraseFile=" + passphraseFile);
  }

  private static void assertRefused(String beginning, CommandRun run) {
    assertEquals(2, run.exitCode(), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().startsWith("nightjar: " + beginning), run.err());
    assertEquals("", run.out());
  }

  private Set<String> names() throws IOException {
    try (Stream<Path> files = Files.list(out)) {
      return files
          .map(file -> file.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void itMakesAnIdentityAndSaysWhatKeysJobsWillHave() throws IOException {
    CommandRun run = keygen("--model", MODEL);

    assertEquals(0, run.exitCode(), run.err());
    assertEquals("", run.err());
    List<String> lines = run.out().lines().toList();
    assertEquals(3, lines.size(), run.out());
    String beginning =
        "An identity is in %s. Jobs for readmission-mlp will have keys for ".formatted(out);
    assertTrue(lines.get(0).startsWith(beginning + "BFV, ring degree "), run.out());
    assertEquals("Its fingerprint, by which a model owner knows you:", lines.get(1));
    assertEquals(IdentityDirectory.list(out).get(0).identity().toString(), lines.get(2));
    assertFalse(run.out().contains(PASSPHRASE));
    assertEquals(Set.of("identity.json", "lock"), names());
    IdentityDirectory.open(out, PASSPHRASE.toCharArray()).close();
  }

  /** Who does not see the model has its plan, which comes to the same keys. */
  @Test
  void aPlanSaysTheSameAsItsModel() throws IOException {
    String ofModel = keygen("--model", MODEL).out();
    Path plan =
        Files.writeString(
            directory.resolve("plan.json"),
            CommandRun.of("plan", "--model", MODEL, "--json").out());
    Path before = out;
    out = directory.resolve("another");

    String ofPlan = keygen("--plan", plan.toString()).out();

    String encryption =
        ofModel.lines().findFirst().orElseThrow().replace(before.toString(), out.toString());
    assertEquals(encryption, ofPlan.lines().findFirst().orElseThrow());
    assertTrue(new ObjectMapper().readTree(plan.toFile()).isObject());
  }

  @Test
  void nothingIsMadeWithoutAPlanOrUnderAWeakPassphrase() throws IOException {
    assertRefused("There is no plan in " + out, keygen("--plan", out.toString()));
    Path malformed = Files.writeString(directory.resolve("malformed"), "{}");
    assertEquals(2, keygen("--plan", malformed.toString()).exitCode());
    Files.writeString(passphraseFile, "x");
    assertRefused(
        "The passphrase has 1 character; a new one must have at least 15, ",
        keygen("--model", MODEL));

    assertFalse(Files.exists(out));
  }

  @Test
  void anIdentityIsNeverOverwritten() throws IOException {
    assertEquals(0, keygen("--model", MODEL).exitCode());
    String before = Files.readString(out.resolve("identity.json"));

    assertRefused(
        "%s/identity.json is there already: an identity is never overwritten".formatted(out),
        keygen("--model", MODEL));

    assertEquals(before, Files.readString(out.resolve("identity.json")));
  }
}
