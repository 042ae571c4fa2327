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

  /** Returns a new body of work, to which pieces can be given while others are being done. */
  <T> Work<T> begin() {
    return new Work<>();
  }

  /** Pieces that belong together: if one fails, those that have not begun are dropped. */
  final class Work<T> implements AutoCloseable {
    private final ExecutorCompletionService<T> completion =
        new ExecutorCompletionService<>(threads);
    private final List<Future<T>> futures = new ArrayList<>();

    private Work() {}

    void add(Callable<T> piece) {
      futures.add(completion.submit(piece));
    }

    /** Returns the values of all pieces, in no order. */
    List<T> await() throws IOException, InterruptedException {
      List<T> values = new ArrayList<>();
      try {
        while (values.size() < futures.size()) {
          values.add(completion.take().get());
        }
        return values;
      } catch (ExecutionException e) {
        throw rethrown(e.getCause());
      }
    }

    /** Drops what has not been done. */
    @Override
    public void close() {
      futures.forEach(future -> future.cancel(true));
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
