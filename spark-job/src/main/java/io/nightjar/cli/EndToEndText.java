package io.nightjar.cli;

import java.io.PrintWriter;

/** The results of {@code bench e2e} as a table. */
final class EndToEndText {

  private EndToEndText() {}

  static void header(PrintWriter out) {
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

  static void line(PrintWriter out, EndToEndBench.Result result) {
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
  }

  static void footer(PrintWriter out) {
    out.println(
        "The naive program encrypts, multiplies and decrypts with SEAL, on as many threads,"
            + " its outputs scaled from a sample; its draws, activations and transfers count for"
            + " nothing.");
  }
}
