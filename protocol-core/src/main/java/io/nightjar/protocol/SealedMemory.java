package io.nightjar.protocol;

import io.nightjar.crypto.BlockShape;
import io.nightjar.crypto.CipherBlock;
import io.nightjar.plan.Plan;
import io.nightjar.plan.SealedLevel;

/** The memory that evaluating a whole network takes beside its upload. */
public final class SealedMemory {

  private SealedMemory() {}

  /** Whether what a layer puts out is squared at once, so that nobody has to write it down. */
  static boolean passes(boolean ofSquares, boolean squared, int dropped) {
    return !ofSquares && squared && dropped == 0;
  }

  /** Returns the most native memory of blocks that one draw of a sealed plan takes at a time. */
  public static long mostBytes(Plan plan) {
    long most = 0;
    long input = 0; // of the level; the upload is not counted
    boolean ofSquares = false;
    for (SealedLevel level : plan.levels()) {
      if (!passes(ofSquares, level.squared(), level.dropped())) {
        long made = bytes(plan, level, ofSquares ? 3 : 2, level.limbs());
        long reduced = bytes(plan, level, 2, level.limbs() - level.dropped());
        most = Math.max(most, made + Math.max(input, reduced));
        input = reduced;
      }
      ofSquares = level.squared();
    }
    return most;
  }

  private static long bytes(Plan plan, SealedLevel level, int polys, int limbs) {
    BlockShape shape = new BlockShape(level.output().size(), polys, limbs, plan.form());
    return CipherBlock.nativeBytes(plan.parameters(), shape);
  }
}
