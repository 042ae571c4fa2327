package io.nightjar.cli;

import io.nightjar.job.LedgerPolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nightjar ledger migrate}: brings a ledger of an earlier version over. */
@Command(
    name = "migrate",
    description = {
      "Brings a ledger of an earlier version over to today's.",
      "What it has counted still counts. Entries of the first version do not say the "
          + "lineage of a model: --lineage does, or the setting ledger.lineage "
          + "for all models."
    })
final class LedgerMigrateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private SettingsOptions settings;

  @Option(
      names = "--lineage",
      paramLabel = "MODEL=NAME",
      description =
          "The lineage of the model with this digest, usually the name in its model.json; once for"
              + " each model.")
  private Map<String, String> lineages = new LinkedHashMap<>();

  @Override
  public Integer call() throws IOException {
    if (!spec.parent().commandLine().getParseResult().matchedOptions().isEmpty()) {
      throw new ParameterException(spec.commandLine(), "Options come after 'ledger migrate'");
    }
    LedgerPolicy policy = LedgerPolicy.open(settings.resolve());
    long migrated;
    try {
      migrated = policy.migrate(lineages);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), "--lineage takes MODEL=NAME: " + e.getMessage(), e);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (migrated == 0) {
      out.printf(
          "Nothing to do: the ledger %s is none of an earlier version.%n", policy.location());
    } else {
      out.printf("Brought %,d entries of the ledger %s over.%n", migrated, policy.location());
    }
    out.flush();
    return ExitCode.DONE;
  }
}
