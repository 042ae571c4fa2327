package io.nightjar.rounds;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.IntegerColumns;

/** A cipher with which a data owner encrypts integers and decrypts sums of them. */
public interface IntegerCipher {

  /**
   * Encrypts integers as a layout arranged them.
   *
   * @param slots for each ciphertext a column, the integers of its slots
   * @param records how many records the batch has, which the block says
   */
  EncryptedBlock encrypt(IntegerColumns slots, int records);

  /**
   * Refuses a result by its header; the batch compares where it belongs.
   *
   * @throws io.nightjar.protocol.ProtocolException if it is not as the plan has it
   */
  void check(BlockFormat.Header header);

  /**
   * Refuses a result that is not as the plan has it.
   *
   * @throws io.nightjar.protocol.ProtocolException if it is not
   */
  void check(EncryptedBlock block);

  /**
   * Decrypts a block that was checked.
   *
   * @param values where the integers of all slots go, beside those of other blocks
   * @param first where the first of them goes
   * @return how often, in bits, the noise could double before a value would be wrong, or the values
   *     before they would leave their fields
   */
  double decrypt(EncryptedBlock block, long[] values, int first);

  /** Returns how blocks are written and read. */
  BlockFormat format(long mostBlockBytes);
}
