package io.nightjar.spark;

/**
 * The memory outside the Java heap that executors need.
 *
 * @param bytesPerTask what one task needs at a time
 */
public record ExecutorMemory(long bytesPerTask) {

  /** What the JVM itself takes outside its heap, as Spark reckons at least. */
  public static final long JVM_BYTES = 384L << 20;

  /** Returns what to ask for as {@code spark.executor.memoryOverhead}. */
  public long overheadBytes(int cores) {
    return JVM_BYTES + cores * bytesPerTask;
  }
}
