package io.nightjar.bayhenn;

import io.nightjar.crypto.lattice.BlockEvaluator;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.lattice.Hiding;
import io.nightjar.plan.Plan;
import io.nightjar.protocol.PhaseTimes;
import io.nightjar.protocol.PreparedUpload;
import io.nightjar.protocol.Results;
import io.nightjar.protocol.RoundTask;
import io.nightjar.protocol.RoundUpload;
import java.util.Optional;

/** An upload whose columns are multiplied with integers that each draw has for every record. */
final class RecordUpload implements PreparedUpload {

  private final Plan plan;
  private final RecordDraws draws;
  private final BlockEvaluator evaluator;
  private final Hiding hiding;
  private final CipherBlock columns;
  private final PhaseTimes times;
  private Optional<Perturbed> last = Optional.empty();

  /** The columns as one draw has them, for all of its rows. */
  private record Perturbed(int draw, CipherBlock columns) {}

  RecordUpload(
      Plan plan,
      RecordDraws draws,
      BlockEvaluator evaluator,
      Hiding hiding,
      RoundUpload upload,
      PhaseTimes times) {
    this.plan = plan;
    this.draws = draws;
    this.evaluator = evaluator;
    this.hiding = hiding;
    this.columns = (CipherBlock) upload.block();
    this.times = times;
  }

  @Override
  public Results evaluate(RoundTask task) {
    return new RecordTiles(plan, draws, evaluator, hiding, this, task, times);
  }

  /** Returns the columns as they were uploaded. */
  CipherBlock columns() {
    return columns;
  }

  /**
   * Returns the columns times the integers of a draw.
   *
   * @param step any rows of the draw
   */
  CipherBlock perturbed(int draw, RecordStep step) {
    if (last.isEmpty() || last.get().draw() != draw) {
      close();
      last =
          Optional.of(
              new Perturbed(
                  draw,
                  evaluator.perturb(
                      columns, step.perturbed(), step.noise(), step.seed(), step.one())));
    }
    return last.get().columns();
  }

  @Override
  public void close() {
    last.ifPresent(perturbed -> perturbed.columns().close());
    last = Optional.empty();
  }
}
