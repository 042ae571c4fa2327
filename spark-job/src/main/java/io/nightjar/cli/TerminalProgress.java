package io.nightjar.cli;

import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.Wave;
import io.nightjar.identity.Terminal;
import io.nightjar.job.JobProgress;
import io.nightjar.plan.Plan;
import java.time.Duration;
import java.util.List;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows progress as a bar on standard error, for whoever watches a terminal.
 *
 * <p>A record's way has as many steps as the plan has rounds, and one more for its prediction.
 */
final class TerminalProgress implements JobProgress {

  private int steps = 1;
  private JobDescription job;
  private ProgressBar bar;

  private TerminalProgress() {}

  /** Returns a bar if there is a terminal to show it on, otherwise nothing. */
  static JobProgress create() {
    return Terminal.console().isPresent() ? new TerminalProgress() : JobProgress.NONE;
  }

  @Override
  public synchronized void begin(Plan plan, JobDescription description, List<Wave> open) {
    job = description;
    steps = plan.rounds().size() + 1;
    long records = open.stream().mapToLong(this::records).sum();
    bar =
        new ProgressBarBuilder()
            .setTaskName("scoring")
            .setInitialMax(records * steps)
            .setUnit(" records", steps)
            .showSpeed()
            .setUpdateIntervalMillis(200)
            .setEtaFunction(
                progress ->
                    progress.getCurrent() == 0
                        ? java.util.Optional.empty()
                        : java.util.Optional.of(
                            Duration.ofMillis(
                                (long)
                                    (progress.getElapsedAfterStart().toMillis()
                                        / (double) progress.getCurrent()
                                        * (progress.getMax() - progress.getCurrent())))))
            .setStyle(ProgressBarStyle.ASCII)
            .setConsumer(new ConsoleProgressBarConsumer(System.err))
            .build();
  }

  private long records(Wave wave) {
    long records = 0;
    for (long batch = wave.firstBatch(); batch < wave.endBatch(); batch++) {
      records += job.records(batch);
    }
    return records;
  }

  @Override
  public synchronized void evaluated(Wave wave, int round) {
    bar.setExtraMessage("round %d of wave %d".formatted(round + 1, wave.index() + 1));
    bar.stepBy(records(wave));
  }

  @Override
  public synchronized void finished(Wave wave) {
    bar.stepBy(records(wave));
  }

  @Override
  public synchronized void end() {
    if (bar != null) {
      bar.close();
    }
  }
}
