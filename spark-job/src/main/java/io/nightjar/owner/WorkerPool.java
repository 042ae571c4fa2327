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
import java.util.concurrent.TimeUnit;

/**
 * Threads for many pieces of work that stop at the first that fails. When it is closed, none of
 * them runs any more.
 */
public final class WorkerPool implements AutoCloseable {

  private final ExecutorService threads;

  /**
   * Starts a pool.
   *
   * @param name the name of its threads
   * @param count how many it has
   */
  public WorkerPool(String name, int count) {
    threads =
        Executors.newFixedThreadPool(
            count,
            work -> {
              Thread thread = new Thread(work, name);
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Returns a new body of work, to which pieces can be given while others are being done. */
  public <T> Work<T> begin() {
    return new Work<>();
  }

  /** Pieces that belong together: if one fails, those that have not begun are dropped. */
  public final class Work<T> implements AutoCloseable {
    private final ExecutorCompletionService<T> completion =
        new ExecutorCompletionService<>(threads);
    private final List<Future<T>> futures = new ArrayList<>();

    private Work() {}

    /** Adds a piece. */
    public void add(Callable<T> piece) {
      futures.add(completion.submit(piece));
    }

    /** Returns the values of all pieces, in no order, or throws what the first failure was. */
    public List<T> await() throws IOException, InterruptedException {
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

    /** Takes a value as soon as it is its turn. */
    public interface Taker<T> {
      void take(T value) throws IOException;
    }

    /** Hands over the values of all pieces in their order, while others are being done. */
    public void handOver(Taker<T> taker) throws IOException, InterruptedException {
      try {
        for (Future<T> future : futures) {
          taker.take(future.get());
        }
      } catch (ExecutionException e) {
        throw rethrown(e.getCause());
      }
    }

    /** Drops what has not been done, and interrupts what is being done. */
    @Override
    public void close() {
      futures.forEach(future -> future.cancel(true));
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
    throw new IllegalStateException("A piece of work failed", cause);
  }

  /** Interrupts its threads and waits for their end, even when this thread is interrupted. */
  @Override
  public void close() {
    threads.shutdownNow();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = threads.awaitTermination(1, TimeUnit.DAYS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
