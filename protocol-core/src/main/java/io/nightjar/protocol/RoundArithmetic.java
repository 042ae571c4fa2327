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
   * Evaluates a task whose upload has been checked.
   *
   * @param times what adds up how long that takes
   */
  Results evaluate(RoundTask task, PhaseTimes times);

  /** Releases what it holds; tasks have ended by then. */
  @Override
  void close();
}
