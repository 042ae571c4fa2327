package io.nightjar.bench;

import io.nightjar.text.Amounts;
import java.io.PrintWriter;
import java.util.Collection;

/** The results of {@code bench e2e} as a table. */
public final class EndToEndText {

  private EndToEndText() {}

  /** Prints the names of the columns. */
  public static void header(PrintWriter out) {
    out.printf(
        "%-14s %3s %-8s %7s %9s %11s %9s %7s %7s %7s %9s %10s %9s%n",
        "model",
        "S",
        "privacy",
        "threads",
        "records",
        "records/s",
        "naive/s",
        "ratio",
        "speedup",
        "spark",
        "up B/rec",
        "down B/rec",
        "peak MiB");
    out.flush();
  }

  /** Prints one result as a row of the table. */
  public static void line(PrintWriter out, EndToEndBench.Result result) {
    out.printf(
        "%-14s %3d %-8s %7d %9d %11.0f %9.1f %7.1f %7.2f %6.1f%% %9.0f %10.0f %9.0f%n",
        result.model(),
        result.samples(),
        result.modelPrivacy(),
        result.threads(),
        result.records(),
        result.recordsPerSecond(),
        result.naiveSealRecordsPerSecond(),
        result.ratioToNaiveSeal(),
        result.speedup(),
        100 * result.sparkShare(),
        result.bytesUpPerRecord(),
        result.bytesDownPerRecord(),
        result.peakExecutorBytes() / 0x1p20);
    if (result.ratioToBayhenn() > 0) {
      out.printf(
          "  %s has %.5f times the throughput of bayhenn%n",
          result.protocol(), result.ratioToBayhenn());
    }
  }

  /** Prints the stages of a job, divided as benchmarks of encrypted inference divide them. */
  public static void stages(PrintWriter out, EndToEndBench.Result result) {
    out.printf(
        "  %,d records, %.2f s from start to end: keys %.2f s; summed over %d threads: encryption %.2f s, server %.2f s,"
            + " decryption and activations %.2f s, the rest %.2f s;"
            + " keys %s, input %s, results %s%n",
        result.records(),
        result.jobSeconds(),
        result.keyGenerationSeconds(),
        result.threads(),
        seconds(result, "encrypt"),
        seconds(result, "draw") + seconds(result, "linear") + seconds(result, "hide"),
        seconds(result, "decrypt") + seconds(result, "activate"),
        seconds(result, "exchange") + seconds(result, "spark"),
        Amounts.bytes(result.keyBytes()),
        Amounts.bytes(result.bytesUpPerRecord() * result.records()),
        Amounts.bytes(result.bytesDownPerRecord() * result.records()));
    out.printf(
        "  exchange, both parties: packing %.2f s, hashing %.2f s, committing %.2f s, copying %.2f s; %.2f ns a byte%n",
        result.exchange().get("packing"),
        result.exchange().get("hashing"),
        result.exchange().get("committing"),
        result.exchange().get("copying"),
        result.exchange().get("nanosPerByte"));
  }

  private static double seconds(EndToEndBench.Result result, String phase) {
    return result.phases().getOrDefault(phase, 0.0);
  }

  /**
   * Prints what the naive programs are, below the table.
   *
   * @param programs what each of them is
   */
  public static void footer(PrintWriter out, Collection<String> programs) {
    programs.forEach(out::println);
    out.println(
        "Naive programs run on as many threads, their outputs scaled from a sample; their draws,"
            + " activations and transfers count for nothing.");
  }
}
