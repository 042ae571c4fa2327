package io.nightjar.spark;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.exchange.HadoopFiles;
import io.nightjar.protocol.Phase;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.TaskAttemptID;
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestCommitterTest {

  @TempDir private Path directory;

  private interface Step {
    void run() throws IOException;
  }

  /** Otherwise it would be Spark's, which is all that nobody measures. */
  @Test
  void whatItDoesIsTheExchangesTime() throws IOException {
    TaskAttemptContext context =
        new TaskAttemptContextImpl(
            HadoopFiles.configuration(new Configuration(false)), new TaskAttemptID());
    ManifestCommitter committer =
        new ManifestCommitter(new org.apache.hadoop.fs.Path(directory.toUri()), context);

    assertExchanges(() -> committer.setupJob(context));
    assertExchanges(() -> committer.setupTask(context));
    assertExchanges(() -> committer.commitTask(context));
  }

  private static void assertExchanges(Step step) throws IOException {
    TaskTimes times = TaskTimes.begin();
    step.run();
    assertTrue(times.times().nanos(Phase.EXCHANGE) > 0, "nothing was counted");
  }
}
