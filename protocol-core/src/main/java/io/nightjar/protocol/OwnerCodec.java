package io.nightjar.protocol;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.EncryptionName;
import io.nightjar.plan.Round;
import java.util.function.Function;

/**
 * A codec with which a data owner encrypts the uploads of a plan and decrypts what comes back. It
 * is safe to use from many threads; what it returns is not.
 */
public interface OwnerCodec {

  /**
   * An upload that is ready to be encrypted.
   *
   * @param outside how many of its values lay outside the range that the plan takes
   * @param encryption what encrypts the upload, under a name that no other one has
   */
  record Upload(long outside, Function<EncryptionName, EncryptedBlock> encryption) {}

  /** Returns the next upload of a draw at some state. */
  Upload upload(Round round, OwnerState state);

  /**
   * Refuses a result by its header; the batch compares where it belongs.
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

  /** Returns what takes the result of a round, for one draw of a batch of so many records. */
  ResultReader results(Round round, int records);

  /**
   * Returns how blocks are written and read.
   *
   * @param mostBlockBytes the most memory that reading one block may take
   */
  BlockFormat format(long mostBlockBytes);
}
