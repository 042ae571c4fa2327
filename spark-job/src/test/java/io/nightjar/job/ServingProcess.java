package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A model owner in a process of its own, which evaluates one job. */
public final class ServingProcess implements AutoCloseable {

  private static final String REPEATED = "repeated";

  private final Process process;

  private ServingProcess(Process process) {
    this.process = process;
  }

  /** Starts it, with what was written for jobs. */
  public static ServingProcess start(TestJobs jobs, Path exchange) throws IOException {
    return start(jobs, exchange, "served");
  }

  /** Starts one that repeats the draws of the known seed. */
  public static ServingProcess repeating(TestJobs jobs, Path exchange) throws IOException {
    return start(jobs, exchange, REPEATED);
  }

  private static ServingProcess start(TestJobs jobs, Path exchange, String draws)
      throws IOException {
    Path out = jobs.directory().resolve("served");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "@" + Path.of("..", "conf", "java.args"),
                    "-Xmx512m",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    ServingProcess.class.getName(),
                    jobs.directory().toString(),
                    jobs.profile().name(),
                    exchange.toString(),
                    draws))
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    return new ServingProcess(process);
  }

  /**
   * Serves.
   *
   * @param args where a process has written what jobs need, the name of their profile, the
   *     exchange, and which draws
   */
  public static void main(String[] args) throws Exception {
    ProtocolProfile profile =
        ProtocolProfile.all().filter(one -> one.name().equals(args[1])).findFirst().orElseThrow();
    TestJobs jobs = TestJobs.writtenIn(Path.of(args[0]), profile);
    ServeRequest request = jobs.serving(Path.of(args[2]), 1);
    System.exit(
        args[3].equals(REPEATED) ? Parties.repeating(request).get() : Parties.serve(request));
  }

  /** Asserts that it has ended with the job, and found nothing wrong. */
  public void assertDone() throws InterruptedException {
    assertTrue(process.waitFor(5, TimeUnit.MINUTES));
    assertEquals(0, process.exitValue());
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
