package io.nightjar.cli;

import io.nightjar.crypto.CryptoException;
import io.nightjar.crypto.KeyProtectionException;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.ExchangeInUseException;
import io.nightjar.identity.IdentityPoisonedException;
import io.nightjar.identity.IdentityUnusableException;
import io.nightjar.job.JobRefusedException;
import io.nightjar.job.ResultsWithheldException;
import io.nightjar.keys.InvalidKeyException;
import io.nightjar.ledger.AdmissionRefusedException;
import io.nightjar.model.InvalidModelException;
import io.nightjar.plan.InvalidPlanException;
import io.nightjar.plan.PlanRefusedException;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.records.InvalidInputException;
import io.nightjar.settings.InvalidSettingException;
import io.nightjar.spark.RoundFailedException;
import io.nightjar.staging.StagingException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
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
    subcommands = {
      DoctorCommand.class,
      PlanCommand.class,
      AuditCommand.class,
      KeygenCommand.class,
      IdentityCommand.class,
      ScoreCommand.class,
      ServeCommand.class,
      AgentCommand.class,
      LedgerCommand.class,
      ReceiptCommand.class,
      ForgetCommand.class,
      SettingsCommand.class,
      BenchCommand.class
    })
public final class Main implements Runnable {

  /** The exceptions that are about what the user gave; their messages are printed as one line. */
  private static final List<Class<? extends Exception>> BAD_INPUT =
      List.of(
          InvalidModelException.class,
          PlanRefusedException.class,
          InvalidPlanException.class,
          InvalidInputException.class,
          InvalidSettingException.class,
          JobRefusedException.class,
          ExchangeInUseException.class,
          IdentityUnusableException.class,
          InvalidKeyException.class,
          KeyProtectionException.class);

  /** The exceptions with which a party or a policy refuses; the same command would not help. */
  private static final List<Class<? extends Exception>> REFUSALS =
      List.of(
          ProtocolException.class,
          AdmissionRefusedException.class,
          IdentityPoisonedException.class,
          ResultsWithheldException.class);

  @Spec private CommandSpec spec;

  /** Runs one command; the process's exit code is the command's, as {@link ExitCode} has them. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** Returns the whole command line, ready to execute. */
  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setParameterExceptionHandler((e, arguments) -> misused(e))
        .setExecutionExceptionHandler((e, line, parsed) -> failed(e, line.getErr()));
  }

  private static int misused(ParameterException e) {
    CommandLine line = e.getCommandLine();
    String name = line.getCommandSpec().qualifiedName();
    line.getErr().printf("nightjar: %s (see '%s --help')%n", e.getMessage(), name);
    return ExitCode.BAD_INPUT;
  }

  /**
   * Prints one line for an exception whose message explains it, and the stack trace of any other;
   * returns the exit code.
   */
  private static int failed(Exception e, PrintWriter err) {
    if (BAD_INPUT.stream().anyMatch(type -> type.isInstance(e))) {
      err.println("nightjar: " + oneLine(e));
      return ExitCode.BAD_INPUT;
    }
    if (REFUSALS.stream().anyMatch(type -> type.isInstance(e))) {
      err.println("nightjar: " + oneLine(e));
      return ExitCode.REFUSED;
    }
    if (e instanceof CryptoException
        || e instanceof ExchangeException
        || e instanceof RoundFailedException
        || e instanceof StagingException
        || e instanceof IOException) {
      err.println("nightjar: " + oneLine(e));
    } else {
      e.printStackTrace(err);
    }
    return ExitCode.FAILED;
  }

  /** Returns a message as one line that does nothing to a terminal, whoever wrote it. */
  private static String oneLine(Exception e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return message.replaceAll("\\p{Cntrl}+", " ").strip();
  }

  @Override
  public void run() {
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
