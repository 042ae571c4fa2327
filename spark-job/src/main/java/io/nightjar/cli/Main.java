package io.nightjar.cli;

import io.nightjar.job.Failure;
import java.io.PrintWriter;
import java.net.UnknownHostException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program {@code nightjar}: reads the command line and runs the command it names. */
@Command(
    name = "nightjar",
    description =
        "Scores batches of private records on a cluster that never sees them in the clear.",
    footer = {
      "",
      "'nightjar COMMAND --help' explains a command. To begin: 'nightjar doctor', then 'nightjar"
          + " plan'.",
      "Exit codes: 0 done, 2 bad input or usage, 3 refused, 1 anything else."
    },
    mixinStandardHelpOptions = true,
    scope = CommandLine.ScopeType.INHERIT,
    versionProvider = Main.Version.class,
    subcommands = {
      DoctorCommand.class,
      PlanCommand.class,
      CalibrateCommand.class,
      AuditCommand.class,
      KeygenCommand.class,
      IdentityCommand.class,
      ScoreCommand.class,
      ServeCommand.class,
      AgentCommand.class,
      LedgerCommand.class,
      HistoryCommand.class,
      ReceiptCommand.class,
      ForgetCommand.class,
      SettingsCommand.class,
      CompletionCommand.class,
      BenchCommand.class
    })
public final class Main implements Runnable {

  @Spec private CommandSpec spec;

  @Option(names = "--markdown", description = "Print the documentation of all commands.")
  private boolean markdown;

  /** Runs one command; the process's exit code is the command's, as {@link ExitCode} has them. */
  public static void main(String[] args) {
    int exitCode;
    try {
      exitCode = commandLine().execute(args);
    } catch (ExceptionInInitializerError e) {
      exitCode = failed(e, commandLine().getErr());
    }
    if (exitCode == ExitCode.DONE) {
      ClassData.leave(); // of one that fails early, it would lack most classes
    }
    System.exit(exitCode);
  }

  /** Returns the whole command line, ready to execute. */
  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setHelpFactory(HelpText::new)
        .setParameterExceptionHandler((e, arguments) -> misused(e))
        .setExecutionExceptionHandler((e, line, parsed) -> failed(e, line.getErr()));
  }

  private static int misused(ParameterException e) {
    CommandLine line = e.getCommandLine();
    String name = line.getCommandSpec().qualifiedName();
    ErrorLines.error(line.getErr(), "%s (see '%s --help')".formatted(e.getMessage(), name));
    return ExitCode.BAD_INPUT;
  }

  /**
   * Prints one line for an exception whose message explains it, and the stack trace of any other;
   * returns the exit code.
   */
  private static int failed(Exception e, PrintWriter err) {
    Failure failure = Failure.of(e);
    if (failure.kind() == Failure.Kind.UNEXPECTED) {
      ErrorLines.unexpected(err, e);
    } else {
      ErrorLines.error(err, failure.message());
    }
    return switch (failure.kind()) {
      case BAD_INPUT -> ExitCode.BAD_INPUT;
      case REFUSED -> ExitCode.REFUSED;
      case FAILED, UNEXPECTED -> ExitCode.FAILED;
    };
  }

  /** Explains why classes of Spark cannot be used on a machine whose name has no address. */
  static int failed(ExceptionInInitializerError e, PrintWriter err) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnknownHostException) {
        ErrorLines.error(
            err,
            "This machine's own name has no address (%s): give it one in /etc/hosts, or set SPARK_LOCAL_IP"
                .formatted(cause.getMessage()));
        return ExitCode.FAILED;
      }
    }
    throw e;
  }

  @Override
  public void run() {
    if (markdown) {
      PrintWriter out = spec.commandLine().getOut();
      out.print(CommandsReference.markdown());
      out.flush();
      return;
    }
    throw new ParameterException(spec.commandLine(), "Missing command");
  }

  /** Reads the version from the job jar's manifest, which Maven writes. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"nightjar " + (version == null ? "(not from a jar)" : version)};
    }
  }
}
