package io.nightjar.crypto;

import java.util.Objects;
import java.util.UUID;

/**
 * Where a block belongs in a job; the wire form carries it, and whoever reads a block compares it
 * with what was asked for.
 *
 * @param job the job
 * @param batch the batch of records
 * @param round the round, from 0
 * @param draw the draw from the posterior, from 0
 * @param firstCiphertext the place of the block's first ciphertext among the round's
 */
public record BlockLabel(UUID job, long batch, int round, int draw, int firstCiphertext) {

  /** Checks that nothing is negative. */
  public BlockLabel {
    Objects.requireNonNull(job, "job");
    if (batch < 0 || round < 0 || draw < 0 || firstCiphertext < 0) {
      throw new IllegalArgumentException(
          "A label's numbers cannot be negative: batch %d, round %d, draw %d, first column %d"
              .formatted(batch, round, draw, firstCiphertext));
    }
  }

  /** The label of what belongs to no job, as keys do. */
  public static final BlockLabel NONE = new BlockLabel(new UUID(0, 0), 0, 0, 0, 0);
}
