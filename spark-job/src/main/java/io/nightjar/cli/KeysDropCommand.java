package io.nightjar.cli;

import io.nightjar.keys.KeyDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nightjar keys drop}: the end of a key pair that no job needs any more. */
@Command(
    name = "drop",
    description = {
      "Removes a key pair that is not in use. Jobs that were begun with it and are not finished",
      "cannot go on, and nobody can decrypt what was encrypted under it."
    })
final class KeysDropCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "KEYDIR", description = "Keys made by keygen.")
  private Path directory;

  @Parameters(
      index = "1",
      paramLabel = "FINGERPRINT",
      description = "Of the public key, as 'keys show' prints it.")
  private String fingerprint;

  @Override
  public Integer call() throws IOException {
    KeyDirectory.drop(directory, fingerprint);
    spec.commandLine().getOut().printf("%s has no key %s any more.%n", directory, fingerprint);
    spec.commandLine().getOut().flush();
    return ExitCode.DONE;
  }
}
