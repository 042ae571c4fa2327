package io.nightjar.bayhenn;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.lattice.BlockEvaluator;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.plan.Plan;
import io.nightjar.protocol.Phase;
import io.nightjar.protocol.PhaseTimes;
import io.nightjar.protocol.RoundTask;
import io.nightjar.rounds.BatchDraws;
import io.nightjar.rounds.RowRange;
import io.nightjar.rounds.TiledResults;
import java.util.List;

/** The results of weights that all records of a batch share. */
final class BatchTiles extends TiledResults<IntegerLayer> {

  private final BatchDraws draws;
  private final BlockEvaluator evaluator;
  private final CipherBlock upload;

  BatchTiles(
      Plan plan, BatchDraws draws, BlockEvaluator evaluator, RoundTask task, PhaseTimes times) {
    super(plan, task, times);
    this.draws = draws;
    this.evaluator = evaluator;
    this.upload = (CipherBlock) task.upload();
  }

  @Override
  protected List<IntegerLayer> draw(RowRange part) {
    return draws.step(task().label().batch(), task().round().index(), task().draw(), part).layers();
  }

  @Override
  protected IntegerLayer shape(IntegerLayer layer) {
    return layer;
  }

  @Override
  protected CipherBlock evaluate(BlockLabel label, IntegerLayer layer, IntegerLayer.Tile tile) {
    return times().timed(Phase.LINEAR, () -> evaluator.apply(layer, tile, upload));
  }

  @Override
  protected void release() {}
}
