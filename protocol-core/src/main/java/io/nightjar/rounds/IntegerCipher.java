package io.nightjar.rounds;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.EncryptionName;
import io.nightjar.crypto.IntegerSlots;

/** A cipher with which a data owner encrypts integers and decrypts sums of them. */
public interface IntegerCipher {

  /** Encrypts integers as a layout arranged them, under a name that no others have. */
  EncryptedBlock encrypt(IntegerSlots slots, EncryptionName name);

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
   * @param into where the integers go, beside those of other blocks
   * @param firstCiphertext the number that the block's first ciphertext has there
   * @return how often, in bits, the noise could double before a value would be wrong, or the values
   *     before they would leave their fields
   */
  double decrypt(EncryptedBlock block, IntegerSlots into, int firstCiphertext);

  /** Returns how blocks are written and read. */
  BlockFormat format(long mostBlockBytes);
}
