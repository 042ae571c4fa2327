package io.nightjar.spark;

import io.nightjar.protocol.Phase;
import io.nightjar.protocol.PhaseTimes;
import org.apache.spark.TaskContext;

/**
 * Measures how long the task of this thread is in each phase; in the driver, how long a round's
 * commits are.
 */
final class TaskTimes {

  private static final long NO_TASK = -1;

  private static final ThreadLocal<TaskTimes> CURRENT = new ThreadLocal<>();

  private final long task;
  private final PhaseTimes times = new PhaseTimes();

  private TaskTimes(long task) {
    this.task = task;
  }

  /** Starts new ones for this thread, which works on no task. */
  static TaskTimes begin() {
    TaskTimes begun = new TaskTimes(NO_TASK);
    CURRENT.set(begun);
    return begun;
  }

  /** Returns the times of the task that this thread works on. */
  static TaskTimes current() {
    long task = TaskContext.get() == null ? NO_TASK : TaskContext.get().taskAttemptId();
    TaskTimes current = CURRENT.get();
    if (current == null || current.task != task) {
      current = new TaskTimes(task);
      CURRENT.set(current);
    }
    return current;
  }

  /** Counts this thread's time since {@link PhaseTimes#now} was {@code start} as exchange. */
  void exchangedSince(long start) {
    times.addSince(Phase.EXCHANGE, start);
  }

  PhaseTimes times() {
    return times;
  }
}
