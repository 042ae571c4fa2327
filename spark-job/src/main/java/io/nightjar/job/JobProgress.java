package io.nightjar.job;

import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.Wave;
import io.nightjar.owner.OwnerListener;
import io.nightjar.plan.Plan;
import java.util.List;

/** Hears how far a job is; it is called by several threads. */
public interface JobProgress extends OwnerListener {

  /** Hears nothing. */
  JobProgress NONE = new JobProgress() {};

  /** A job begins, or goes on, with these waves. */
  default void begin(Plan plan, JobDescription job, List<Wave> open) {}

  /** Executors have evaluated a round of a wave. */
  default void evaluated(Wave wave, int round) {}

  /** The job has ended, well or not. */
  default void end() {}
}
