package io.nightjar.bayhenn;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.lattice.BlockEvaluator;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.LoadedLayer;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.plan.Plan;
import io.nightjar.plan.RowRange;
import io.nightjar.protocol.Phase;
import io.nightjar.protocol.PhaseTimes;
import io.nightjar.protocol.RoundTask;
import io.nightjar.rounds.BatchDraws;
import io.nightjar.rounds.BatchStep;
import io.nightjar.rounds.TiledLayer;
import io.nightjar.rounds.TiledResults;
import java.util.List;

/** The results of weights that all records of a batch share. */
final class BatchTiles extends TiledResults<BatchTiles.Loaded> {

  private final BatchDraws draws;
  private final BlockEvaluator evaluator;
  private final CipherBlock upload;

  BatchTiles(
      Plan plan, BatchDraws draws, BlockEvaluator evaluator, RoundTask task, PhaseTimes times) {
    super(plan, task, times);
    this.draws = draws;
    this.evaluator = evaluator;
    this.upload = (CipherBlock) task.upload().block();
  }

  /** A drawn layer that was brought to where it is multiplied. */
  record Loaded(LoadedLayer layer) implements TiledLayer {
    @Override
    public IntegerLayer.Tile whole() {
      return layer.whole();
    }

    @Override
    public void close() {
      layer.close();
    }
  }

  @Override
  protected List<Loaded> draw(RowRange part) {
    BatchStep step = draws.step(task().place(), part);
    return step.layers().stream().map(layer -> new Loaded(evaluator.load(layer))).toList();
  }

  @Override
  protected CipherBlock evaluate(BlockLabel label, Loaded loaded, IntegerLayer.Tile tile) {
    return times().timed(Phase.LINEAR, () -> evaluator.apply(loaded.layer(), tile, upload));
  }
}
