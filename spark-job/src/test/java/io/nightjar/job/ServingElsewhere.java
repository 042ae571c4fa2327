package io.nightjar.job;

import io.nightjar.draw.JobSecret;
import io.nightjar.exchange.HadoopFiles;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;

/** What a process that serves keeps others from, without the process. */
public final class ServingElsewhere implements AutoCloseable {

  private final ServeState state;

  private ServingElsewhere(ServeState state) {
    this.state = state;
  }

  /** Takes the state of jobs' model owner. */
  public static ServingElsewhere on(TestJobs jobs) throws IOException {
    return new ServingElsewhere(open(jobs));
  }

  static ServeState open(TestJobs jobs, String... pairs) throws IOException {
    return ServeState.open(
        jobs.settings(pairs), HadoopFiles.configuration(new Configuration()), JobSecret::fresh);
  }

  @Override
  public void close() throws IOException {
    state.close();
  }
}
