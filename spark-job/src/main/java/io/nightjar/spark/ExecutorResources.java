package io.nightjar.spark;

import io.nightjar.protocol.SharedResources;

/**
 * What this process opens once for all its tasks, such as native contexts. It lives as long as the
 * process, or until the executor shuts down.
 */
public final class ExecutorResources {

  private static final SharedResources SHARED = new SharedResources();

  private ExecutorResources() {}

  /** Returns the resources; nobody but {@link #closeAll} closes them. */
  public static SharedResources shared() {
    return SHARED;
  }

  /** Returns how many are open. */
  static int open() {
    return SHARED.size();
  }

  /** Closes all of them when the executor shuts down. Running calls finish first. */
  static void closeAll() {
    SHARED.close();
  }
}
