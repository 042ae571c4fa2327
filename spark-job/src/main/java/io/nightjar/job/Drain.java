package io.nightjar.job;

import org.apache.hadoop.service.launcher.IrqHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wish of whoever started a server that it end: rounds in work are brought to their end, and no
 * other is begun. Jobs stay open, for the next server to go on with.
 */
public final class Drain {

  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

  private static final int TERMINATED = 143;

  private volatile boolean begun;

  /** Returns one that SIGTERM and SIGINT begin; the second of them ends the process at once. */
  public static Drain onSignals() {
    Drain drain = new Drain();
    for (String signal : new String[] {IrqHandler.SIGTERM, IrqHandler.CONTROL_C}) {
      new IrqHandler(
              signal,
              unused -> {
                if (drain.begun) {
                  Runtime.getRuntime().halt(TERMINATED);
                }
                LOG.info("Rounds in work are finished before this ends; again ends it at once");
                drain.begin();
              })
          .bind();
    }
    return drain;
  }

  /** Begins it. */
  public void begin() {
    begun = true;
  }

  /** Returns whether it has begun. */
  boolean isBegun() {
    return begun;
  }
}
