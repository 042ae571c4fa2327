package io.nightjar.naive;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/** A straightforward program for one batch of a plan, in memory, whose time is measured. */
public interface NaiveProgram {

  /** Returns what the program is, in one sentence. */
  String description();

  /**
   * The seconds that a thread takes.
   *
   * @param encrypt the seconds for all uploads
   * @param linear the seconds for all outputs
   * @param decrypt the seconds for all results
   */
  record Seconds(double encrypt, double linear, double decrypt) {

    /** Returns the sum of all parts. */
    public double total() {
      return encrypt + linear + decrypt;
    }

    /** Returns what so many batches take. */
    public Seconds times(double batches) {
      return new Seconds(encrypt * batches, linear * batches, decrypt * batches);
    }

    /** Returns the median of each part. */
    public static Seconds medians(List<Seconds> all) {
      return parts(all, values -> Timing.median(values.toArray()));
    }

    /** Returns the mean of each part. */
    public static Seconds means(List<Seconds> all) {
      return parts(all, values -> values.average().orElseThrow());
    }

    private static Seconds parts(List<Seconds> all, ToDoubleFunction<DoubleStream> figure) {
      return new Seconds(
          figure.applyAsDouble(all.stream().mapToDouble(Seconds::encrypt)),
          figure.applyAsDouble(all.stream().mapToDouble(Seconds::linear)),
          figure.applyAsDouble(all.stream().mapToDouble(Seconds::decrypt)));
    }
  }

  /**
   * Measures in this thread how long a batch takes.
   *
   * @param linearNanos about how long to sample the outputs of each round or level
   */
  Seconds perBatch(double linearNanos);

  /**
   * Returns the processor seconds that drawing and evaluating a batch would take if no row shared
   * its draws; nothing where weights are not drawn for every record.
   */
  default OptionalDouble secondsWithIndependentDraws() {
    return OptionalDouble.empty();
  }

  /**
   * Measures on some threads at once, which have a batch each, how long a batch takes one of them.
   */
  default Seconds perBatch(int threads, double linearNanos) throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      Callable<Seconds> one = () -> perBatch(linearNanos);
      List<Seconds> all = new ArrayList<>();
      for (Future<Seconds> done : pool.invokeAll(Collections.nCopies(threads, one))) {
        all.add(done.get());
      }
      return Seconds.means(all);
    } catch (ExecutionException e) {
      throw new IllegalStateException("The naive program failed", e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }
}
