package io.nightjar.bayhenn;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.lattice.BlockEvaluator;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.LoadedLayer;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.lattice.Hiding;
import io.nightjar.plan.Plan;
import io.nightjar.plan.RowRange;
import io.nightjar.protocol.Phase;
import io.nightjar.protocol.PhaseTimes;
import io.nightjar.protocol.RoundTask;
import io.nightjar.rounds.TiledLayer;
import io.nightjar.rounds.TiledResults;
import java.util.ArrayList;
import java.util.List;

/** The hidden results of weights that are drawn for every record. */
final class RecordTiles extends TiledResults<RecordTiles.Layers> {

  private final RecordDraws draws;
  private final BlockEvaluator evaluator;
  private final Hiding hiding;
  private final RecordUpload upload;

  /**
   * Two layers whose outputs are added.
   *
   * @param means the layer that is applied to the upload
   * @param deviations the layer that is applied to the upload's columns times integers that are
   *     drawn for records
   * @param perturbed those columns, which stay the upload's
   */
  record Layers(LoadedLayer means, LoadedLayer deviations, CipherBlock perturbed)
      implements TiledLayer {
    @Override
    public IntegerLayer.Tile whole() {
      return means.whole();
    }

    @Override
    public void close() {
      means.close();
      deviations.close();
    }
  }

  RecordTiles(
      Plan plan,
      RecordDraws draws,
      BlockEvaluator evaluator,
      Hiding hiding,
      RecordUpload upload,
      RoundTask task,
      PhaseTimes times) {
    super(plan, task, times);
    this.draws = draws;
    this.evaluator = evaluator;
    this.hiding = hiding;
    this.upload = upload;
  }

  @Override
  protected List<Layers> draw(RowRange part) {
    RecordStep step = draws.step(task().place(), part);
    CipherBlock perturbed = upload.perturbed(task().draw(), step);
    List<Layers> layers = new ArrayList<>();
    for (int i = 0; i < step.means().size(); i++) {
      LoadedLayer means = evaluator.load(step.means().get(i));
      layers.add(new Layers(means, evaluator.load(step.deviations().get(i)), perturbed));
    }
    return layers;
  }

  @Override
  protected CipherBlock evaluate(BlockLabel label, Layers layers, IntegerLayer.Tile tile) {
    try (CipherBlock sum = times().timed(Phase.LINEAR, () -> sum(layers, tile))) {
      return times().timed(Phase.HIDE, () -> hiding.hide(evaluator, task(), label, sum));
    }
  }

  private CipherBlock sum(Layers layers, IntegerLayer.Tile tile) {
    try (CipherBlock means = evaluator.apply(layers.means(), tile, upload.columns());
        CipherBlock deviations = evaluator.apply(layers.deviations(), tile, layers.perturbed())) {
      return evaluator.add(means, deviations);
    }
  }
}
