package io.nightjar.spark;

import io.nightjar.protocol.PhaseTimes;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.lib.output.FileOutputCommitter;

/**
 * Hadoop's committer, which moves the files of successful tasks to their place. What commits the
 * round is the manifest over all of them, which the driver signs.
 *
 * <p>Tasks put their files in place when they commit (version 2 of Hadoop's algorithm), because
 * without the manifest nobody looks at them, and every attempt at a task writes the same bytes.
 */
public final class ManifestCommitter extends FileOutputCommitter {

  ManifestCommitter(Path output, TaskAttemptContext context) throws IOException {
    super(output, configured(context));
  }

  private static TaskAttemptContext configured(TaskAttemptContext context) {
    Configuration configuration = context.getConfiguration();
    configuration.setInt(FILEOUTPUTCOMMITTER_ALGORITHM_VERSION, 2);
    configuration.setBoolean(SUCCESSFUL_JOB_OUTPUT_DIR_MARKER, false);
    return context;
  }

  /** Returns where an attempt at a task writes. */
  static Path workPath(Path output, TaskAttemptContext context) throws IOException {
    return new ManifestCommitter(output, context).getWorkPath();
  }

  @Override
  public void setupJob(JobContext context) throws IOException {
    exchanging(() -> super.setupJob(context));
  }

  @Override
  public void setupTask(TaskAttemptContext context) throws IOException {
    exchanging(() -> super.setupTask(context));
  }

  @Override
  public void commitTask(TaskAttemptContext context) throws IOException {
    exchanging(() -> super.commitTask(context));
  }

  @Override
  public void commitJob(JobContext context) throws IOException {
    exchanging(() -> super.commitJob(context));
  }

  private interface Step {
    void run() throws IOException;
  }

  /** Takes a step whose time is the exchange's. */
  private static void exchanging(Step step) throws IOException {
    long start = PhaseTimes.now();
    step.run();
    TaskTimes.current().exchangedSince(start);
  }
}
