package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.crypto.KeyProtectionException;
import io.nightjar.identity.Identities;
import io.nightjar.identity.Identity;
import io.nightjar.identity.IdentityDescription;
import io.nightjar.identity.IdentityDirectory;
import io.nightjar.identity.PoisonMark;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the commands about identities under both of the group's names. */
@Slow
@ParameterizedClass(name = "{0}")
@ValueSource(strings = {"identity", "keys"})
class IdentityCommandTest {

  private static final String PASSPHRASE = "four owls in a barn";
  private static final String OTHER = "a fifth owl joined the others";
  private static final List<String> WITHOUT_PASSPHRASE = List.of("show", "lift");
  private static final UUID JOB = new UUID(3, 4);

  @Parameter private String group;

  @TempDir private Path directory;

  private Path made;
  private Identity first;

  @BeforeEach
  void makeAnIdentity() throws IOException {
    file("passphrase", PASSPHRASE);
    made = directory.resolve("made");
    CommandRun run = assertDone(run("new"));
    first = inUse();
    assertEquals("An identity is in %s. Its fingerprint:%n%s%n".formatted(made, first), run.out());
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text + "\n");
  }

  /** Runs a command about the directory; the passphrase is in the file that the settings name. */
  private CommandRun run(String command, String... arguments) {
    List<String> words = new ArrayList<>(List.of(group, command, made.toString()));
    words.addAll(List.of(arguments));
    if (!WITHOUT_PASSPHRASE.contains(command)) {
      words.add("--conf");
      words.add("spark.nightjar.keys.passphraseFile=" + directory.resolve("passphrase"));
    }
    return runWords(words.toArray(new String[0]));
  }

  /** Runs a command, which prints no passphrase whatever happens. */
  private static CommandRun runWords(String... words) {
    CommandRun run = CommandRun.of(words);
    for (String passphrase : List.of(PASSPHRASE, OTHER)) {
      assertFalse((run.out() + run.err()).contains(passphrase));
    }
    return run;
  }

  private static CommandRun assertDone(CommandRun run) {
    assertEquals(0, run.exitCode(), run.err());
    assertEquals("", run.err());
    return run;
  }

  private static void assertRefused(String message, CommandRun run) {
    assertEquals("nightjar: %s%n".formatted(message), run.err());
    assertEquals(2, run.exitCode());
    assertEquals("", run.out());
  }

  /** Asserts that a command was not used as it should be, which leads to its help. */
  private void assertMisused(String message, String command, CommandRun run) {
    assertRefused("%s (see 'nightjar identity %s --help')".formatted(message, command), run);
  }

  private Identity inUse() throws IOException {
    return identities().get(0);
  }

  private List<Identity> identities() throws IOException {
    return IdentityDirectory.list(made).stream().map(IdentityDescription::identity).toList();
  }

  private List<Identity> opened(String passphrase) throws IOException {
    try (Identities opened = IdentityDirectory.open(made, passphrase.toCharArray())) {
      return opened.identities();
    }
  }

  private Map<String, Long> contents() throws IOException {
    Map<String, Long> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(made)) {
      for (Path file : files.toList()) {
        contents.put(
            file.getFileName().toString(), (long) Arrays.hashCode(Files.readAllBytes(file)));
      }
    }
    return contents;
  }

  @Test
  void anIdentityIsNotMadeOverAnother() throws IOException {
    Map<String, Long> before = contents();

    assertRefused(
        "%s/identity.json is there already: an identity is never overwritten, choose another directory, or rotate"
            .formatted(made),
        run("new"));

    assertEquals(before, contents());
    assertEquals(List.of(first), opened(PASSPHRASE));
  }

  @Test
  void showSaysWhichIdentitiesThereAreAndNothingSecret() throws IOException {
    assertDone(run("rotate"));
    Identity second = inUse();
    List<IdentityDescription> listed = IdentityDirectory.list(made);

    CommandRun text = assertDone(run("show"));
    CommandRun json = assertDone(run("show", "--json"));

    assertEquals(
        "%s  in use, made %s%n%s  signs beside it, made %s%n"
            .formatted(second, listed.get(0).made(), first, listed.get(1).made()),
        text.out());
    assertEquals(1, json.out().lines().count());
    assertEquals(
        new ObjectMapper()
            .readTree(
                """
                {
                  "identities": [
                    {"state": "in use", "fingerprint": "%s", "made": "%s"},
                    {"state": "signs beside it", "fingerprint": "%s", "made": "%s"}
                  ]
                }
                """
                    .formatted(second, listed.get(0).made(), first, listed.get(1).made())),
        new ObjectMapper().readTree(json.out()));
    JsonNode file = new ObjectMapper().readTree(made.resolve("identity.json").toFile());
    assertFalse(json.out().contains(file.get("secret").asText().substring(0, 40)));
  }

  @Test
  void anotherPassphraseOpensTheIdentitiesAndTheOldOneNoLonger() throws IOException {
    CommandRun run =
        assertDone(run("passwd", "--new-passphrase-file", file("new", OTHER).toString()));

    assertEquals("What is in %s has a new passphrase.%n".formatted(made), run.out());
    assertEquals(List.of(first), opened(OTHER));
    assertThrows(KeyProtectionException.class, () -> opened(PASSPHRASE));
  }

  @Test
  void aWrongPassphraseChangesNothing() throws IOException {
    assertDone(run("rotate"));
    Map<String, Long> before = contents();
    file("passphrase", OTHER);
    String message =
        "The protected secret does not open: the passphrase is wrong, or the bytes were changed, or"
            + " they belong to other parameters";

    assertRefused(
        message, run("passwd", "--new-passphrase-file", file("new", PASSPHRASE).toString()));
    assertRefused(message, run("rotate"));
    assertRefused(message, run("drop", first.toString()));

    assertEquals(before, contents());
  }

  @Test
  void aWeakPassphraseIsRefusedWhereverAnIdentityWouldBeUnderIt() throws IOException {
    Map<String, Long> before = contents();
    String objection =
        "The passphrase has 1 character; a new one must have at least 15, such as six words chosen"
            + " at random";

    assertRefused(objection, run("passwd", "--new-passphrase-file", file("weak", "x").toString()));
    assertRefused(
        "There is no new passphrase: set NIGHTJAR_NEW_PASSPHRASE, or give --new-passphrase-file",
        run("passwd"));
    file("passphrase", "x");
    assertRefused(
        "%s: change it with 'nightjar identity passwd %s' first".formatted(objection, made),
        run("rotate"));
    assertEquals(before, contents());

    made = directory.resolve("weak-identity");
    assertRefused(objection, run("new"));
    assertFalse(Files.exists(made));
  }

  @Test
  void anotherIdentityIsInUseAndTheOneBeforeSignsBesideItUntilItIsDropped() throws IOException {
    CommandRun rotated = assertDone(run("rotate"));

    Identity second = inUse();
    assertEquals(List.of(second, first), opened(PASSPHRASE));
    assertEquals(
        "%s has another identity from now on; the one before signs beside it. Its fingerprint:%n%s%n"
            .formatted(made, second),
        rotated.out());
    assertRefused(
        "Identity %s of %s is in use: rotate first".formatted(second, made),
        run("drop", second.toString()));
    assertEquals(
        "%s has no identity %s any more.%n".formatted(made, first),
        assertDone(run("drop", first.toString())).out());
    assertEquals(List.of(second), opened(PASSPHRASE));
    assertRefused(
        "There is no identity %s in %s".formatted(first, made), run("drop", first.toString()));
    assertEquals(List.of(second), opened(PASSPHRASE));
  }

  @Test
  void whatIsNoFingerprintIsNotDropped() throws IOException {
    Map<String, Long> before = contents();

    for (String none :
        List.of("first", first.hex(), "ed25519:" + "0".repeat(64), first.toString() + "0")) {
      assertMisused(
          "FINGERPRINT: An identity is 'ed25519:' and the 64 hexadecimal digits of a public key, as"
              + " 'nightjar identity show' prints it",
          "drop",
          run("drop", none));
    }

    assertEquals(before, contents());
  }

  @Test
  void aMarkIsShownAndLiftedOnlyOnAWord() throws IOException {
    assertEquals(
        "The identity in %s is not marked.%n".formatted(made),
        assertDone(run("lift", "--yes")).out());
    PoisonMark mark = PoisonMark.now(first, JOB, 7);
    mark.write(made);
    String shown =
        "Job %s was sent a result for batch 7 at %s that no honest evaluation gives."
            .formatted(JOB, mark.since());

    assertMisused(shown + " Give --yes to lift the mark all the same", "lift", run("lift"));
    assertTrue(PoisonMark.find(made).isPresent());
    assertEquals(
        "%s The mark is lifted.%n".formatted(shown), assertDone(run("lift", "--yes")).out());
    assertTrue(PoisonMark.find(made).isEmpty());
  }

  @Test
  void aMarkThatCannotBeReadIsLiftedAllTheSame() throws IOException {
    Files.writeString(made.resolve("poisoned.json"), "{");

    assertMisused(
        "There is a mark that cannot be read. Give --yes to lift the mark all the same",
        "lift",
        run("lift"));
    assertEquals(
        "There is a mark that cannot be read. The mark is lifted.%n".formatted(),
        assertDone(run("lift", "--yes")).out());
    assertTrue(PoisonMark.find(made).isEmpty());
  }

  @Test
  void whereThereIsNoIdentityOneLineSaysSoAndNothingIsMade() throws IOException {
    made = directory.resolve("nothing");
    String message =
        "There is no identity in %s: make one with 'nightjar identity new %s'"
            .formatted(made, made);

    assertRefused(message, run("show"));
    assertRefused(message, run("passwd", "--new-passphrase-file", file("new", OTHER).toString()));
    assertRefused(message, run("rotate"));
    assertRefused(message, run("drop", first.toString()));
    assertRefused("There is no identity in %s".formatted(made), run("lift"));
    assertFalse(Files.exists(made));
  }

  @Test
  void whoHasKeysOfAnEarlierVersionMakesAnIdentityBesideThem() throws IOException {
    made = Files.createDirectory(directory.resolve("earlier"));
    Path keys = Files.writeString(made.resolve("key.json"), "{\"format\":\"nightjar-key\"}");

    assertRefused(
        "%s has keys of an earlier version and no identity: make one there with 'nightjar identity new %s', and tell the other party"
            .formatted(made, made),
        run("show"));
    assertDone(run("new"));

    assertEquals(1, opened(PASSPHRASE).size());
    assertEquals("{\"format\":\"nightjar-key\"}", Files.readString(keys));
  }

  @Test
  void aChangedFileIsRefusedWithOneLine() throws IOException {
    Path file = made.resolve("identity.json");
    String text = Files.readString(file);

    Files.writeString(file, text.replace("\"version\" : 1", "\"version\" : 2"));
    for (String command : List.of("show", "rotate")) {
      assertRefused("%s has version 2; this release reads version 1".formatted(file), run(command));
    }
    Files.writeString(file, text.replace(first.toString(), "ed25519:\\u001b[2J"));
    assertRefused(
        "%s was changed: An identity is 'ed25519:' and the 64 hexadecimal digits of a public key, as 'nightjar identity show' prints it"
            .formatted(file),
        run("show"));
    Files.writeString(file, "");
    assertRefused("%s is not the file of an identity".formatted(file), run("show"));
  }

  @Test
  void withoutACommandOneLineSaysWhichThereAre() {
    assertRefused(
        "Missing what to do with identities: new, show, passwd, rotate, drop or lift (see 'nightjar"
            + " identity --help')",
        runWords(group));
    assertEquals(2, runWords(group, "make", made.toString()).exitCode());
  }
}
