package io.nightjar.protocol;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.RealColumns;

/**
 * A reader that takes the result of one round for one draw of one batch, block after block, and
 * decrypts it.
 */
public interface ResultReader {

  /**
   * The findings about a block that was decrypted.
   *
   * @param marginBits how often, in bits, its noise could double before a value would be wrong
   * @param largest the largest magnitude of its values, which the plan's bound limits
   */
  record Decrypted(double marginBits, long largest) {}

  /**
   * Decrypts a block that was checked.
   *
   * @throws PoisonedResultException if its values cannot be relied on, or are not what was asked
   *     for; {@link #outputs} are of whatever was decrypted then
   */
  Decrypted take(BlockLabel label, EncryptedBlock block);

  /** Returns what all blocks together stand for, feature by feature. */
  RealColumns outputs();
}
