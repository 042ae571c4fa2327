package io.nightjar.spark;

import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.protocol.SealedMemory;

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
    if (plan.isSealed()) {
      int inputs = plan.rounds().get(0).inputColumns();
      return new ExecutorNeeds(blockBytes(plan, inputs) + SealedMemory.mostBytes(plan));
    }
    boolean drawsForRecords = plan.privacy() != ModelPrivacy.NONE;
    long most = 0;
    for (Round round : plan.rounds()) {
      long upload = blockBytes(plan, round.inputColumns());
      long result =
          Math.max(
              blockBytes(plan, 1),
              Math.min(blockBytes(plan, round.outputColumns()), mostResultBytes));
      if (plan.isPaillier()) { // columns as digits, with their inverses, besides the heap's blocks
        most = Math.max(most, 3 * upload);
        continue;
      }
      // Drawn weights are multiplied into the columns themselves; means, deviations and their sum.
      long task = drawsForRecords ? 2 * upload + blockBytes(plan, 1) + 3 * result : upload + result;
      most = Math.max(most, task);
    }
    return new ExecutorNeeds(most);
  }

  private static long blockBytes(Plan plan, int columns) {
    return plan.blockBytes(columns);
  }

  /** Returns what to ask for as {@code spark.executor.memoryOverhead}. */
  public long overheadBytes(int cores) {
    return JVM_BYTES + cores * bytesPerTask;
  }
}
