package io.nightjar.bayhenn;

import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.protocol.PhaseTimes;
import io.nightjar.protocol.Results;
import io.nightjar.protocol.RoundArithmetic;
import io.nightjar.protocol.RoundTask;

/**
 * The model owner's arithmetic under BFV, with weights that are drawn for batches or for records.
 */
final class BayhennArithmetic implements RoundArithmetic {

  private final Plan plan;
  private final BayhennSheet sheet;
  private final Evaluation evaluation;
  private final Runnable release;

  /** A way to evaluate a task. */
  @FunctionalInterface
  interface Evaluation {
    Results begin(RoundTask task, PhaseTimes times);
  }

  /**
   * Creates the arithmetic.
   *
   * @param evaluation begins a task
   * @param release closes what the evaluation holds
   */
  BayhennArithmetic(Plan plan, BayhennSheet sheet, Evaluation evaluation, Runnable release) {
    this.plan = plan;
    this.sheet = sheet;
    this.evaluation = evaluation;
    this.release = release;
  }

  @Override
  public void check(Round round, EncryptedBlock upload) {
    sheet.lattice().requireBlock(upload, sheet.lattice().upload(plan.layout().uploaded(round)));
  }

  @Override
  public Results evaluate(RoundTask task, PhaseTimes times) {
    return evaluation.begin(task, times);
  }

  @Override
  public void close() {
    release.run();
  }
}
