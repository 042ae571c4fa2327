package io.nightjar.job;

import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.Wave;
import io.nightjar.metrics.ProcessMetric;
import io.nightjar.metrics.ProcessMetrics;
import io.nightjar.plan.Plan;
import io.nightjar.protocol.Predictions;
import io.nightjar.records.RecordId;
import java.util.List;

/**
 * Shows among the metrics of this process how far a job is, and passes on what it hears.
 *
 * <p>It is told of rounds and waves, which the other party sees too, and of no result.
 */
final class MeasuredProgress implements JobProgress {

  private final JobProgress next;
  private final JobDescription job;
  private final int rounds;

  /** Shows a job from here on. */
  MeasuredProgress(JobProgress next, Plan plan, JobDescription job, List<Wave> open) {
    this.next = next;
    this.job = job;
    this.rounds = plan.rounds().size();
    open.forEach(wave -> ProcessMetrics.add(ProcessMetric.RECORDS, job.records(wave)));
  }

  @Override
  public void begin(Plan plan, JobDescription description, List<Wave> open) {
    ProcessMetrics.set(ProcessMetric.JOBS_IN_WORK, 1);
    next.begin(plan, description, open);
  }

  @Override
  public void uploaded(Wave wave, int round) {
    next.uploaded(wave, round);
  }

  @Override
  public void evaluated(Wave wave, int round) {
    ProcessMetrics.set(ProcessMetric.WAVE, wave.index() + 1);
    ProcessMetrics.set(ProcessMetric.WAVES, job.waves().size());
    ProcessMetrics.set(ProcessMetric.ROUND, round + 1);
    ProcessMetrics.set(ProcessMetric.ROUNDS, rounds);
    ProcessMetrics.add(ProcessMetric.ROUNDS_DONE, 1);
    next.evaluated(wave, round);
  }

  @Override
  public void predicted(long firstRecord, List<RecordId> ids, Predictions predictions) {
    next.predicted(firstRecord, ids, predictions);
  }

  /** The records of a wave are through. */
  void through(Wave wave) {
    ProcessMetrics.add(ProcessMetric.RECORDS_DONE, job.records(wave));
  }

  @Override
  public void finished(Wave wave) {
    through(wave);
    next.finished(wave);
  }

  @Override
  public void end() {
    ProcessMetrics.set(ProcessMetric.JOBS_IN_WORK, 0);
    next.end();
  }
}
