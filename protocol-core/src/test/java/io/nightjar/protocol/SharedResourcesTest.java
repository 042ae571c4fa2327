package io.nightjar.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tests that a process opens a resource once for each key, and closes all of them. */
class SharedResourcesTest {

  private static final int THREADS = 8;
  private static final int KEYS = 5;

  /** Something that can be opened and closed. */
  private static class Resource implements AutoCloseable {
    private boolean closed;

    @Override
    public void close() {
      closed = true;
    }
  }

  /** Something that cannot be closed. */
  private static final class Stuck extends Resource {
    @Override
    public void close() {
      super.close();
      throw new IllegalArgumentException("It is stuck");
    }
  }

  @Test
  void concurrentCallsOpenOneResourceForEachKey() throws Exception {
    SharedResources resources = new SharedResources();
    AtomicInteger opened = new AtomicInteger();
    CountDownLatch ready = new CountDownLatch(THREADS);
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<List<Resource>>> calls = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        int first = thread;
        calls.add(
            () -> {
              ready.countDown();
              assertTrue(ready.await(10, TimeUnit.SECONDS));
              List<Resource> found = new ArrayList<>();
              for (int key = 0; key < KEYS; key++) {
                found.add(null);
              }
              for (int i = 0; i < KEYS; i++) { // in another order on every thread
                int key = (first + i) % KEYS;
                found.set(key, resources.get("key " + key, Resource.class, () -> open(opened)));
              }
              return found;
            });
      }
      List<Future<List<Resource>>> all = pool.invokeAll(calls);
      List<Resource> expected = all.get(0).get();
      for (Future<List<Resource>> found : all) {
        for (int key = 0; key < KEYS; key++) {
          assertSame(expected.get(key), found.get().get(key));
        }
      }
      assertEquals(KEYS, opened.get());
      assertEquals(KEYS, resources.size());
      assertNotSame(expected.get(0), expected.get(1));
    } finally {
      pool.shutdownNow();
    }
    resources.close();
  }

  /** Opens slowly, so that other threads ask in the meantime. */
  private static Resource open(AtomicInteger opened) {
    opened.incrementAndGet();
    try {
      Thread.sleep(5);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return new Resource();
  }

  @Test
  void equalKeysAreOneKey() {
    SharedResources resources = new SharedResources();
    Resource first = resources.get(List.of(1, 2), Resource.class, Resource::new);

    assertSame(first, resources.get(List.of(1, 2), Resource.class, Stuck::new));
    assertNotSame(first, resources.get(List.of(2, 1), Resource.class, Resource::new));
    assertThrows(
        ClassCastException.class, () -> resources.get(List.of(1, 2), Stuck.class, Stuck::new));
  }

  @Test
  void whatCannotBeOpenedIsTriedAgain() {
    SharedResources resources = new SharedResources();

    assertThrows(
        IllegalStateException.class,
        () ->
            resources.get(
                1,
                Resource.class,
                () -> {
                  throw new IllegalStateException("Not now");
                }));
    assertEquals(0, resources.size());
    assertEquals(Resource.class, resources.get(1, Resource.class, Resource::new).getClass());
  }

  @Test
  void allAreClosedEvenIfSomeFailAndEveryFailureIsTold() {
    SharedResources resources = new SharedResources();
    List<Resource> open = new ArrayList<>();
    for (int key = 0; key < 9; key++) {
      boolean stuck = key == 4 || key == 5;
      open.add(resources.get(key, Resource.class, () -> stuck ? new Stuck() : new Resource()));
    }

    IllegalStateException failure = assertThrows(IllegalStateException.class, resources::close);

    assertEquals("A resource cannot be closed", failure.getMessage());
    assertEquals("It is stuck", failure.getCause().getMessage());
    assertEquals(1, failure.getSuppressed().length, "two of them failed");
    assertTrue(open.stream().allMatch(resource -> resource.closed));
    assertEquals(0, resources.size());
    resources.close(); // and there is nothing left to fail
  }

  @Test
  void keepsThoseUsedLastAndLeavesOthersToWhoeverUsesThem() {
    SharedResources resources = new SharedResources();
    Resource first = resources.get("first", Resource.class, Resource::new);
    Resource second = resources.get("second", Resource.class, Resource::new);
    for (int i = 0; i < SharedResources.MOST - 1; i++) {
      assertSame(first, resources.get("first", Resource.class, Resource::new));
      resources.get(i, Resource.class, Resource::new);
    }

    assertEquals(SharedResources.MOST, resources.size());
    assertNotSame(second, resources.get("second", Resource.class, Resource::new));
    assertTrue(!second.closed, "somebody may be using it");
  }
}
