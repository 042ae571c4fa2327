package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.SettingsReference;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class SettingsCommandTest {

  @TempDir private Path directory;

  @AfterEach
  void forgetWhatWasSet() {
    System.clearProperty(SettingsOptions.INSTALLED_FILE_PROPERTY);
    System.clearProperty(NightjarSettings.JOB_SAMPLES.key());
  }

  @Test
  void printsEverySettingWithItsValueAndSource() throws IOException {
    Path file = Files.writeString(directory.resolve("x.conf"), "\nspark.nightjar.task.perCore 5\n");

    CommandRun run =
        run("--config", file.toString(), "--conf", "spark.nightjar.exchange.keep=true");

    assertEquals(0, run.exitCode(), run.err());
    assertEquals(NightjarSettings.ALL.size(), run.out().lines().count());
    assertLine("spark.nightjar.task.perCore 5 " + file + ", line 2", run);
    assertLine("spark.nightjar.exchange.keep true --conf", run);
    assertLine("spark.nightjar.exchange.timeout 24h default", run);
    assertLine("spark.nightjar.keys.passphraseFile (empty) default", run);
  }

  @Test
  void theColumnsAreAligned() {
    CommandRun run = run();

    assertEquals(
        1, run.out().lines().mapToInt(line -> line.lastIndexOf("  default")).distinct().count());
  }

  @Test
  void theInstallationsFileIsOverriddenByTheGivenOneAndThatBySparksConfiguration()
      throws IOException {
    Path installed =
        Files.writeString(
            directory.resolve("nightjar.conf"),
            """
            spark.nightjar.job.samples 2
            spark.nightjar.task.perCore 2
            spark.nightjar.waves.inFlight 2
            """);
    Path given =
        Files.writeString(
            directory.resolve("given.conf"),
            """
            spark.nightjar.job.samples 3
            spark.nightjar.task.perCore 3
            """);
    System.setProperty(SettingsOptions.INSTALLED_FILE_PROPERTY, installed.toString());
    System.setProperty(NightjarSettings.JOB_SAMPLES.key(), "4");

    CommandRun run = run("--config", given.toString());

    assertLine("spark.nightjar.job.samples 4 Spark's configuration", run);
    assertLine("spark.nightjar.task.perCore 3 " + given + ", line 2", run);
    assertLine("spark.nightjar.waves.inFlight 2 " + installed + ", line 3", run);
  }

  @Test
  void printsTheReference() {
    assertEquals(SettingsReference.markdown(), run("--markdown").out());
    assertEquals(SettingsReference.template(), run("--template").out());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--markdown --template",
        "--config none.conf",
        "--conf spark.nightjar.job.samples=0",
        "--conf spark.nightjar.job.sample=1",
        "--conf spark.nightjar.keys.passphrase=hunter2",
        "--conf spark.nightjar.keys.passphrase:hunter2"
      })
  void refusesMistakesWithTwoAndPrintsNothing(String arguments) {
    CommandRun run = run(arguments.split(" ", -1));

    assertEquals(2, run.exitCode());
    assertEquals("", run.out());
    assertEquals(1, run.err().lines().count(), run.err());
    assertFalse(run.err().contains("hunter2"), run.err());
  }

  private static CommandRun run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line =
        new CommandLine(new SettingsCommand())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .setParameterExceptionHandler(
                (e, ignored) -> {
                  e.getCommandLine().getErr().println(e.getMessage());
                  return ExitCode.BAD_INPUT;
                });
    int exitCode = line.execute(arguments);
    return new CommandRun(exitCode, out.toString(), err.toString(), Optional.empty());
  }

  /** Expects a line, whatever the widths of the columns. */
  private static void assertLine(String expected, CommandRun run) {
    assertTrue(
        run.out().lines().anyMatch(line -> line.replaceAll(" +", " ").equals(expected)), run.out());
  }
}
