package io.nightjar.bayhenn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.crypto.lattice.BlockEvaluator;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.keys.LatticeKeys;
import io.nightjar.lattice.Hiding;
import io.nightjar.lattice.LatticeCosts;
import io.nightjar.lattice.LatticeEncryption;
import io.nightjar.lattice.LatticeFormat;
import io.nightjar.plan.ColumnLayout;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.plan.RoundCost;
import io.nightjar.protocol.ModelOwnerJob;
import io.nightjar.protocol.RoundArithmetic;
import io.nightjar.rounds.BatchDraws;

/**
 * Columns as bayhenn computes with them, with weights that are drawn for batches or for records.
 *
 * @param records the most records that a batch holds
 */
record BayhennColumns(int records) implements ColumnLayout, BayhennLayout {

  /** The time, in units of {@link LatticeCosts}, of multiplying a column with its integers. */
  private static final double PERTURB = 15_000;

  /**
   * The kernel's digits of a mean and a deviation together; a weight that is drawn for a batch has
   * one.
   */
  private static final int DIGITS = 3;

  private static boolean isForRecords(Plan plan) {
    return plan.privacy() != ModelPrivacy.NONE;
  }

  /** Writes nothing: a plan that mentions no layout is one of columns. */
  @Override
  public void write(ObjectNode plan) {}

  @Override
  public String explain() {
    return "";
  }

  /** Refuses nothing: there are columns in every ring. */
  @Override
  public void check(Plan plan, LatticeEncryption lattice) {}

  @Override
  public int placesForRecords() {
    return records;
  }

  @Override
  public int rowsInNoise() {
    return 1;
  }

  @Override
  public RoundCost cost(Plan plan, LatticeEncryption lattice, Round round) {
    double size = lattice.size();
    int uploaded = uploaded(round);
    double digits = isForRecords(plan) ? DIGITS : 1;
    double row =
        size
                * round.positions()
                * (LatticeCosts.PRODUCT * digits * round.terms() + LatticeCosts.CIPHERTEXT)
            + LatticeCosts.WEIGHT * round.terms();
    return new RoundCost(
        size * LatticeCosts.CIPHERTEXT * uploaded,
        isForRecords(plan) ? size * PERTURB * uploaded : 0,
        round.rows() * row,
        LatticeCosts.ROWS_AT_ONCE * round.positions());
  }

  @Override
  public long taskBytes(Plan plan, LatticeEncryption lattice, long mostResultBytes) {
    long one = lattice.blockBytes(1);
    long most = 0;
    for (Round round : plan.rounds()) {
      long upload = plan.uploadBytes(round);
      long whole = lattice.blockBytes(returned(round));
      long result = Math.max(one, Math.min(whole, mostResultBytes));
      // Weights drawn for records are multiplied into the columns themselves; then there are the
      // results of means and of deviations, and their sum; where that loses primes, two copies.
      int results = lattice.floodLimbs() < lattice.parameters().dataLimbs() ? 5 : 3;
      most =
          Math.max(
              most, isForRecords(plan) ? 2 * upload + one + results * result : upload + result);
    }
    return most;
  }

  @Override
  public RoundArithmetic arithmetic(ModelOwnerJob job, LatticeEncryption lattice) {
    Plan plan = job.plan();
    HeContext context = LatticeFormat.of(lattice.parameters()).context(job.resources());
    BlockEvaluator evaluator = new BlockEvaluator(context);
    if (!isForRecords(plan)) {
      BatchDraws draws = new BatchDraws(job.model(), plan, job.secret());
      return new BayhennArithmetic(
          plan,
          lattice,
          (upload, times) -> task -> new BatchTiles(plan, draws, evaluator, task, times),
          () -> {});
    }
    RecordDraws draws = new RecordDraws(job.model(), plan, job.secret());
    LatticeKeys.Opened keys = LatticeKeys.open(job.owner(), context);
    Hiding hiding = new Hiding(lattice, plan.layout(), job.secret(), keys.publicKey());
    return new BayhennArithmetic(
        plan,
        lattice,
        (upload, times) -> new RecordUpload(plan, draws, evaluator, hiding, upload, times),
        keys::close);
  }
}
