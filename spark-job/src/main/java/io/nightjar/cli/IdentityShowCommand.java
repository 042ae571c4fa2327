package io.nightjar.cli;

import io.nightjar.identity.IdentityDescription;
import io.nightjar.identity.IdentityDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nightjar identity show}: what may be said of identities; it needs no passphrase. */
@Command(
    name = "show",
    description = {
      "Lists the identities of a directory.",
      "The one in use comes first. Each has its fingerprint and when it was made. No "
          + "passphrase is needed."
    })
final class IdentityShowCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "KEYDIR", description = "A directory with an identity.")
  private Path directory;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    List<Map<String, Object>> identities = new ArrayList<>();
    for (IdentityDescription one : IdentityDirectory.list(directory)) {
      Map<String, Object> shown = new LinkedHashMap<>();
      shown.put("state", identities.isEmpty() ? "in use" : "signs beside it");
      shown.put("fingerprint", one.identity().toString());
      shown.put("made", one.made().toString());
      identities.add(shown);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.line(Map.of("identities", identities)));
    } else {
      identities.forEach(
          one ->
              out.printf(
                  "%s  %s, made %s%n", one.get("fingerprint"), one.get("state"), one.get("made")));
    }
    out.flush();
    return ExitCode.DONE;
  }
}
