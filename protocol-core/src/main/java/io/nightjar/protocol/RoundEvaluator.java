package io.nightjar.protocol;

import io.nightjar.crypto.BlockEvaluator;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.CipherBlock;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.HeContext;
import io.nightjar.crypto.IntegerLayer;
import io.nightjar.crypto.PaillierBlock;
import io.nightjar.crypto.PaillierEvaluator;
import io.nightjar.crypto.PaillierParameters;
import io.nightjar.crypto.RelinearisationKey;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Evaluates rounds on ciphertexts with drawn weights: the model owner's arithmetic, without its
 * memory of what was answered before.
 *
 * <p>The same upload, draw and rows give the same blocks in every process that has the job's
 * secret. It holds no key. It is safe to use from many threads.
 */
public final class RoundEvaluator {

  private final UUID job;
  private final Plan plan;
  private final Draws draws;
  private final Optional<Hiding> hiding;
  private final Optional<SealedEvaluator> sealed;
  private final Optional<BlockEvaluator> lattice;
  private final Optional<PaillierRounds> paillier;
  private final PhaseTimes times = new PhaseTimes();

  /**
   * Creates an evaluator for one job; it does not own the context.
   *
   * @param hiding what hides results; there if, and only if, the plan wants them hidden
   * @param key the data owner's; there if, and only if, the plan is sealed
   */
  public RoundEvaluator(
      UUID job,
      Plan plan,
      Draws draws,
      Optional<Hiding> hiding,
      Optional<RelinearisationKey> key,
      HeContext context) {
    this(job, plan, draws, hiding, key, Optional.of(context), Optional.empty());
    MessageChecks.require("parameters", plan.parameters().digest(), context.parameters().digest());
  }

  /** Creates an evaluator for one job over Paillier; it does not own the arithmetic. */
  public RoundEvaluator(UUID job, Plan plan, Draws draws, PaillierRounds paillier) {
    this(
        job,
        plan,
        draws,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(paillier));
    PaillierParameters parameters = paillier.key().parameters();
    MessageChecks.require("parameters", plan.paillier().digest(), parameters.digest());
  }

  private RoundEvaluator(
      UUID job,
      Plan plan,
      Draws draws,
      Optional<Hiding> hiding,
      Optional<RelinearisationKey> key,
      Optional<HeContext> context,
      Optional<PaillierRounds> paillier) {
    this.job = Objects.requireNonNull(job, "job");
    this.plan = Objects.requireNonNull(plan, "plan");
    this.draws = Objects.requireNonNull(draws, "draws");
    this.hiding = Objects.requireNonNull(hiding, "hiding");
    this.lattice = context.map(BlockEvaluator::new);
    this.paillier = paillier;
    this.sealed = key.map(opened -> new SealedEvaluator(lattice.orElseThrow(), opened));
    if (key.isPresent() != plan.isSealed()) {
      throw new IllegalArgumentException(
          "A relinearisation key is for sealed plans, and they all need one");
    }
    if (hiding.isPresent() != plan.hidesResults()) {
      throw new IllegalArgumentException(
          "A plan for %s with model privacy '%s' %s"
              .formatted(
                  plan.protocol(),
                  plan.privacy().text(),
                  hiding.isPresent() ? "hides nothing" : "needs something to hide results with"));
    }
  }

  /** Returns the job that it evaluates rounds of. */
  public UUID job() {
    return job;
  }

  /** Returns how long its callers spent drawing and evaluating. */
  public PhaseTimes times() {
    return times;
  }

  /**
   * Refuses an upload that the plan does not have.
   *
   * @throws ProtocolException saying what is wrong
   */
  public Round check(BlockLabel label, EncryptedBlock upload) {
    Round round = checkLabel(label);
    if (plan.isPaillier()) {
      MessageChecks.paillier(plan, upload, round.inputColumns());
      return round;
    }
    CipherBlock lattice = MessageChecks.lattice(plan, upload, plan.upload(round.inputColumns()));
    if (plan.isSealed()) {
      MessageChecks.require("scale", plan.scale(), lattice.scale());
    }
    return round;
  }

  /**
   * Evaluates rows of a round for one draw, block after block, each when it is asked for.
   *
   * @param label of the upload
   * @param digest of the round's input: of this upload, or of all uploads of the round
   * @param rows of the round's step
   * @param mostBytes about the native memory that one block may take; one column is always allowed
   * @return messages that the caller closes
   * @throws ProtocolException if the plan has no such upload or draw
   */
  public Answers evaluate(
      BlockLabel label,
      EncryptedBlock upload,
      InputDigest digest,
      int draw,
      RowRange rows,
      long mostBytes) {
    Round round = check(label, upload);
    boolean served = round.index() == 0 ? draw >= 0 && draw < plan.draws() : draw == label.draw();
    if (!served || rows.end() > round.rows()) {
      throw new ProtocolException(
          "Draw %d, rows %d to %d: the upload of round %d, draw %d is not for these"
              .formatted(draw, rows.first(), rows.end() - 1, label.round(), label.draw()));
    }
    int columns =
        plan.isSealed()
            ? round.outputColumns()
            : (int) Math.max(1, Math.min(mostBytes / columnBytes(round), round.outputColumns()));
    int rowsAtOnce = Math.max(1, columns / round.positions());
    return new Answers(this, label, upload, digest, draw, rows, columns, rowsAtOnce);
  }

  DrawnStep drawn(BlockLabel label, int draw, RowRange rows) {
    long start = PhaseTimes.now();
    DrawnStep drawn = draws.step(label.batch(), label.round(), draw, rows);
    times.addSince(Phase.DRAW, start);
    return drawn;
  }

  CipherBlock evaluate(SealedStep network, CipherBlock upload) {
    long start = PhaseTimes.now();
    CipherBlock block = sealed.orElseThrow().evaluate(network, upload);
    times.addSince(Phase.LINEAR, start);
    return block;
  }

  CipherBlock perturb(RecordStep step, CipherBlock upload) {
    long start = PhaseTimes.now();
    CipherBlock block =
        lattice().perturb(upload, step.perturbed(), step.noise(), step.seed(), step.one());
    times.addSince(Phase.DRAW, start);
    return block;
  }

  CipherBlock apply(IntegerLayer layer, IntegerLayer.Tile tile, CipherBlock upload) {
    long start = PhaseTimes.now();
    CipherBlock block = lattice().apply(layer, tile, upload);
    times.addSince(Phase.LINEAR, start);
    return block;
  }

  CipherBlock apply(
      IntegerLayer means,
      IntegerLayer deviations,
      IntegerLayer.Tile tile,
      CipherBlock upload,
      CipherBlock perturbed) {
    long start = PhaseTimes.now();
    try (CipherBlock mean = lattice().apply(means, tile, upload);
        CipherBlock deviation = lattice().apply(deviations, tile, perturbed)) {
      CipherBlock sum = lattice().add(mean, deviation);
      times.addSince(Phase.LINEAR, start);
      return sum;
    }
  }

  CipherBlock hide(BlockLabel label, InputDigest digest, CipherBlock result) {
    long start = PhaseTimes.now();
    CipherBlock hidden = hiding.orElseThrow().hide(lattice(), label, digest, result);
    times.addSince(Phase.HIDE, start);
    return hidden;
  }

  private BlockEvaluator lattice() {
    return lattice.orElseThrow();
  }

  PaillierEvaluator.Prepared prepare(EncryptedBlock upload) {
    long start = PhaseTimes.now();
    PaillierEvaluator.Prepared prepared = paillier.orElseThrow().prepare((PaillierBlock) upload);
    times.addSince(Phase.LINEAR, start);
    return prepared;
  }

  PaillierBlock apply(
      BlockLabel label,
      InputDigest digest,
      IntegerLayer layer,
      IntegerLayer.Tile tile,
      PaillierEvaluator.Prepared upload,
      int records) {
    long start = PhaseTimes.now();
    PaillierBlock block = paillier.orElseThrow().apply(label, digest, layer, tile, upload, records);
    times.addSince(Phase.LINEAR, start);
    return block;
  }

  /** While a result is evaluated: hidden ones are smaller. */
  private long columnBytes(Round round) {
    return plan.blockBytes(round.outputColumns()) / round.outputColumns();
  }

  private Round checkLabel(BlockLabel label) {
    if (!label.job().equals(job)) {
      throw new ProtocolException("An upload of job %s reached job %s".formatted(label.job(), job));
    }
    if (label.round() >= plan.rounds().size()) {
      throw new ProtocolException(
          "An upload for round %d; the plan has %d rounds"
              .formatted(label.round(), plan.rounds().size()));
    }
    int uploads = label.round() == 0 ? 1 : plan.draws();
    if (label.draw() >= uploads || label.firstColumn() != 0) {
      throw new ProtocolException(
          "An upload for draw %d, column %d of round %d, which has %d uploads of whole blocks"
              .formatted(label.draw(), label.firstColumn(), label.round(), uploads));
    }
    return plan.rounds().get(label.round());
  }
}
