package io.nightjar.protocol;

import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.plan.Round;

/**
 * The model owner's arithmetic on the ciphertexts of one job.
 *
 * <p>The same task gives the same bytes in every process that has the job's secret. An arithmetic
 * holds no secret key, and is safe to use from many threads.
 */
public interface RoundArithmetic extends AutoCloseable {

  /**
   * Refuses an upload whose block is not as the plan has it.
   *
   * @throws ProtocolException saying what is wrong
   */
  void check(Round round, EncryptedBlock upload);

  /**
   * Opens an upload whose block has been checked, for all that is evaluated of it.
   *
   * @param times what adds up how long everything takes
   */
  PreparedUpload open(RoundUpload upload, PhaseTimes times);

  /** Releases what it holds; tasks have ended by then. */
  @Override
  void close();
}
