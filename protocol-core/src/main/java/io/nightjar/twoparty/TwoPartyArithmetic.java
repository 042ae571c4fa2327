package io.nightjar.twoparty;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.crypto.paillier.PaillierBlock;
import io.nightjar.crypto.paillier.PaillierEvaluator;
import io.nightjar.crypto.paillier.PaillierPublicKey;
import io.nightjar.draw.InputDigest;
import io.nightjar.draw.JobSecret;
import io.nightjar.draw.KeyedStream;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.plan.RowRange;
import io.nightjar.protocol.ModelOwnerJob;
import io.nightjar.protocol.Phase;
import io.nightjar.protocol.PhaseTimes;
import io.nightjar.protocol.PreparedUpload;
import io.nightjar.protocol.Results;
import io.nightjar.protocol.RoundArithmetic;
import io.nightjar.protocol.RoundTask;
import io.nightjar.protocol.RoundUpload;
import io.nightjar.rounds.BatchDraws;
import io.nightjar.rounds.BatchStep;
import io.nightjar.rounds.TiledLayer;
import io.nightjar.rounds.TiledResults;
import java.util.Arrays;
import java.util.List;

/**
 * The model owner's arithmetic on the ciphertexts of one data owner's job, with Paillier.
 *
 * <p>The masks of results follow from the job's secret, the label of the result, and the digest of
 * the upload. So a task that runs twice writes the same bytes, and no two inputs meet the same
 * mask.
 */
final class TwoPartyArithmetic implements RoundArithmetic {

  private final Plan plan;
  private final TwoPartySheet sheet;
  private final JobSecret secret;
  private final BatchDraws draws;
  private final PaillierEvaluator evaluator;

  TwoPartyArithmetic(ModelOwnerJob job, TwoPartySheet sheet, PaillierPublicKey key) {
    this.plan = job.plan();
    this.sheet = sheet;
    this.secret = job.secret();
    this.draws = new BatchDraws(job.model(), plan, secret);
    byte[] mask = new byte[PaillierEvaluator.maskBytes(key.parameters())];
    KeyedStream.open(secret, KeyedStream.Purpose.MASK).nextBytes(mask);
    this.evaluator = new PaillierEvaluator(key, mask);
    Arrays.fill(mask, (byte) 0);
  }

  @Override
  public void check(Round round, EncryptedBlock upload) {
    PaillierCipher.requireBlock(sheet, upload, plan.layout().uploaded(round));
  }

  @Override
  public PreparedUpload open(RoundUpload upload, PhaseTimes times) {
    PaillierBlock block = (PaillierBlock) upload.block();
    return new Inverted(times.timed(Phase.LINEAR, () -> evaluator.prepare(block)), times);
  }

  @Override
  public void close() {
    evaluator.close();
  }

  /** An upload with the inverses of its ciphertexts. */
  private final class Inverted implements PreparedUpload {
    private final PaillierEvaluator.Prepared prepared;
    private final PhaseTimes times;

    Inverted(PaillierEvaluator.Prepared prepared, PhaseTimes times) {
      this.prepared = prepared;
      this.times = times;
    }

    @Override
    public Results evaluate(RoundTask task) {
      return new Tiles(prepared, task, times);
    }

    @Override
    public void close() {
      prepared.close();
    }
  }

  /** A drawn layer that is multiplied as it is, so that there is nothing to release. */
  private record DrawnLayer(IntegerLayer integers) implements TiledLayer {
    @Override
    public IntegerLayer.Tile whole() {
      return integers.whole();
    }

    @Override
    public void close() {}
  }

  /** The results of one task. */
  private final class Tiles extends TiledResults<DrawnLayer> {
    private final PaillierEvaluator.Prepared prepared;

    Tiles(PaillierEvaluator.Prepared prepared, RoundTask task, PhaseTimes times) {
      super(plan, task, times);
      this.prepared = prepared;
    }

    @Override
    protected List<DrawnLayer> draw(RowRange part) {
      BatchStep step = draws.step(task().place(), part);
      return step.layers().stream().map(DrawnLayer::new).toList();
    }

    @Override
    protected PaillierBlock evaluate(BlockLabel label, DrawnLayer layer, IntegerLayer.Tile tile) {
      return times().timed(Phase.LINEAR, () -> masked(label, layer.integers(), tile));
    }

    private PaillierBlock masked(BlockLabel label, IntegerLayer layer, IntegerLayer.Tile tile) {
      InputDigest input = task().upload().digest();
      int records = task().upload().block().records();
      byte[] exponents = new byte[evaluator.exponentBytes(tile, records)];
      try {
        KeyedStream.open(
                secret,
                KeyedStream.Purpose.MASK,
                label.batch(),
                label.round(),
                label.draw(),
                label.firstCiphertext(),
                input.first(),
                input.second(),
                input.third(),
                input.fourth())
            .nextBytes(exponents);
        return evaluator.apply(layer, tile, prepared, exponents);
      } finally {
        Arrays.fill(exponents, (byte) 0);
      }
    }
  }
}
