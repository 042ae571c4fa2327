package io.nightjar.owner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class WorkerPoolTest {

  @Test
  void valuesAreHandedOverInTheirOrderWhateverIsDoneFirst() throws Exception {
    CountDownLatch lastIsDone = new CountDownLatch(1);
    List<Integer> seen = new ArrayList<>();
    try (WorkerPool pool = new WorkerPool("test", 2);
        WorkerPool.Work<Integer> work = pool.begin()) {
      work.add(
          () -> {
            lastIsDone.await();
            return 1;
          });
      work.add(() -> 2);
      work.add(
          () -> {
            lastIsDone.countDown();
            return 3;
          });
      work.handOver(seen::add);
    }
    assertEquals(List.of(1, 2, 3), seen);
  }

  @Test
  void aFailedPieceEndsTheHandingOverWithItsException() throws Exception {
    AtomicBoolean late = new AtomicBoolean();
    List<Integer> seen = new ArrayList<>();
    CountDownLatch given = new CountDownLatch(1);
    try (WorkerPool pool = new WorkerPool("test", 1)) {
      try (WorkerPool.Work<Integer> work = pool.begin()) {
        work.add(() -> 1);
        work.add(
            () -> {
              throw new IOException("the disk is full");
            });
        work.add(
            () -> {
              given.await();
              late.set(true);
              return 3;
            });
        IOException failure = assertThrows(IOException.class, () -> work.handOver(seen::add));
        assertEquals("the disk is full", failure.getMessage());
      }
      given.countDown();
    }
    assertEquals(List.of(1), seen);
    assertFalse(late.get(), "a piece went on after the work was given up");
  }
}
