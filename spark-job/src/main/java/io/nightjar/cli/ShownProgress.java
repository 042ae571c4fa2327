package io.nightjar.cli;

import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.Wave;
import io.nightjar.identity.Terminal;
import io.nightjar.job.JobProgress;
import io.nightjar.plan.Plan;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Shows how far a job is, whenever something has happened, and every second. */
abstract class ShownProgress implements JobProgress {

  /**
   * The system property with the columns of the terminal that standard error is; 0 if it is none.
   * The launcher knows; without it, there is one if there is a console.
   */
  static final String COLUMNS = "nightjar.columns";

  /** What every terminal has. */
  private static final int USUAL_COLUMNS = 80;

  private final JobMeter meter;
  private Optional<ScheduledExecutorService> ticker = Optional.empty();

  ShownProgress(JobMeter meter) {
    this.meter = meter;
  }

  /** Returns a line that is written over where there is a terminal, otherwise lines of a log. */
  static JobProgress create() {
    JobMeter meter = new JobMeter(System::nanoTime);
    int columns = Integer.getInteger(COLUMNS, Terminal.console().isPresent() ? USUAL_COLUMNS : 0);
    return columns > 0
        ? new ProgressLine(meter, System.err, columns)
        : new LoggedProgress(meter, System::nanoTime);
  }

  /** Shows it, if it is time to. */
  abstract void show(JobMeter now);

  /** A wave has its results. */
  abstract void waveFinished(JobMeter now);

  /** Nothing more is shown. */
  abstract void ended(JobMeter now);

  @Override
  public synchronized void begin(Plan plan, JobDescription job, List<Wave> open) {
    meter.begin(plan.rounds().size(), job, open);
    ScheduledExecutorService seconds =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "progress");
              thread.setDaemon(true);
              return thread;
            });
    var unused = seconds.scheduleWithFixedDelay(this::tick, 1, 1, TimeUnit.SECONDS);
    ticker = Optional.of(seconds);
  }

  /** Shows it although nothing has happened: time passes. */
  final synchronized void tick() {
    if (ticker.isPresent()) {
      show(meter);
    }
  }

  @Override
  public synchronized void uploaded(Wave wave, int round) {
    meter.uploaded(wave, round);
    show(meter);
  }

  @Override
  public synchronized void evaluated(Wave wave, int round) {
    meter.evaluated(wave);
    show(meter);
  }

  @Override
  public synchronized void finished(Wave wave) {
    meter.finished(wave);
    waveFinished(meter);
  }

  @Override
  public synchronized void end() {
    if (ticker.isPresent()) {
      ticker.get().shutdownNow();
      ticker = Optional.empty();
      ended(meter);
    }
  }
}
