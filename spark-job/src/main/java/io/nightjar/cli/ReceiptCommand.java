package io.nightjar.cli;

import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.SignedReceipt;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nightjar receipt}: who was to be answered how much by whom, as both have signed. */
@Command(
    name = "receipt",
    description = {
      "Checks a receipt that both owners have signed.",
      "It prints which data owner ordered how many answers from which model owner. An "
          + "agent leaves a receipt in OUTPUT/_report/receipt.json, serve keeps its own in "
          + "serve.stateDir/receipts. Neither side is needed to check it."
    },
    footer = {"", "Example:", "  nightjar receipt results/_report/receipt.json"})
final class ReceiptCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "A receipt.")
  private Path file;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) > SignedReceipt.MOST_BYTES) {
      throw new ParameterException(spec.commandLine(), "There is no receipt in " + file);
    }
    Map<String, Object> shown = shown(read());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.line(shown));
    } else {
      shown.forEach((name, value) -> out.printf("%-12s %s%n", name, value));
    }
    out.flush();
    return ExitCode.DONE;
  }

  private SignedReceipt read() throws IOException {
    try {
      return SignedReceipt.read(Files.readAllBytes(file));
    } catch (ExchangeException e) {
      throw new ParameterException(
          spec.commandLine(), "%s is no receipt: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static Map<String, Object> shown(SignedReceipt receipt) {
    JobDescription order = receipt.order();
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("job", order.job().toString());
    shown.put("dataOwner", order.owner().toString());
    shown.put("modelOwner", order.modelOwner().toString());
    shown.put("plan", order.plan());
    shown.put("model", receipt.receipt().model());
    shown.put("records", order.records());
    shown.put("answers", order.answers());
    shown.put("admitted", receipt.receipt().admitted());
    return shown;
  }
}
