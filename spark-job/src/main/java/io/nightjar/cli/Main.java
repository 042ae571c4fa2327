package io.nightjar.cli;

import io.nightjar.crypto.CryptoException;
import io.nightjar.crypto.InvalidParametersException;
import io.nightjar.crypto.NativeLibraryException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program {@code nightjar}: reads the command line and runs the command it names. */
@Command(
    name = "nightjar",
    description =
        "Scores batches of private records on a cluster that never sees them in the clear.",
    mixinStandardHelpOptions = true,
    scope = CommandLine.ScopeType.INHERIT,
    versionProvider = Main.Version.class,
    subcommands = {DoctorCommand.class, BenchCommand.class})
public final class Main implements Runnable {

  @Spec private CommandSpec spec;

  /** Runs one command; the process's exit code is the command's. */
  public static void main(String[] args) {
    System.exit(execute(args));
  }

  /** Runs one command and returns its exit code, as {@link ExitCode} has them. */
  static int execute(String... args) {
    return new CommandLine(new Main())
        .setExecutionExceptionHandler((e, line, parsed) -> failed(e, line.getErr()))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(args);
  }

  /** One line for what the user can mend; the whole story for what only we can. */
  private static int failed(Exception e, PrintWriter err) {
    boolean users =
        e instanceof IllegalArgumentException
            || e instanceof InvalidParametersException
            || e instanceof NativeLibraryException;
    if (users) {
      err.println("nightjar: " + e.getMessage());
      return e instanceof NativeLibraryException ? ExitCode.FAILED : ExitCode.BAD_INPUT;
    }
    if (e instanceof CryptoException) {
      err.println("nightjar: " + e.getMessage());
      return ExitCode.FAILED;
    }
    e.printStackTrace(err);
    return ExitCode.FAILED;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }

  /** The version in the job jar's manifest, which Maven writes. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"nightjar " + (version == null ? "(not from a jar)" : version)};
    }
  }
}
