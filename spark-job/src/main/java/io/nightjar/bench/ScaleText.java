package io.nightjar.bench;

import java.io.PrintWriter;

/** The results of {@code bench scale} as text. */
public final class ScaleText {

  private ScaleText() {}

  /** Prints all that a benchmark came to, with what it assumes. */
  public static void print(PrintWriter out, ScaleBench.Result result) {
    ScaleBench.Parts parts = result.parts();
    out.printf("%s, S = %d, %s%n%n", parts.model(), parts.samples(), parts.protocol());
    out.printf(
        "%11s %14s %10s %14s %14s %7s%n",
        "owner cores", "executor cores", "records", "records/s", "foretold", "off by");
    for (ScaleBench.Measured one : result.measured()) {
      out.printf(
          "%11d %14d %10d %14.0f %14.0f %+6.1f%%%n",
          one.ownerCores(),
          one.executorCores(),
          one.records(),
          one.recordsPerSecond(),
          one.foretoldRecordsPerSecond(),
          100 * one.error());
    }
    costs(out, parts.costs());
    out.printf(
        "%n%13s %9s %9s %8s %9s %9s %12s %11s %11s %8s%n",
        "records",
        "cores",
        "hours",
        "waves",
        "files",
        "manifests",
        "largest MiB",
        "driver MiB",
        "tasks/s",
        "Gbit/s");
    for (ScaleBench.Foretold one : result.foretold()) {
      out.printf(
          "%13d %4d+%-4d %9.3f %8d %9d %9d %12.1f %11.0f %11.0f %8.2f%n",
          one.records(),
          one.ownerCores(),
          one.executorCores(),
          one.hours(),
          one.waves(),
          one.files(),
          one.manifests(),
          one.manifestMebibytes(),
          one.driverMebibytes(),
          one.launchedPerSecond(),
          one.gigabitsPerSecond());
    }
    assumptions(out);
    out.flush();
  }

  private static void costs(PrintWriter out, ScaleCosts costs) {
    out.printf(
        "%nMeasured: a batch takes %.1f ms of the data owner's cores, %.1f ms of the executors' and %.1f ms that neither"
            + " counts; a round of a wave %.1f ms, whatever is in it; a Spark job %.1f ms and each task %.3f ms; a file %.3f ms;"
            + " a section of a manifest %.2f us and %.0f bytes; a job %.1f s before and after its rounds and each record %.2f us%n",
        1e3 * costs.ownerSecondsPerBatch(),
        1e3 * costs.executorSecondsPerBatch(),
        1e3 * costs.otherSecondsPerBatch(),
        1e3 * costs.roundSeconds(),
        1e3 * costs.sparkJobSeconds(),
        1e3 * costs.taskSeconds(),
        1e3 * costs.fileSeconds(),
        1e6 * costs.sectionSeconds(),
        costs.sectionBytes(),
        costs.startSeconds(),
        1e6 * costs.aroundSecondsPerRecord());
  }

  private static void assumptions(PrintWriter out) {
    out.println();
    out.println("Assumed of jobs that were foretold:");
    for (String line : ASSUMPTIONS) {
      out.println("- " + line);
    }
  }

  private static final String[] ASSUMPTIONS = {
    "every core is as fast as one of this machine's when two work, and the exchange as fast as its page cache: see Gbit/s",
    "both parties have a cluster (agent --master); waves are cut as this version cuts them, and as many are under way as waves.inFlight says",
    "a driver starts tasks as fast as in local mode; for a task on another machine it needs more, but one after the other only what is counted",
    "staging and publishing are spread over the data owner's cores",
    "nothing fails and no task waits for a slow one",
  };
}
