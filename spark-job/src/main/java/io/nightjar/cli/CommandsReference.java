package io.nightjar.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The documentation of all commands, written from their declarations. */
final class CommandsReference {

  private static final int WIDTH = 100;

  private CommandsReference() {}

  /** Returns {@code docs/commands.md}: what {@code --help} prints of every command. */
  static String markdown() {
    StringBuilder text =
        new StringBuilder(
            """
            # Commands

            Written by `nightjar --markdown`: what `--help` says of each command.

            In a source tree the program is `submit-scripts/nightjar`, which builds the job jar when it has to.
            `spark-submit` takes the job jar with the same commands. A command ends with one of these exit codes:

            | exit code | what it means |
            |---|---|
            | 0 | done |
            | 1 | anything else went wrong; `score`, `serve` and `agent` go on when they are run again |
            | 2 | the input or the command line is wrong; one line says what |
            | 3 | the other party or a policy refused, or wrong results came back: a person should look first |

            `--conf KEY=VALUE` takes any of the [settings](settings.md).
            """);
    for (CommandLine command : all(Main.commandLine().setUsageHelpWidth(WIDTH))) {
      text.append("\n## ")
          .append(command.getCommandSpec().qualifiedName())
          .append("\n\n```\n")
          .append(command.getUsageMessage(Ansi.OFF).stripTrailing())
          .append("\n```\n");
    }
    return text.toString();
  }

  /** Returns the commands below another, each before those below it, and each once. */
  private static List<CommandLine> all(CommandLine parent) {
    List<CommandLine> commands = new ArrayList<>();
    // An alias is a second name for the same command.
    for (CommandLine command : new LinkedHashSet<>(parent.getSubcommands().values())) {
      commands.add(command);
      commands.addAll(all(command));
    }
    return commands;
  }
}
