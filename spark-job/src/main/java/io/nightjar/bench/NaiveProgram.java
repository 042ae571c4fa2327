package io.nightjar.bench;

import io.nightjar.model.Model;
import io.nightjar.plan.Plan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * A straightforward program for the protocol of a plan, which is measured on one batch in memory.
 */
public interface NaiveProgram {

  /** Returns the program for a plan's protocol. */
  static NaiveProgram of(Model model, Plan plan) {
    if (plan.isPaillier()) {
      return new NaivePaillierScoring(model, plan);
    }
    return plan.isSealed() ? new NaiveSealedScoring(model, plan) : new NaiveScoring(model, plan);
  }

  /**
   * The seconds that a thread takes.
   *
   * @param encrypt the time to encrypt all uploads
   * @param linear the time to compute all outputs
   * @param decrypt the time to decrypt all results
   */
  record Seconds(double encrypt, double linear, double decrypt) {

    /** Returns the sum of all parts. */
    double total() {
      return encrypt + linear + decrypt;
    }

    /** Returns the seconds of so many batches. */
    Seconds times(double batches) {
      return new Seconds(encrypt * batches, linear * batches, decrypt * batches);
    }

    /** Returns the median of each part. */
    static Seconds medians(List<Seconds> all) {
      return parts(all, values -> Timing.median(values.toArray()));
    }

    /** Returns the mean of each part. */
    static Seconds means(List<Seconds> all) {
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
   * Measures how long this thread takes for a batch.
   *
   * @param linearNanos about how long to sample the outputs of each round or level
   */
  Seconds perBatch(double linearNanos);

  /** Measures how long one of some threads takes for a batch while each of them has one. */
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
