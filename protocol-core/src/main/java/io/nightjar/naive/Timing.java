package io.nightjar.naive;

import java.util.Arrays;
import java.util.function.DoubleSupplier;

/** Measures times for benchmarks. */
public final class Timing {

  private Timing() {}

  /** Returns how many nanoseconds some work takes. */
  public static double nanos(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return System.nanoTime() - start;
  }

  /** Repeats short work for about so many nanoseconds and returns the median of the times. */
  public static double repeat(double nanos, DoubleSupplier timed) {
    double first = timed.getAsDouble();
    int times = (int) Math.max(1, Math.min(1000, nanos / Math.max(first, 1)));
    double[] all = new double[times];
    all[0] = first;
    for (int i = 1; i < times; i++) {
      all[i] = timed.getAsDouble();
    }
    return median(all);
  }

  /** Returns the median; of an even number, the mean of the two in the middle. */
  public static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
