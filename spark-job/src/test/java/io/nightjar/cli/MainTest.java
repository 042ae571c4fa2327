package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "doctor", "bench", "bench kernel"})
  void everyCommandHasHelp(String command) {
    CommandRun run = CommandRun.of((command + " --help").trim().split(" "));

    assertEquals(0, run.exitCode());
    assertTrue(run.out().contains("Usage: nightjar"), run.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"frobnicate", "doctor --frobnicate", "bench", "bench frobnicate"})
  void usageMistakesExitWithTwoAndLeaveStandardOutputAlone(String arguments) {
    CommandRun run = CommandRun.of(arguments.split(" "));

    assertEquals(2, run.exitCode());
    assertEquals("", run.out());
    assertEquals(1, run.err().lines().count(), run.err());
  }

  @Test
  void withoutACommandItSaysSo() {
    CommandRun run = CommandRun.of();

    assertEquals(2, run.exitCode());
    assertTrue(run.err().startsWith("nightjar: Missing command"), run.err());
  }
}
