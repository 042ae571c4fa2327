package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an owner who works with another must choose, because no default could be right. */
class ChoicesTest {

  private static final String PRIVACY =
      "--model-privacy NAME (or spark.nightjar.plan.modelPrivacy)";
  private static final String BUDGET = "--budget N|unlimited (or spark.nightjar.ledger.budget)";
  private static final String OWNERS = "--owners FILE|anyone (or spark.nightjar.ledger.owners)";

  @TempDir private Path directory;

  @AfterEach
  void forgetWhatWasSet() {
    System.clearProperty("spark.nightjar.ledger.budget");
  }

  private CommandRun serve(String... arguments) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "serve",
                "--model",
                directory.resolve("no-model").toString(),
                "--exchange",
                directory.resolve("exchange").toString(),
                "--conf",
                "spark.nightjar.serve.stateDir=" + directory.resolve("state")));
    words.addAll(List.of(arguments));
    return CommandRun.of(words.toArray(new String[0]));
  }

  private void assertOneLine(String line, CommandRun run) {
    assertEquals(2, run.exitCode(), run.err());
    assertEquals("nightjar: " + line, run.err().strip());
    assertEquals("", run.out());
    assertFalse(Files.exists(directory.resolve("exchange")));
  }

  private void assertMissing(String missing, CommandRun run) {
    assertOneLine(
        "A model owner who serves others must choose: %s (see 'nightjar serve --help')"
            .formatted(missing),
        run);
  }

  /** All is chosen, so it goes on to what is really wrong. */
  private void assertChosen(CommandRun run) {
    assertEquals(2, run.exitCode(), run.err());
    assertTrue(run.err().contains("no-model"), run.err());
    assertFalse(run.err().contains("must choose"), run.err());
  }

  @Test
  void serveNamesAllThatIsNotChosenInOneLine() {
    assertMissing(String.join(", ", PRIVACY, BUDGET, OWNERS), serve());
    assertMissing(String.join(", ", PRIVACY, OWNERS), serve("--budget", "5"));
    assertMissing(OWNERS, serve("--budget", "unlimited", "--model-privacy", "bayesian"));
  }

  @Test
  void whatASettingSaysIsChosenWhereverItIsSetIfOnlyToItsDefault() throws IOException {
    Path file =
        Files.writeString(directory.resolve("x.conf"), "spark.nightjar.plan.modelPrivacy none\n");
    System.setProperty("spark.nightjar.ledger.budget", "unlimited");

    assertChosen(
        serve("--config", file.toString(), "--conf", "spark.nightjar.ledger.owners=anyone"));
  }

  @Test
  void optionsChooseToo() {
    assertChosen(serve("--model-privacy", "none", "--budget", "unlimited", "--owners", "anyone"));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 'a whole number from 1 to 1000000000000000, or unlimited'",
    "none, 'a whole number from 1 to 1000000000000000, or unlimited'"
  })
  void aBudgetThatIsNoneIsRefused(String budget, String allowed) {
    assertOneLine(
        "spark.nightjar.ledger.budget is \"%s\"; it must be %s (set by --budget) (see 'nightjar serve --help')"
            .formatted(budget, allowed),
        serve("--model-privacy", "none", "--budget", budget, "--owners", "anyone"));
  }

  private CommandRun agent(String... arguments) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "agent",
                "--exchange",
                directory.resolve("exchange").toString(),
                "--keys",
                directory.resolve("keys").toString(),
                "--input",
                directory.resolve("records.idx").toString(),
                "--output",
                directory.resolve("out").toString()));
    words.addAll(List.of(arguments));
    return CommandRun.of(words.toArray(new String[0]));
  }

  @Test
  void anAgentNamesBothThatItWasNotTold() {
    assertOneLine(
        "Missing required options: '--plan=FILE', '--model-owner=FINGERPRINT|anyone' (see 'nightjar"
            + " agent --help')",
        agent());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"5b1d0ab3f24a6ee4ba1c1aee55f2ec1db8a3f1d1c3c5df5c6a1b2a0d9e8f7a6b", "x", "ANYONE"})
  void aModelOwnerWhoIsNoneIsRefused(String owner) {
    assertOneLine(
        "--model-owner: An identity is 'ed25519:' and the 64 hexadecimal digits of a public key, as"
            + " 'nightjar identity show' prints it (see 'nightjar agent --help')",
        agent("--plan", "plan.json", "--model-owner", owner));
  }

  @Test
  void aPlanThatIsNotThereIsSaidBeforeAnybodyIsWaitedFor() {
    String plan = directory.resolve("no-plan.json").toString();

    assertOneLine("There is no plan in " + plan, agent("--plan", plan, "--model-owner", "anyone"));
  }
}
