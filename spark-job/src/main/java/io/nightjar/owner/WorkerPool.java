package io.nightjar.owner;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The threads of the data owner: runs many pieces of work, and stops at the first that fails. */
final class WorkerPool implements AutoCloseable {

  private final ExecutorService threads;

  WorkerPool(int count) {
    threads =
        Executors.newFixedThreadPool(
            count,
            work -> {
              Thread thread = new Thread(work, "nightjar-owner");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Runs all pieces and returns their values, in no order. */
  <T> List<T> run(List<Callable<T>> pieces) throws IOException, InterruptedException {
    ExecutorCompletionService<T> completion = new ExecutorCompletionService<>(threads);
    List<Future<T>> futures = new ArrayList<>();
    pieces.forEach(piece -> futures.add(completion.submit(piece)));
    List<T> values = new ArrayList<>();
    boolean done = false;
    try {
      for (int i = 0; i < pieces.size(); i++) {
        values.add(completion.take().get());
      }
      done = true;
      return values;
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    } finally {
      if (!done) {
        futures.forEach(future -> future.cancel(true));
      }
    }
  }

  private static IOException rethrown(Throwable cause) {
    if (cause instanceof IOException io) {
      return io;
    }
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    throw new IllegalStateException("Work of the data owner failed", cause);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
