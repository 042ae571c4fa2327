package io.nightjar.job.faults;

/**
 * A fault of a disk.
 *
 * @param operation what one does with a file
 * @param path a regular expression of what is struck
 * @param effect what becomes of it
 * @param after how many operations it lets pass
 * @param times how many it strikes
 */
record Fault(Operation operation, String path, Effect effect, int after, int times) {

  /** What one does with files. */
  enum Operation {
    OPEN,
    CREATE,
    RENAME,
    DELETE,
    MKDIRS,
    LIST
  }

  /** What becomes of it. */
  enum Effect {
    /** It fails. */
    FAILS,
    /** A file that is created takes some bytes and no more. */
    FILLS_UP,
    /** The process ends there. */
    HALTS,
    /** It goes on only when it is interrupted or let go, which it was when the test ends. */
    HANGS,
    /** It and all that come after it fail, as if the process had ended there. */
    CRASHES
  }

  static Fault once(Operation operation, String path, Effect effect) {
    return new Fault(operation, path, effect, 0, 1);
  }

  static Fault always(Operation operation, String path, Effect effect) {
    return new Fault(operation, path, effect, 0, Integer.MAX_VALUE);
  }
}
