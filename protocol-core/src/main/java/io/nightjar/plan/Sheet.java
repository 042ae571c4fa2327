package io.nightjar.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.crypto.EncryptionParameters;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The part of a plan that only its protocol understands: what records are encrypted with, what
 * becomes of results, and what follows for sizes, costs and security.
 *
 * <p>A sheet is a value. Methods take the whole plan where they need more than the sheet has.
 */
public interface Sheet {

  /** Returns what records are encrypted with. */
  EncryptionParameters encryption();

  /** Returns how the numbers of a batch lie in ciphertexts. */
  Layout layout();

  /**
   * Returns what the magnitude of every integer stays below; nothing where real numbers are
   * encrypted.
   */
  OptionalLong plainLimit();

  /** Returns the bytes of one ciphertext of an upload, divided by the records of a full batch. */
  double uploadBytesPerRecord();

  /** Returns the bytes of one ciphertext of a result, divided by the records of a full batch. */
  double resultBytesPerRecord();

  /** Returns the bytes that the data owner's public keys take, once for a job. */
  long keyBytes();

  /** Returns the memory that so many ciphertexts of a full batch take, as they are uploaded. */
  long blockBytes(int ciphertexts);

  /** Returns how many products of a ciphertext and a weight a round takes for one draw. */
  default long products(Round round) {
    return round.products();
  }

  /**
   * Returns how many records a job of so many counts as in a ledger: more than it has, where a data
   * owner could have used places that it ordered no records for, because they are evaluated like
   * all others and nothing covers what comes of them.
   */
  long answered(long records);

  /**
   * Returns d where the noise of one answer's results is within a statistical distance of 2^-d of
   * noise that weights have no part in; nothing where results are not hidden as well as that. The
   * distances of answers add up.
   */
  default OptionalDouble answerDistanceBits(Plan plan) {
    return OptionalDouble.empty();
  }

  /** Returns a number of records rounded up to whole groups of places. */
  static long inWholeGroups(long records, int places) {
    return (records + places - 1) / places * places;
  }

  /** Returns about what a round costs the executors. */
  RoundCost cost(Plan plan, Round round);

  /**
   * Returns the memory outside the Java heap that one task of a job needs at a time.
   *
   * @param mostResultBytes what one block of results may take
   */
  long taskBytes(Plan plan, long mostResultBytes);

  /**
   * Refuses a plan from another party whose sheet contradicts itself or the rest of the plan, or
   * protects less than is asked for.
   *
   * @throws InvalidPlanException saying what does not fit
   */
  void check(Plan plan, Security least);

  /** Writes what records are encrypted with, and how. */
  void writeEncryption(ObjectNode json);

  /** Writes what else the sheet has, behind the rounds. */
  default void writeRest(ObjectNode json, Plan plan) {}

  /** Returns what people should know of the sheet. */
  Explanation explain(Plan plan);
}
