package io.nightjar.cli;

import io.nightjar.keys.KeyPoison;
import io.nightjar.keys.KeyPoisonedException;
import io.nightjar.keys.KeysUnusableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nightjar keys lift}: lets jobs begin again with a key that is marked. */
@Command(
    name = "lift",
    description = {
      "Lifts the mark of a key that a job was sent a result for that no honest evaluation gives.",
      "Every such result may have asked something about the key, so a new key from keygen is the",
      "better way, unless you know how the result came about."
    })
final class KeysLiftCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "KEYDIR", description = "The directory of the keys.")
  private Path keys;

  @Option(names = "--yes", description = "Lift it; otherwise the mark is only shown.")
  private boolean yes;

  @Override
  public Integer call() throws IOException {
    if (!Files.isDirectory(keys)) {
      throw new KeysUnusableException("There are no keys in %s".formatted(keys));
    }
    String mark;
    try {
      mark =
          KeyPoison.find(keys)
              .map(
                  found ->
                      "Job %s was sent a result for batch %d at %s that no honest evaluation gives."
                          .formatted(found.job(), found.batch(), found.since()))
              .orElse("");
    } catch (KeyPoisonedException e) {
      mark = "There is a mark that cannot be read.";
    }
    if (mark.isEmpty()) {
      spec.commandLine().getOut().printf("The key in %s is not marked.%n", keys);
    } else if (!yes) {
      throw new ParameterException(
          spec.commandLine(), mark + " Give --yes to lift the mark of the key all the same");
    } else {
      KeyPoison.lift(keys);
      spec.commandLine().getOut().printf("%s The mark of the key is lifted.%n", mark);
    }
    spec.commandLine().getOut().flush();
    return ExitCode.DONE;
  }
}
