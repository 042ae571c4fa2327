package io.nightjar.bayhenn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.lattice.LatticeEncryption;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Place;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.plan.RoundCost;
import io.nightjar.protocol.ModelOwnerJob;
import io.nightjar.protocol.RoundArithmetic;
import java.util.Optional;

/**
 * A layout of columns whose first record is not in the first slot, so that there are more slots
 * than records. What columns are multiplied with multiplies these as well, as long as it is the
 * same for all records. No plan can be written with it.
 *
 * @param columns the columns that a planner chose
 * @param first the slot of the first record
 */
public record ShiftedColumns(BayhennColumns columns, int first) implements BayhennLayout {

  private static final int FIRST = 5;

  /** Returns a plan with this layout, if it is one of bayhenn for batches. */
  public static Optional<Plan> of(Plan plan) {
    if (plan.sheet() instanceof BayhennSheet sheet && plan.privacy() == ModelPrivacy.NONE) {
      BayhennLayout shifted = new ShiftedColumns((BayhennColumns) sheet.layout(), FIRST);
      return Optional.of(
          new Plan(
              plan.header(),
              plan.rounds(),
              new BayhennSheet(sheet.lattice(), shifted, sheet.distanceBits())));
    }
    return Optional.empty();
  }

  @Override
  public int records() {
    return columns.records() - first;
  }

  @Override
  public int uploaded(Round round) {
    return columns.uploaded(round);
  }

  @Override
  public int returned(Round round) {
    return columns.returned(round);
  }

  @Override
  public int slots(int count) {
    return first + count;
  }

  @Override
  public Place uploadPlace(Round round, int feature) {
    return new Place(feature, first);
  }

  @Override
  public Place resultPlace(Round round, int feature) {
    return new Place(feature, first);
  }

  @Override
  public void write(ObjectNode plan) {
    columns.write(plan);
  }

  @Override
  public String explain() {
    return columns.explain();
  }

  @Override
  public void check(Plan plan, LatticeEncryption lattice) {
    columns.check(plan, lattice);
  }

  @Override
  public int placesForRecords() {
    return columns.placesForRecords();
  }

  @Override
  public int rowsInNoise() {
    return columns.rowsInNoise();
  }

  @Override
  public RoundCost cost(Plan plan, LatticeEncryption lattice, Round round) {
    return columns.cost(plan, lattice, round);
  }

  @Override
  public long taskBytes(Plan plan, LatticeEncryption lattice, long mostResultBytes) {
    return columns.taskBytes(plan, lattice, mostResultBytes);
  }

  @Override
  public RoundArithmetic arithmetic(ModelOwnerJob job, LatticeEncryption lattice) {
    return columns.arithmetic(job, lattice);
  }
}
