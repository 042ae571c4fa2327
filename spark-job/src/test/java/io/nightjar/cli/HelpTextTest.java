package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;

/** What somebody reads who asks for help: of every command that there is. */
class HelpTextTest {

  private static final int WIDTH = 80;

  static Stream<List<String>> commands() {
    return below(List.of(), Main.commandLine());
  }

  private static Stream<List<String>> below(List<String> path, CommandLine line) {
    return Stream.concat(
        Stream.of(path),
        line.getSubcommands().entrySet().stream()
            .flatMap(
                sub ->
                    below(
                        Stream.concat(path.stream(), Stream.of(sub.getKey())).toList(),
                        sub.getValue())));
  }

  private static CommandLine command(List<String> path) {
    CommandLine line = Main.commandLine();
    for (String name : path) {
      line = line.getSubcommands().get(name);
    }
    return line;
  }

  @ParameterizedTest
  @MethodSource("commands")
  void theSummaryIsOneSentenceThatFitsItsLine(List<String> path) {
    CommandLine parent = command(path);

    String list = parent.getHelp().commandList();

    parent
        .getSubcommands()
        .forEach(
            (name, command) -> {
              String summary = command.getCommandSpec().usageMessage().description()[0];
              assertTrue(summary.matches("[A-Z][^.]*\\."), name + ": " + summary);
              assertTrue(
                  list.lines().anyMatch(line -> line.endsWith("  " + summary)),
                  name + " is not on one line: " + list);
            });
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpIsOnStandardOutputAndFitsATerminal(List<String> path) {
    CommandRun run =
        CommandRun.of(Stream.concat(path.stream(), Stream.of("--help")).toArray(String[]::new));

    assertEquals(0, run.exitCode());
    assertEquals("", run.err());
    String first = ("Usage: nightjar " + String.join(" ", path)).strip();
    assertTrue(run.out().replace("keys", "identity").startsWith(first.replace("keys", "identity")));
    run.out().lines().forEach(line -> assertTrue(line.length() <= WIDTH, line));
  }

  /** Such as of a per cent sign in a text that is a format. */
  @ParameterizedTest
  @MethodSource("commands")
  void picocliWarnsOfNothing(List<String> path) {
    PrintStream before = System.err;
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      command(path).getUsageMessage(Ansi.OFF);
    } finally {
      System.setErr(before);
    }

    assertEquals("", err.toString(StandardCharsets.UTF_8));
  }

  /** Where a text breaks is a matter of the terminal: a text of several parts would break twice. */
  @ParameterizedTest
  @MethodSource("commands")
  void everyOptionIsExplainedInOneText(List<String> path) {
    command(path)
        .getCommandSpec()
        .args()
        .forEach(
            arg -> {
              assertEquals(1, arg.description().length, arg.paramLabel());
              assertFalse(arg.description()[0].isBlank(), arg.paramLabel());
              assertTrue(arg.description()[0].endsWith("."), arg.description()[0]);
            });
  }

  @Test
  void whatHasToBeGivenIsInTheFirstLineAndEveryOptionIsListedOnce() {
    String help = CommandRun.of("score", "--help").out();

    assertTrue(help.startsWith("Usage: nightjar score [OPTIONS] --model=DIR --output=DIR"), help);
    List<String> listed =
        help.substring(0, help.indexOf("Example:"))
            .lines()
            .filter(line -> line.matches("( {6}|  -., )--.*"))
            .map(line -> line.substring(6).split("[ =]", 2)[0])
            .sorted()
            .toList();
    assertEquals(
        command(List.of("score")).getCommandSpec().options().stream()
            .map(OptionSpec::longestName)
            .sorted()
            .toList(),
        listed);
  }

  @Test
  void theVersionIsAskedOfTheProgramItself() {
    CommandRun run = CommandRun.of("--version");

    assertEquals(0, run.exitCode());
    assertTrue(run.out().startsWith("nightjar "), run.out());
  }
}
