package io.nightjar.spark;

import io.nightjar.protocol.Phase;
import io.nightjar.protocol.PhaseTimes;
import org.apache.spark.TaskContext;

/** How long the task of this thread was in each phase. */
final class TaskTimes {

  private static final ThreadLocal<TaskTimes> CURRENT = new ThreadLocal<>();

  private final long task;
  private final PhaseTimes times = new PhaseTimes();

  private TaskTimes(long task) {
    this.task = task;
  }

  /** Returns the times of the task that this thread works on. */
  static TaskTimes current() {
    long task = TaskContext.get() == null ? -1 : TaskContext.get().taskAttemptId();
    TaskTimes current = CURRENT.get();
    if (current == null || current.task != task) {
      current = new TaskTimes(task);
      CURRENT.set(current);
    }
    return current;
  }

  void exchanged(long nanos) {
    times.add(Phase.EXCHANGE, nanos);
  }

  PhaseTimes times() {
    return times;
  }
}
