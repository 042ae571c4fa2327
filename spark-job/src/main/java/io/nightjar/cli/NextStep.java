package io.nightjar.cli;

import io.nightjar.text.ShellWords;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What to do after a command, in a line on standard error. Commands in it can be pasted; words in
 * capitals stand for what only the reader knows.
 */
final class NextStep {

  /** The system property with the program as it was called, which the launcher knows. */
  static final String PROGRAM = "nightjar.program";

  private final CommandSpec spec;
  private final List<String> words = new ArrayList<>();

  private NextStep(CommandSpec spec) {
    this.spec = spec;
    words.add(System.getProperty(PROGRAM, "nightjar"));
  }

  /** Says it. */
  static void say(CommandSpec spec, String what) {
    PrintWriter err = spec.commandLine().getErr();
    ErrorLines.next(err, what);
    err.flush();
  }

  /** Returns a command, to which more words are added. */
  static NextStep command(CommandSpec spec, String... words) {
    NextStep command = new NextStep(spec);
    return command.and(words);
  }

  /** Adds words. */
  NextStep and(String... more) {
    words.addAll(List.of(more));
    return this;
  }

  /** Adds options as this command was given them; those that it was not given, it does without. */
  NextStep with(String... options) {
    for (String option : options) {
      for (String value : values(option)) {
        and(option, value);
      }
    }
    return this;
  }

  /** Adds a setting that this command was given by an option which the other does not have. */
  NextStep setting(String option, String key) {
    for (String value : values(option)) {
      and("--conf", key + "=" + value);
    }
    return this;
  }

  private List<String> values(String option) {
    OptionSpec given = spec.commandLine().getParseResult().matchedOption(option);
    return given == null ? List.of() : given.originalStringValues();
  }

  /** Returns the command as it can be pasted. */
  String text() {
    return ShellWords.join(words);
  }

  /** Returns where the report of an output is; of one on this machine as programs here open it. */
  static String report(String output) {
    String report = output + (output.endsWith("/") ? "" : "/") + "_report/report.html";
    Path local = Path.of(report.startsWith("file:") ? URI.create(report).getPath() : report);
    return ShellWords.quote(
        Files.exists(local) ? local.toAbsolutePath().normalize().toString() : report);
  }
}
