package io.nightjar.spark;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nightjar.exchange.FileDigest;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.protocol.PhaseTimes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
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

  private static final String DIGESTS_PREFIX = "digests-";
  private static final int MOST_DIGEST_BYTES = 16 << 20;

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

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

  /** Writes the digests of a task's files beside them. */
  static void writeDigests(
      FileSystem files, Path directory, TaskAttemptContext context, List<FileDigest> digests)
      throws IOException {
    String task = context.getTaskAttemptID().getTaskID().toString();
    HadoopFiles.write(
        files,
        new Path(directory, DIGESTS_PREFIX + task + ".json"),
        MAPPER.writeValueAsBytes(digests));
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

  /** Returns, and removes, the digests of all files that tasks have put in their place. */
  static List<FileDigest> takeDigests(FileSystem files, Path directory) throws IOException {
    List<FileDigest> all = new ArrayList<>();
    for (FileStatus status :
        files.listStatus(directory, path -> path.getName().startsWith(DIGESTS_PREFIX))) {
      byte[] json = HadoopFiles.read(files, status.getPath(), MOST_DIGEST_BYTES).orElseThrow();
      all.addAll(MAPPER.readValue(json, new TypeReference<List<FileDigest>>() {}));
      files.delete(status.getPath(), false);
    }
    return all;
  }
}
