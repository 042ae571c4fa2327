package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.UnknownHostException;
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

  @Test
  void aMachineWhoseNameHasNoAddressIsToldWhatToDo() {
    StringWriter said = new StringWriter();
    Throwable spark = new ExceptionInInitializerError(new UnknownHostException("ward-7: unknown"));

    int exitCode = Main.failed(new ExceptionInInitializerError(spark), new PrintWriter(said, true));

    assertEquals(1, exitCode);
    assertEquals(
        "nightjar: This machine's own name has no address (ward-7: unknown): give it one in"
            + " /etc/hosts, or set SPARK_LOCAL_IP",
        said.toString().strip());
    var other = new ExceptionInInitializerError(new IllegalStateException("other"));
    assertSame(
        other,
        assertThrows(
            ExceptionInInitializerError.class,
            () -> Main.failed(other, new PrintWriter(said, true))));
  }
}
