package io.nightjar.cli;

import io.nightjar.identity.IdentityPoisonedException;
import io.nightjar.identity.IdentityUnusableException;
import io.nightjar.identity.PoisonMark;
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

/** {@code nightjar identity lift}: lets jobs begin again with an identity that is marked. */
@Command(
    name = "lift",
    description = {
      "Lifts the mark of a result that was wrong once decrypted.",
      "An identity is marked when it was sent a result that no honest evaluation gives. "
          + "Every such result may have asked something about the job's key. The next job has "
          + "another key, but whoever sent the result may still be there: find out first."
    })
final class IdentityLiftCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "KEYDIR", description = "A directory with an identity.")
  private Path keys;

  @Option(names = "--yes", description = "Lift it; otherwise the mark is only shown.")
  private boolean yes;

  @Override
  public Integer call() throws IOException {
    if (!Files.isDirectory(keys)) {
      throw new IdentityUnusableException("There is no identity in %s".formatted(keys));
    }
    String mark;
    try {
      mark =
          PoisonMark.find(keys)
              .map(
                  found ->
                      "Job %s was sent a result for batch %d at %s that no honest evaluation gives."
                          .formatted(found.job(), found.batch(), found.since()))
              .orElse("");
    } catch (IdentityPoisonedException e) {
      mark = "There is a mark that cannot be read.";
    }
    if (mark.isEmpty()) {
      spec.commandLine().getOut().printf("The identity in %s is not marked.%n", keys);
    } else if (!yes) {
      throw new ParameterException(
          spec.commandLine(), mark + " Give --yes to lift the mark all the same");
    } else {
      PoisonMark.lift(keys);
      spec.commandLine().getOut().printf("%s The mark is lifted.%n", mark);
    }
    spec.commandLine().getOut().flush();
    return ExitCode.DONE;
  }
}
