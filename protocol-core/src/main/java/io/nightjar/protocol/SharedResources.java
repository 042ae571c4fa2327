package io.nightjar.protocol;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The resources that one process opens once and all its jobs and tasks share, such as native
 * contexts: one for each key.
 *
 * <p>They are safe to use from many threads. Nobody but the owner of this closes what is in it.
 * Those used last are kept; others are left to whoever still uses them, and their memory to the
 * collector, so jobs of ever new keys do not fill the process.
 */
public final class SharedResources implements AutoCloseable {

  /** The resources that are kept: more than a process has jobs at the same time. */
  static final int MOST = 64;

  private final Map<Object, AutoCloseable> open =
      new LinkedHashMap<>(MOST, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, AutoCloseable> eldest) {
          return size() > MOST;
        }
      };

  /**
   * Returns a resource, opened at the first call.
   *
   * @param key a value that equals no key of another resource
   */
  public synchronized <T extends AutoCloseable> T get(
      Object key, Class<T> type, Supplier<T> opener) {
    AutoCloseable known = open.get(key);
    if (known == null) {
      known = opener.get();
      open.put(key, known);
    }
    return type.cast(known);
  }

  /** Returns how many are open. */
  public synchronized int size() {
    return open.size();
  }

  /** Closes all of them; calls that use them finish first. */
  @Override
  public synchronized void close() {
    RuntimeException failure = null;
    for (AutoCloseable resource : open.values()) {
      try {
        resource.close();
      } catch (Exception e) {
        if (failure == null) {
          failure = new IllegalStateException("A resource cannot be closed", e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    open.clear();
    if (failure != null) {
      throw failure;
    }
  }
}
