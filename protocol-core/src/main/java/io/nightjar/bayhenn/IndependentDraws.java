package io.nightjar.bayhenn;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.lattice.BlockEncryptor;
import io.nightjar.crypto.lattice.BlockEvaluator;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.RecordNoise;
import io.nightjar.crypto.lattice.SecretKey;
import io.nightjar.draw.DrawPlace;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Quantiser;
import io.nightjar.plan.Round;
import io.nightjar.plan.RowRange;
import io.nightjar.protocol.PhaseTimes;
import java.util.Random;

/**
 * Measures what it takes to draw every weight of every record independently, for one batch of a
 * plan. Each row then multiplies each column with integers of its own, which rows otherwise share.
 *
 * <p>The work is measured on a few rows of each round, with the same native code, and scaled to
 * all.
 */
final class IndependentDraws {

  private static final int SAMPLE_ROWS = 2;

  private final Plan plan;
  private final RecordDraws draws;

  private IndependentDraws(Plan plan, RecordDraws draws) {
    this.plan = plan;
    this.draws = draws;
  }

  /** Returns the processor seconds of one batch, for drawing and for evaluating linear steps. */
  static double secondsPerBatch(Model model, Plan plan) {
    BayhennSheet sheet = (BayhennSheet) plan.sheet();
    try (JobSecret secret = JobSecret.fresh();
        HeContext context = HeContext.open(sheet.encryption());
        SecretKey key = SecretKey.generate(context)) {
      IndependentDraws program = new IndependentDraws(plan, new RecordDraws(model, plan, secret));
      BlockEncryptor encryptor = new BlockEncryptor(context, key);
      double seconds = 0;
      for (Round round : plan.rounds()) {
        try (CipherBlock input =
            encryptor.encrypt(
                program.integers(round), sheet.lattice().packing(), sheet.lattice().form())) {
          seconds += program.seconds(new BlockEvaluator(context), round, input);
        }
      }
      return seconds;
    }
  }

  private double seconds(BlockEvaluator evaluator, Round round, CipherBlock input) {
    int rows = Math.min(SAMPLE_ROWS, round.rows());
    double nanos = 0;
    for (int row = 0; row < rows; row++) {
      long start = PhaseTimes.now();
      evaluate(evaluator, round, row, input);
      nanos += PhaseTimes.now() - start;
    }
    return nanos / 1e9 / rows * round.rows() * plan.draws();
  }

  private void evaluate(BlockEvaluator evaluator, Round round, int row, CipherBlock input) {
    RecordStep step = draws.step(DrawPlace.withoutInput(0, round.index(), 0), new RowRange(row, 1));
    byte[] seed = new byte[RecordNoise.SEED_BYTES];
    new Random(row).nextBytes(seed);
    try (CipherBlock drawn =
            evaluator.perturb(input, step.perturbed(), step.noise(), seed, step.one());
        CipherBlock mean = evaluator.apply(step.means().get(0), input);
        CipherBlock deviation = evaluator.apply(step.deviations().get(0), drawn)) {
      evaluator.add(mean, deviation).close();
    }
  }

  private IntegerColumns integers(Round round) {
    Quantiser range = round.inputs();
    long count = (long) round.inputFeatures() * plan.batchSize();
    long[] values = new Random(1).longs(count, range.low(), range.high() + 1L).toArray();
    return new IntegerColumns(round.inputFeatures(), plan.batchSize(), values);
  }
}
