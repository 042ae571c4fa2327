package io.nightjar.bayhenn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.lattice.LatticeEncryption;
import io.nightjar.plan.Layout;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanNode;
import io.nightjar.plan.Round;
import io.nightjar.plan.RoundCost;
import io.nightjar.protocol.ModelOwnerJob;
import io.nightjar.protocol.RoundArithmetic;

/**
 * A layout that bayhenn computes in, and all that follows from it: what a plan says of it, how much
 * noise products in it have, what they cost, and how they are evaluated.
 */
interface BayhennLayout extends Layout {

  /** Reads the layout of a plan, which is one of these; columns are not mentioned. */
  static BayhennLayout read(PlanNode plan, HeParameters parameters) {
    return new BayhennColumns(parameters.ringDegree());
  }

  /** Writes the fields that {@link #read} reads into the JSON of a plan. */
  void write(ObjectNode plan);

  /** Returns lines for people, or an empty text. */
  String explain();

  /**
   * Refuses a plan from another party that this layout is not for.
   *
   * @throws io.nightjar.plan.InvalidPlanException saying what does not fit
   */
  void check(Plan plan, LatticeEncryption lattice);

  /**
   * Returns of how many rows one slot of a result has the noise, because they share ciphertexts.
   */
  int rowsInNoise();

  /**
   * Returns how many records could have been answered with the ciphertexts of one batch, if whoever
   * made them used places that are for nothing, and these are not covered.
   */
  int placesForRecords();

  /** Returns about what a round costs the executors. */
  RoundCost cost(Plan plan, LatticeEncryption lattice, Round round);

  /** Returns the native memory that one task of a job needs at a time. */
  long taskBytes(Plan plan, LatticeEncryption lattice, long mostResultBytes);

  /** Returns the model owner's arithmetic for a job. */
  RoundArithmetic arithmetic(ModelOwnerJob job, LatticeEncryption lattice);
}
