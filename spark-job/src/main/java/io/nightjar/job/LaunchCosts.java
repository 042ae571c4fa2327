package io.nightjar.job;

import io.nightjar.settings.Settings;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What Spark takes to run jobs whose tasks do nothing.
 *
 * @param jobSeconds for a job
 * @param taskSeconds what each of its tasks adds
 */
public record LaunchCosts(double jobSeconds, double taskSeconds) {

  private static final int FEW = 2;
  private static final int MANY = 1002;
  private static final int WARM_UP = 3;
  private static final int ROUNDS = 5;

  /** Measures in a Spark of its own, which is stopped again. */
  public static LaunchCosts measure(String master, Settings settings)
      throws IOException, InterruptedException {
    try (JavaSparkContext spark =
        SparkContexts.open("bench scale", Optional.of(master), settings)) {
      for (int i = 0; i < WARM_UP; i++) {
        seconds(spark, MANY);
      }
      double few = median(spark, FEW);
      double each = Math.max(0, (median(spark, MANY) - few) / (MANY - FEW));
      return new LaunchCosts(Math.max(0, few - FEW * each), each);
    }
  }

  private static double median(JavaSparkContext spark, int tasks) {
    double[] seconds = IntStream.range(0, ROUNDS).mapToDouble(i -> seconds(spark, tasks)).toArray();
    Arrays.sort(seconds);
    return seconds[ROUNDS / 2];
  }

  private static double seconds(JavaSparkContext spark, int tasks) {
    long start = System.nanoTime();
    spark.parallelize(IntStream.range(0, tasks).boxed().toList(), tasks).count();
    return (System.nanoTime() - start) / 1e9;
  }
}
