package io.nightjar.spark;

import io.nightjar.crypto.BlockShape;
import io.nightjar.crypto.CipherBlock;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;

/**
 * The memory outside the Java heap that executors need for a plan: every task has one upload and
 * one block of results at a time.
 *
 * @param bytesPerTask for the blocks of one task
 */
public record ExecutorNeeds(long bytesPerTask) {

  /** What the JVM itself takes outside its heap, as Spark reckons at least. */
  public static final long JVM_BYTES = 384L << 20;

  /**
   * Returns the needs of a plan.
   *
   * @param mostResultBytes the native memory that one block of results may take
   */
  public static ExecutorNeeds of(Plan plan, long mostResultBytes) {
    long most = 0;
    for (Round round : plan.rounds()) {
      long upload = blockBytes(plan, round.inputColumns());
      long result = blockBytes(plan, round.outputColumns());
      long column = blockBytes(plan, 1);
      most = Math.max(most, upload + Math.max(column, Math.min(result, mostResultBytes)));
    }
    return new ExecutorNeeds(most);
  }

  private static long blockBytes(Plan plan, int columns) {
    return CipherBlock.nativeBytes(
        plan.parameters(), new BlockShape(columns, 2, plan.parameters().dataLimbs(), plan.form()));
  }

  /** Returns what to ask for as {@code spark.executor.memoryOverhead}. */
  public long overheadBytes(int cores) {
    return JVM_BYTES + cores * bytesPerTask;
  }
}
