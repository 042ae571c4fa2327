package io.nightjar.spark;

import io.nightjar.crypto.BlockShape;
import io.nightjar.crypto.CipherBlock;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.plan.SealedLevel;

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
    boolean drawsForRecords = plan.privacy() != ModelPrivacy.NONE;
    long most = 0;
    for (Round round : plan.rounds()) {
      long upload = blockBytes(plan, round.inputColumns());
      long result =
          Math.max(
              blockBytes(plan, 1),
              Math.min(blockBytes(plan, round.outputColumns()), mostResultBytes));
      // Drawn weights are multiplied into the columns themselves; means, deviations and their sum.
      long task = drawsForRecords ? 2 * upload + blockBytes(plan, 1) + 3 * result : upload + result;
      most = Math.max(most, task);
    }
    return new ExecutorNeeds(Math.max(most, sealedBytes(plan)));
  }

  /** Of a whole network: the upload, what a level makes, and its square. */
  private static long sealedBytes(Plan plan) {
    long most = 0;
    for (SealedLevel level : plan.levels()) {
      BlockShape outputs = new BlockShape(level.output().size(), 2, level.limbs(), plan.form());
      BlockShape squares = new BlockShape(level.output().size(), 3, level.limbs(), plan.form());
      most =
          Math.max(
              most,
              CipherBlock.nativeBytes(plan.parameters(), outputs)
                  + CipherBlock.nativeBytes(plan.parameters(), squares));
    }
    return plan.isSealed() ? blockBytes(plan, plan.levels().get(0).input().size()) + most : 0;
  }

  private static long blockBytes(Plan plan, int columns) {
    return CipherBlock.nativeBytes(plan.parameters(), plan.upload(columns));
  }

  /** Returns what to ask for as {@code spark.executor.memoryOverhead}. */
  public long overheadBytes(int cores) {
    return JVM_BYTES + cores * bytesPerTask;
  }
}
