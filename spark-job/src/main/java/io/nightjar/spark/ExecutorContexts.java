package io.nightjar.spark;

import io.nightjar.crypto.HeContext;
import io.nightjar.crypto.HeParameters;
import java.util.HashMap;
import java.util.Map;

/** One native context for each set of parameters in this process, shared by all its tasks. */
public final class ExecutorContexts {

  private static final Map<HeParameters, HeContext> OPEN = new HashMap<>();

  private ExecutorContexts() {}

  /** Returns the context for some parameters, opened at the first call; nobody closes it. */
  public static synchronized HeContext get(HeParameters parameters) {
    return OPEN.computeIfAbsent(parameters, HeContext::open);
  }

  /** Returns how many are open. */
  static synchronized int open() {
    return OPEN.size();
  }

  /** Closes all of them: the executor shuts down. Running calls finish first. */
  static synchronized void closeAll() {
    OPEN.values().forEach(HeContext::close);
    OPEN.clear();
  }
}
