package io.nightjar.bench;

import java.io.PrintWriter;

/** The results of {@code bench kernel} as a table. */
public final class KernelText {

  private KernelText() {}

  /** Prints the names of the columns. */
  public static void header(PrintWriter out) {
    out.printf(
        "%-11s %-24s %6s %-14s %11s %11s %7s %9s %8s%n",
        "kernel",
        "layer",
        "ring",
        "primes",
        "ns/product",
        "naive ns",
        "ratio",
        "G mac/s",
        "ceiling");
  }

  /** Prints one result as a row of the table. */
  public static void line(PrintWriter out, KernelBench.Result result) {
    out.printf(
        "%-11s %-24s %6d %-14s %11.1f %11.1f %7.1f %9.2f %7.1f%%%n",
        result.kernel(),
        result.model(),
        result.ringDegree(),
        result.primeBits(),
        result.nanosPerProduct(),
        result.naiveSealNanosPerProduct(),
        result.ratioToNaiveSeal(),
        result.macsPerSecond() / 1e9,
        100 * result.fractionOfCeiling());
  }
}
