package io.nightjar.protocol;

import io.nightjar.crypto.Blake3;
import io.nightjar.crypto.BlockCodec;
import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.HeContext;
import io.nightjar.crypto.PaillierCodec;
import io.nightjar.crypto.RelinearisationKey;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDigest;
import io.nightjar.plan.Round;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The model owner's side of a protocol in one process.
 *
 * <p>For each batch and draw it answers the rounds in their order, each once: the same weights
 * never meet a second input. It is safe to use from many threads.
 */
public final class ModelOwner {

  private final Plan plan;
  private final RoundEvaluator evaluator;
  private final BlockFormat codec;
  private final Map<BatchDraw, Integer> nextRounds = new HashMap<>();

  private record BatchDraw(long batch, int draw) {}

  /**
   * Creates the party.
   *
   * @param digest the plan that the data owner means to follow
   * @param hiding what hides results, if the plan wants them hidden
   * @param key the data owner's, if the plan is sealed
   * @throws ProtocolException if that is another plan
   */
  public ModelOwner(
      UUID job,
      Plan plan,
      PlanDigest digest,
      Draws draws,
      Optional<Hiding> hiding,
      Optional<RelinearisationKey> key,
      HeContext context) {
    this(
        plan,
        digest,
        new RoundEvaluator(job, plan, draws, hiding, key, context),
        new BlockCodec(context));
  }

  /**
   * Creates the party of a plan over Paillier.
   *
   * @param digest the plan that the data owner means to follow
   * @param paillier the arithmetic, which stays the caller's
   * @throws ProtocolException if that is another plan
   */
  public ModelOwner(UUID job, Plan plan, PlanDigest digest, Draws draws, PaillierRounds paillier) {
    this(
        plan,
        digest,
        new RoundEvaluator(job, plan, draws, paillier),
        new PaillierCodec(paillier.key(), Long.MAX_VALUE));
  }

  private ModelOwner(Plan plan, PlanDigest digest, RoundEvaluator evaluator, BlockFormat codec) {
    this.plan = plan;
    this.evaluator = evaluator;
    this.codec = codec;
    PlanDigest own = PlanDigest.of(plan);
    if (!own.equals(digest)) {
      throw new ProtocolException(
          "The data owner follows plan %s; this is plan %s".formatted(digest, own));
    }
  }

  /**
   * Evaluates a round for the draws that an upload serves: all of them in the first round, the
   * label's one later.
   *
   * @return answers for each draw, which the caller closes
   * @throws ProtocolException if the upload is not the next one; nothing has changed then
   */
  public List<Message> answer(BlockLabel label, EncryptedBlock upload) {
    Round round = evaluator.check(label, upload);
    int first = round.index() == 0 ? 0 : label.draw();
    int count = round.index() == 0 ? plan.draws() : 1;
    take(label, first, count);
    List<Message> answers = new ArrayList<>();
    boolean done = false;
    try {
      RowRange all = new RowRange(0, round.rows());
      InputDigest digest = digest(label, upload);
      for (int draw = first; draw < first + count; draw++) {
        try (Answers part = evaluator.evaluate(label, upload, digest, draw, all, Long.MAX_VALUE)) {
          part.forEachRemaining(answers::add);
        }
      }
      done = true;
    } finally {
      if (!done) {
        answers.forEach(Message::close);
        giveBack(label, first, count);
      }
    }
    return answers;
  }

  private InputDigest digest(BlockLabel label, EncryptedBlock upload) {
    Blake3 blake3 = new Blake3();
    try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), blake3)) {
      codec.writeColumns(upload, label, out);
    } catch (IOException e) {
      throw new UncheckedIOException("Nothing is written anywhere", e);
    }
    return InputDigest.of(blake3.digest());
  }

  private synchronized void take(BlockLabel label, int first, int count) {
    for (int draw = first; draw < first + count; draw++) {
      int next = nextRounds.getOrDefault(new BatchDraw(label.batch(), draw), 0);
      if (next != label.round()) {
        throw new ProtocolException(
            "An upload for round %d of batch %d, draw %d; round %d is next"
                .formatted(label.round(), label.batch(), draw, next));
      }
    }
    for (int draw = first; draw < first + count; draw++) {
      nextRounds.put(new BatchDraw(label.batch(), draw), label.round() + 1);
    }
  }

  private synchronized void giveBack(BlockLabel label, int first, int count) {
    for (int draw = first; draw < first + count; draw++) {
      nextRounds.put(new BatchDraw(label.batch(), draw), label.round());
    }
  }
}
