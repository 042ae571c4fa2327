package io.nightjar.cryptonets;

import io.nightjar.crypto.lattice.BlockShape;
import io.nightjar.crypto.lattice.CipherBlock;

/** Computes the memory that evaluating a whole network takes beside its upload. */
final class NetworkMemory {

  private NetworkMemory() {}

  /**
   * Returns whether what a layer puts out is squared at once, so that nobody has to write it down.
   */
  static boolean passes(boolean ofSquares, boolean squared, int dropped) {
    return !ofSquares && squared && dropped == 0;
  }

  /** Returns the most native memory of blocks that one draw of a plan takes at a time. */
  static long mostBytes(CryptonetsSheet sheet) {
    long most = 0;
    long input = 0; // of the level; the upload is not counted
    boolean ofSquares = false;
    for (Level level : sheet.levels()) {
      if (!passes(ofSquares, level.squared(), level.dropped())) {
        long made = bytes(sheet, level, ofSquares ? 3 : 2, level.limbs());
        long reduced = bytes(sheet, level, 2, level.limbs() - level.dropped());
        most = Math.max(most, made + Math.max(input, reduced));
        input = reduced;
      }
      ofSquares = level.squared();
    }
    return most;
  }

  private static long bytes(CryptonetsSheet sheet, Level level, int polys, int limbs) {
    BlockShape shape = new BlockShape(level.output().size(), polys, limbs, sheet.lattice().form());
    return CipherBlock.nativeBytes(sheet.encryption(), shape);
  }
}
