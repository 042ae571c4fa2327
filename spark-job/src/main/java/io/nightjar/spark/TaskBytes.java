package io.nightjar.spark;

import io.nightjar.exchange.Section;
import io.nightjar.metrics.ProcessMetric;
import io.nightjar.metrics.ProcessMetrics;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.TaskContext;
import org.apache.spark.executor.TaskMetrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what the task of this thread reads and writes, where Spark shows it: on its pages, and in
 * its event log.
 *
 * <p>Spark itself looks at what file systems say only where it opens the files. It would see no
 * result, which tasks write themselves, and not all file systems say.
 */
public final class TaskBytes {

  private static final Logger LOG = LoggerFactory.getLogger(TaskBytes.class);

  private TaskBytes() {}

  /** Counts bytes that were read. */
  public static void read(long bytes) {
    ProcessMetrics.add(ProcessMetric.EXECUTOR_BYTES_READ, bytes);
    count(metrics -> metrics.inputMetrics().incBytesRead(bytes));
  }

  /** Counts sections of blocks that were written, each as one record of Spark's. */
  public static void written(List<Section> sections) {
    long bytes = bytes(sections);
    ProcessMetrics.add(ProcessMetric.EXECUTOR_BYTES_WRITTEN, bytes);
    count(
        metrics -> {
          var output = metrics.outputMetrics();
          output.setBytesWritten(output.bytesWritten() + bytes);
          output.setRecordsWritten(output.recordsWritten() + sections.size());
        });
  }

  static long bytes(List<Section> sections) {
    return sections.stream().mapToLong(Section::bytes).sum();
  }

  /** Another release of Spark's may count in another way, which is no reason for a task to fail. */
  private static void count(Consumer<TaskMetrics> counting) {
    TaskContext task = TaskContext.get();
    if (task != null) {
      try {
        counting.accept(task.taskMetrics());
      } catch (LinkageError e) {
        LOG.debug("Spark does not take what a task has read or written", e);
      }
    }
  }
}
