package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.exchange.Wave;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WavePipelineTest {

  private static final List<Wave> WAVES =
      IntStream.range(0, 5).mapToObj(index -> new Wave(index, index, 1)).toList();

  private final ConcurrentLinkedQueue<Wave> begun = new ConcurrentLinkedQueue<>();
  private final CountDownLatch working = new CountDownLatch(1);
  private final AtomicBoolean interrupted = new AtomicBoolean();
  private final AtomicBoolean ended = new AtomicBoolean();

  /** Works until it is interrupted, and then has something to put in order. */
  private void workOn() {
    try {
      working.countDown();
      Thread.sleep(60_000);
    } catch (InterruptedException e) {
      interrupted.set(true);
      long start = System.nanoTime();
      while (System.nanoTime() - start < 300_000_000L) {
        Thread.onSpinWait();
      }
    } finally {
      ended.set(true);
    }
  }

  @Test
  void allWavesBeginInTheirOrder() throws Exception {
    WavePipeline.run(WAVES, 1, begun::add);

    assertEquals(WAVES, List.copyOf(begun));
  }

  @Test
  void aFailureIsThrownWhenTheOtherWavesHaveEnded() {
    IOException failure = new IOException("the disk is gone");

    IOException thrown =
        assertThrows(
            IOException.class,
            () ->
                WavePipeline.run(
                    WAVES,
                    2,
                    wave -> {
                      if (wave.index() == 0) {
                        workOn();
                      } else {
                        working.await();
                        throw failure;
                      }
                    }));

    assertEquals(failure, thrown);
    assertTrue(interrupted.get(), "the other wave is told to stop");
    assertTrue(ended.get(), "and has stopped");
  }

  @Test
  void whoeverIsInterruptedIsHeldUpOnlyUntilTheWavesHaveEnded() throws Exception {
    AtomicBoolean heard = new AtomicBoolean();
    Thread runner =
        new Thread(
            () -> {
              try {
                WavePipeline.run(WAVES.subList(0, 1), 2, wave -> workOn());
              } catch (InterruptedException e) {
                heard.set(ended.get());
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    runner.start();
    working.await();
    assertFalse(ended.get());

    runner.interrupt();
    runner.join();

    assertTrue(heard.get(), "interrupted, after the wave's end");
  }
}
