package io.nightjar.crypto.lattice;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;

/**
 * The slots of a result's ciphertexts whose values are for its reader; {@link BlockEvaluator#hide}
 * covers all others.
 */
public final class KeptSlots {

  private final int ciphertexts;
  private final int slots;
  private final int all;
  private final BitSet kept = new BitSet();

  /**
   * Creates them with none kept yet.
   *
   * @param slots how many slots a ciphertext has
   */
  public KeptSlots(int ciphertexts, int slots) {
    this.ciphertexts = ciphertexts;
    this.slots = slots;
    this.all = Math.multiplyExact(ciphertexts, slots);
  }

  /** Returns those of columns: the slots of the records, the same in every ciphertext. */
  static KeptSlots ofColumns(int ciphertexts, int slots, int records) {
    KeptSlots kept = new KeptSlots(ciphertexts, slots);
    for (int ciphertext = 0; ciphertext < ciphertexts; ciphertext++) {
      kept.keep(ciphertext, 0, records);
    }
    return kept;
  }

  /** Keeps slots of one ciphertext that follow each other. */
  public void keep(int ciphertext, int first, int count) {
    Objects.checkIndex(ciphertext, ciphertexts);
    Objects.checkFromIndexSize(first, count, slots);
    int from = ciphertext * slots + first;
    kept.set(from, from + count);
  }

  /** Refuses a block of other ciphertexts. */
  void requireFor(CipherBlock block) {
    int degree = block.parameters().ringDegree();
    if (block.ciphertexts() != ciphertexts || degree != slots) {
      throw new IllegalArgumentException(
          "Slots were kept of %d ciphertexts of %d slots; the block has %d of %d"
              .formatted(ciphertexts, slots, block.ciphertexts(), degree));
    }
  }

  /** Returns a bit for each slot of each ciphertext, the lowest of the first word first. */
  long[] words() {
    return Arrays.copyOf(kept.toLongArray(), (all - 1) / Long.SIZE + 1);
  }
}
