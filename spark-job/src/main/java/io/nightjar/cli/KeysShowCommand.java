package io.nightjar.cli;

import io.nightjar.keys.KeyDescription;
import io.nightjar.keys.KeyDirectory;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDigest;
import io.nightjar.protocols.Protocols;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nightjar keys show}: what may be said of keys; it needs no passphrase. */
@Command(
    name = "show",
    description = {
      "Lists the keys of a directory, the one in use first: fingerprint, parameters, the plan that",
      "they were made for, and when they were made. No passphrase is needed."
    })
final class KeysShowCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "KEYDIR", description = "Keys made by keygen.")
  private Path directory;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    List<Map<String, Object>> keys = new ArrayList<>();
    for (KeyDescription key : KeyDirectory.list(directory)) {
      keys.add(shown(key, keys.isEmpty() ? "in use" : "retired"));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.line(Map.of("keys", keys)));
    } else {
      keys.forEach(key -> print(key, out));
    }
    out.flush();
    return ExitCode.DONE;
  }

  private static Map<String, Object> shown(KeyDescription key, String state) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("state", state);
    shown.put("fingerprint", key.fingerprint());
    shown.put("description", key.description());
    shown.put("parameters", key.parameters());
    key.made().map(Instant::toString).ifPresent(made -> shown.put("made", made));
    Optional<Plan> plan = key.plan().map(Protocols::readPlan);
    plan.ifPresent(
        made -> {
          shown.put("protocol", made.protocol());
          shown.put("model", made.model());
          shown.put("plan", PlanDigest.of(made).hex());
        });
    return shown;
  }

  private static void print(Map<String, Object> key, PrintWriter out) {
    out.printf("%s (%s)%n", key.get("fingerprint"), key.get("state"));
    key.forEach(
        (name, value) -> {
          if (!name.equals("fingerprint") && !name.equals("state")) {
            out.printf("  %-12s %s%n", name, value);
          }
        });
  }
}
