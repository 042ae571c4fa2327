package io.nightjar.job;

import io.nightjar.exchange.Wave;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

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

  /** Runs all waves, in their order; the first failure stops the others and is thrown. */
  static void run(List<Wave> waves, int inFlight, Work work)
      throws IOException, InterruptedException {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            inFlight,
            task -> {
              Thread thread = new Thread(task, "nightjar-wave");
              thread.setDaemon(true);
              return thread;
            });
    ExecutorCompletionService<Wave> completion = new ExecutorCompletionService<>(threads);
    try {
      List<Future<Wave>> futures = new ArrayList<>();
      for (Wave wave : waves) {
        futures.add(
            completion.submit(
                () -> {
                  work.run(wave);
                  return wave;
                }));
      }
      for (int i = 0; i < futures.size(); i++) {
        completion.take().get();
      }
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private static IOException rethrown(Throwable cause) throws InterruptedException {
    if (cause instanceof IOException io) {
      return io;
    }
    if (cause instanceof InterruptedException interrupted) {
      throw interrupted;
    }
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    throw new IllegalStateException("A wave failed", cause);
  }
}
