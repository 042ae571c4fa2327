package io.nightjar.bench;

import com.sun.management.OperatingSystemMXBean;
import io.nightjar.job.JobProgress;
import io.nightjar.job.ScoreJob;
import io.nightjar.job.ScoreRequest;
import io.nightjar.settings.Settings;
import io.nightjar.tables.RecordSource;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a job in local mode came to, of which nothing is left.
 *
 * @param report the figures of its report
 * @param seconds how long it took from start to end
 * @param processorSeconds the processor time of this process meanwhile
 */
record TimedJob(Map<String, Object> report, double seconds, double processorSeconds) {

  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  /**
   * Scores images.
   *
   * @param images a file of them, beside which the output is while the job runs
   * @param threads how many threads Spark has
   */
  static TimedJob of(org.apache.hadoop.fs.Path model, Path images, int threads, Settings settings)
      throws IOException, InterruptedException {
    Path output = images.resolveSibling("scores");
    ScoreRequest request =
        new ScoreRequest(
            model,
            new RecordSource.Idx(path(images)),
            path(output),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            Optional.of("local[%d]".formatted(threads)),
            settings);
    long processor = PROCESS.getProcessCpuTime();
    long start = System.nanoTime();
    try {
      Map<String, Object> report = ScoreJob.run(request, JobProgress.NONE).report();
      return new TimedJob(
          report,
          (System.nanoTime() - start) / 1e9,
          (PROCESS.getProcessCpuTime() - processor) / 1e9);
    } finally {
      if (Files.exists(output)) {
        TemporaryDirectory.remove(output);
      }
    }
  }

  private static org.apache.hadoop.fs.Path path(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }

  /** Returns a figure of the report. */
  double number(String name) {
    return ((Number) report.get(name)).doubleValue();
  }
}
