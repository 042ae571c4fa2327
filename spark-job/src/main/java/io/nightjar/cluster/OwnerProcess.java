package io.nightjar.cluster;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** What this process has open for the tasks of jobs, each once; it is closed with the executor. */
final class OwnerProcess {

  private static final Map<UUID, OpenJob> OPEN = new HashMap<>();

  private static long opened;

  private OwnerProcess() {}

  /** Returns a job, which is opened at the first call. */
  static OpenJob get(OwnerOpening opening) throws IOException {
    synchronized (OPEN) {
      OpenJob open = OPEN.get(opening.job());
      if (open == null) {
        open = opening.open();
        OPEN.put(opening.job(), open);
        opened++;
      }
      return open;
    }
  }

  /** Returns how many jobs were opened so far. */
  static long opened() {
    synchronized (OPEN) {
      return opened;
    }
  }

  /** Closes everything; tasks have ended. */
  static void closeAll() {
    synchronized (OPEN) {
      OPEN.values().forEach(OpenJob::close);
      OPEN.clear();
    }
  }
}
