package io.nightjar.job;

import io.nightjar.draw.JobSecret;
import io.nightjar.exchange.Exchange;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.InUseException;
import io.nightjar.exchange.JobMarks;
import io.nightjar.settings.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Removes what is kept of a job, finished or not: keys, blocks and secrets. Results that the data
 * owner has and entries of the ledger stay.
 */
public final class ForgetJob {

  private ForgetJob() {}

  /**
   * Removes a job from an exchange, from an output, and, when no output is named, from the model
   * owner's own directory.
   *
   * @return where something of it was removed
   * @throws JobRefusedException if the output has another job
   * @throws InUseException if a process works on it
   */
  public static List<String> run(
      UUID job, Optional<Path> exchange, Optional<Path> output, Settings settings)
      throws IOException, InterruptedException {
    Configuration configuration = HadoopFiles.configuration(HadoopConfigurations.of(settings));
    List<String> removed = new ArrayList<>();
    if (output.isPresent()) {
      OutputDirectory directory = new OutputDirectory(output.get(), configuration);
      try (OutputLock lock = OutputLock.take(directory, configuration)) {
        lock.requireHeld();
        if (directory.erase(job)) {
          removed.add(directory.own().toString());
        }
      }
    } else {
      try (ServeState state = ServeState.open(settings, configuration, JobSecret::fresh)) {
        if (state.forget(job)) {
          removed.add("serve.stateDir");
        }
      }
    }
    if (exchange.isPresent()) {
      JobMarks marks = new Exchange(exchange.get(), configuration).marks(job);
      if (marks.remove()) {
        removed.add(exchange.get().toString());
      }
    }
    return removed;
  }
}
