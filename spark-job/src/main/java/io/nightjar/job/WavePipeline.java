package io.nightjar.job;

import io.nightjar.exchange.Wave;
import io.nightjar.owner.WorkerPool;
import java.io.IOException;
import java.util.List;

/**
 * Takes waves through a job, several at a time: executors work on one wave while the activations of
 * another are computed.
 */
final class WavePipeline {

  /** What is done with one wave, from its first round to its predictions. */
  interface Work {
    void run(Wave wave) throws IOException, InterruptedException;
  }

  private WavePipeline() {}

  /**
   * Runs all waves, in their order. The first failure stops the others and is thrown when they have
   * ended: whoever hears of it can be sure that nothing goes on behind its back.
   */
  static void run(List<Wave> waves, int inFlight, Work work)
      throws IOException, InterruptedException {
    try (WorkerPool threads = new WorkerPool("nightjar-wave", inFlight);
        WorkerPool.Work<Wave> all = threads.begin()) {
      for (Wave wave : waves) {
        all.add(
            () -> {
              work.run(wave);
              return wave;
            });
      }
      all.await();
    }
  }
}
