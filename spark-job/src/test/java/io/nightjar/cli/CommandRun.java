package io.nightjar.cli;

import io.nightjar.job.TestJobs;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;

/**
 * The outcome of a command.
 *
 * @param exitCode its exit code
 * @param out what it printed on standard output
 * @param err what it printed on standard error, without the last line if that says what is next
 * @param next what is next
 */
record CommandRun(int exitCode, String out, String err, Optional<String> next) {

  private static final Pattern NEXT = Pattern.compile("(?m)^Next: (.*)\\R\\z");

  static CommandRun of(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    int exitCode = line.execute(args);
    String said = err.toString();
    Matcher next = NEXT.matcher(said);
    return next.find()
        ? new CommandRun(
            exitCode, out.toString(), said.substring(0, next.start()), Optional.of(next.group(1)))
        : new CommandRun(exitCode, out.toString(), said, Optional.empty());
  }

  /** Runs a command with the settings of small jobs; arguments may have others. */
  static CommandRun with(TestJobs jobs, String command, String... arguments) {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(jobs.settingWords());
    words.addAll(List.of(arguments));
    return of(words.toArray(new String[0]));
  }

  /** Serves the model of small jobs until one is done, for anyone and with such a budget. */
  static CommandRun serving(TestJobs jobs, Path exchange, String budget) {
    return with(
        jobs,
        "serve",
        "--model",
        jobs.model().toString(),
        "--exchange",
        exchange.toString(),
        "--jobs",
        "1",
        "--master",
        "local[2]",
        "--budget",
        budget,
        "--owners",
        "anyone",
        "--conf",
        TestJobs.FRESH);
  }

  /** Has the records of small jobs scored by whoever serves, under the plan that they follow. */
  static CommandRun asking(TestJobs jobs, Path exchange, Path keys, Path output) {
    return asking(jobs, jobs.records(), exchange, keys, output);
  }

  /** Has other records scored by whoever serves. */
  static CommandRun asking(TestJobs jobs, Path records, Path exchange, Path keys, Path output) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "--exchange",
                exchange.toString(),
                "--keys",
                keys.toString(),
                "--input",
                records.toString(),
                "--output",
                output.toString()));
    words.addAll(jobs.trusting());
    return with(jobs, "agent", words.toArray(new String[0]));
  }
}
