package io.nightjar.staging;

import io.nightjar.records.RecordBatch;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Seals batches and writes them to a file, in their order, while the next ones are being read. */
final class BackgroundSealing implements AutoCloseable {

  /** Batches that wait, besides the one that is being sealed. */
  private static final int MOST_WAITING = 2;

  private final StagedFile file;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread sealing = new Thread(work, "nightjar-staging");
            sealing.setDaemon(true);
            return sealing;
          });
  private final Deque<Future<?>> waiting = new ArrayDeque<>();

  BackgroundSealing(StagedFile file) {
    this.file = file;
  }

  /** Takes a batch; waits while too many do. */
  void take(RecordBatch batch) throws IOException {
    while (waiting.size() > MOST_WAITING) {
      await(waiting.remove());
    }
    waiting.add(
        thread.submit(
            () -> {
              file.add(batch);
              return true;
            }));
  }

  /** Waits until all are written. */
  void finish() throws IOException {
    while (!waiting.isEmpty()) {
      await(waiting.remove());
    }
  }

  private static void await(Future<?> batch) throws IOException {
    try {
      batch.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException("A batch cannot be sealed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while records were staged");
    }
  }

  /** Stops when the batch is written that is being sealed. */
  @Override
  public void close() {
    thread.shutdownNow();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = thread.awaitTermination(1, TimeUnit.DAYS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
