package io.nightjar.cli;

import java.io.File;
import java.io.PrintWriter;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nightjar completion}: has a shell complete commands, options and files. */
@Command(
    name = "completion",
    description = {
      "Prints what has a shell complete commands, options and files.",
      "For bash, put the output into ~/.local/share/bash-completion/completions/nightjar; for "
          + "zsh, have ~/.zshrc read a file with it after compinit. The program must then be "
          + "called nightjar."
    },
    footer = {"", "Example:", "  source <(nightjar completion bash)"})
final class CompletionCommand implements Callable<Integer> {

  private static final List<String> SHELLS = List.of("bash", "zsh");

  /** What placeholders of options and parameters are called that are completed as files. */
  private static final Set<String> PLACES =
      Set.of("DIR", "FILE", "FILE|anyone", "KEYDIR", "PATH", "URI");

  @Spec private CommandSpec spec;

  /** The shells, for completion. */
  static final class Shells implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return SHELLS.iterator();
    }
  }

  @Parameters(
      paramLabel = "bash|zsh",
      completionCandidates = Shells.class,
      description = "The shell.")
  private String shell;

  @Override
  public Integer call() {
    if (!SHELLS.contains(shell)) {
      throw new ParameterException(
          spec.commandLine(),
          "There is completion for %s, not for '%s'"
              .formatted(String.join(" and ", SHELLS), shell));
    }
    CommandSpec program = completed(spec.root());
    PrintWriter out = spec.commandLine().getOut();
    out.print(AutoComplete.bash(program.name(), new CommandLine(program))); // zsh reads the same
    out.flush();
    return ExitCode.DONE;
  }

  /**
   * Returns a command as picocli completes it well: it takes for a file what has the type of one,
   * and mixes up what two options of one placeholder may be.
   */
  private static CommandSpec completed(CommandSpec command) {
    CommandSpec copy = CommandSpec.create().name(command.name());
    int count = 0;
    for (OptionSpec option : command.options()) {
      if (!option.hidden()) {
        copy.addOption(
            OptionSpec.builder(option.names())
                .arity(option.arity().toString())
                .paramLabel("VALUE" + count++)
                .type(type(option))
                .completionCandidates(option.completionCandidates())
                .build());
      }
    }
    for (PositionalParamSpec parameter : command.positionalParameters()) {
      copy.addPositional(
          PositionalParamSpec.builder()
              .index(parameter.index().toString())
              .arity(parameter.arity().toString())
              .paramLabel("VALUE" + count++)
              .type(type(parameter))
              .completionCandidates(parameter.completionCandidates())
              .build());
    }
    command
        .subcommands()
        .forEach((name, below) -> copy.addSubcommand(name, completed(below.getCommandSpec())));
    return copy;
  }

  private static Class<?> type(ArgSpec argument) {
    if (argument.arity().max() == 0) {
      return boolean.class;
    }
    return PLACES.contains(argument.paramLabel()) ? File.class : String.class;
  }
}
