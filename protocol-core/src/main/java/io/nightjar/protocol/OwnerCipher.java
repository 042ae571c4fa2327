package io.nightjar.protocol;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RealColumns;

/** How a data owner encrypts the uploads of a plan, and decrypts what comes back. */
sealed interface OwnerCipher permits LatticeCipher, PaillierCipher {

  /** Encrypts integers, which most protocols upload. */
  EncryptedBlock encrypt(IntegerColumns integers);

  /** Encrypts real numbers, for sealed plans. */
  EncryptedBlock encrypt(RealColumns reals);

  /**
   * Refuses a result by its header, but for where it belongs.
   *
   * @throws ProtocolException if it is not as the plan has it
   */
  void check(BlockFormat.Header header);

  /**
   * Refuses a result that is not as the plan has it.
   *
   * @throws ProtocolException if it is not
   */
  void check(EncryptedBlock block);

  /**
   * Decrypts integers of a block that was checked into an array that has those of other columns
   * too.
   *
   * @return how often, in bits, the noise could double before a value would be wrong, or the values
   *     before they would leave their fields
   */
  double decrypt(EncryptedBlock block, long[] values, int first);

  /** Decrypts real numbers of a block that was checked, for sealed plans. */
  RealColumns decryptReal(EncryptedBlock block);

  /** Returns how blocks are written and read. */
  BlockFormat format(long maxBlockBytes);
}
