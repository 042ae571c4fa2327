package io.nightjar.protocol;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.draw.InputDigest;
import io.nightjar.plan.CiphertextRange;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import java.util.Objects;
import java.util.UUID;

/**
 * Evaluates rounds of one job for uploads that belong to it: the model owner's side of a protocol,
 * without its memory of what was asked before.
 *
 * <p>It is safe to use from many threads.
 */
public final class RoundEvaluator {

  private final UUID job;
  private final Plan plan;
  private final RoundArithmetic arithmetic;
  private final PhaseTimes times = new PhaseTimes();

  /** Creates an evaluator; it does not own the arithmetic. */
  public RoundEvaluator(UUID job, Plan plan, RoundArithmetic arithmetic) {
    this.job = Objects.requireNonNull(job, "job");
    this.plan = Objects.requireNonNull(plan, "plan");
    this.arithmetic = Objects.requireNonNull(arithmetic, "arithmetic");
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
    arithmetic.check(round, upload);
    return round;
  }

  /**
   * Opens an upload for all that is evaluated of it here; the upload itself stays the caller's.
   *
   * @param digest the digest of the upload as it travels, from which draws and masks follow
   * @throws ProtocolException if the plan has no such upload
   */
  public OpenUpload open(BlockLabel label, EncryptedBlock upload, InputDigest digest) {
    return new OpenUpload(new RoundUpload(check(label, upload), label, upload, digest));
  }

  /**
   * An upload of the job, ready to be evaluated by one thread, which closes it before the upload
   * itself.
   */
  public final class OpenUpload implements AutoCloseable {
    private final RoundUpload upload;
    private final PreparedUpload prepared;

    private OpenUpload(RoundUpload upload) {
      this.upload = upload;
      this.prepared = arithmetic.open(upload, times);
    }

    /**
     * Evaluates ciphertexts of the round's result for one draw, block after block.
     *
     * @param range the ciphertexts of the result that are wanted
     * @param mostBytes about the native memory that one block may take
     * @return the results, which the caller closes before it asks for those of another draw
     * @throws ProtocolException if the upload is not for that draw or has no such result
     */
    public Results evaluate(int draw, CiphertextRange range, long mostBytes) {
      Round round = upload.round();
      int own = upload.label().draw();
      boolean served = round.index() == 0 ? draw >= 0 && draw < plan.draws() : draw == own;
      if (!served || range.end() > plan.layout().returned(round)) {
        throw new ProtocolException(
            "Draw %d, ciphertexts %d to %d: the upload of round %d, draw %d is not for these"
                .formatted(draw, range.first(), range.end() - 1, round.index(), own));
      }
      return prepared.evaluate(new RoundTask(upload, draw, range, mostBytes));
    }

    @Override
    public void close() {
      prepared.close();
    }
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
    int uploads = plan.uploads(label.round());
    if (label.draw() >= uploads || label.firstCiphertext() != 0) {
      throw new ProtocolException(
          "An upload for draw %d, ciphertext %d of round %d, which has %d uploads of whole blocks"
              .formatted(label.draw(), label.firstCiphertext(), label.round(), uploads));
    }
    return plan.rounds().get(label.round());
  }
}
