package io.nightjar.protocol;

import io.nightjar.crypto.BlockEvaluator;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.BlockShape;
import io.nightjar.crypto.CipherBlock;
import io.nightjar.crypto.HeContext;
import io.nightjar.crypto.IntegerLayer;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDigest;
import io.nightjar.plan.Round;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * The model owner's side of {@code bayhenn}: evaluates rounds on ciphertexts with drawn weights.
 *
 * <p>For each batch and draw it answers the rounds in their order, each once: the same weights
 * never meet a second input. It holds no key. It is safe to use from many threads.
 */
public final class ModelOwner {

  private final UUID job;
  private final Plan plan;
  private final Draws draws;
  private final BlockEvaluator evaluator;
  private final Map<BatchDraw, Integer> nextRounds = new HashMap<>();

  private record BatchDraw(long batch, int draw) {}

  /**
   * Creates the party.
   *
   * @param digest the plan that the data owner means to follow
   * @throws ProtocolException if that is another plan
   */
  public ModelOwner(UUID job, Plan plan, PlanDigest digest, Draws draws, HeContext context) {
    this.job = Objects.requireNonNull(job, "job");
    this.plan = Objects.requireNonNull(plan, "plan");
    this.draws = Objects.requireNonNull(draws, "draws");
    this.evaluator = new BlockEvaluator(context);
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
   * @return an answer for each draw, which the caller closes
   * @throws ProtocolException if the upload is not the next one; nothing has changed then
   */
  public List<Message> answer(BlockLabel label, CipherBlock upload) {
    Round round = check(label, upload);
    int first = round.index() == 0 ? 0 : label.draw();
    int count = round.index() == 0 ? plan.draws() : 1;
    take(label, first, count);
    List<Message> answers = new ArrayList<>();
    boolean done = false;
    try {
      for (int draw = first; draw < first + count; draw++) {
        answers.addAll(evaluate(label, draw, upload));
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

  private List<Message> evaluate(BlockLabel label, int draw, CipherBlock upload) {
    DrawnStep step = draws.integers(label.batch(), label.round(), draw);
    List<Message> answers = new ArrayList<>();
    int column = 0;
    for (IntegerLayer layer : step.groups()) {
      CipherBlock block = evaluator.apply(layer, upload);
      answers.add(
          new Message(
              new BlockLabel(label.job(), label.batch(), label.round(), draw, column), block));
      column += block.shape().columns();
    }
    return answers;
  }

  private Round check(BlockLabel label, CipherBlock upload) {
    if (!label.job().equals(job)) {
      throw new ProtocolException("An upload of job %s reached job %s".formatted(label.job(), job));
    }
    if (label.round() >= plan.rounds().size()) {
      throw new ProtocolException(
          "An upload for round %d; the plan has %d rounds"
              .formatted(label.round(), plan.rounds().size()));
    }
    Round round = plan.rounds().get(label.round());
    int draws = label.round() == 0 ? 1 : plan.draws();
    if (label.draw() >= draws || label.firstColumn() != 0) {
      throw new ProtocolException(
          "An upload for draw %d, column %d of round %d, which has %d uploads of whole blocks"
              .formatted(label.draw(), label.firstColumn(), label.round(), draws));
    }
    MessageChecks.check(
        plan,
        upload,
        new BlockShape(round.inputColumns(), 2, plan.parameters().dataLimbs(), plan.form()));
    return round;
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
