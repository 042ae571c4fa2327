package io.nightjar.protocol;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.natives.Blake3;
import io.nightjar.draw.InputDigest;
import io.nightjar.plan.CiphertextRange;
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
import java.util.UUID;

/**
 * The model owner's side of a protocol in one process.
 *
 * <p>For each batch and draw it evaluates the rounds in their order, each once, and remembers what
 * it evaluated them on. It is safe to use from many threads.
 */
public final class ModelOwner implements RoundInputs {

  private final Plan plan;
  private final RoundEvaluator evaluator;
  private final BlockFormat format;
  private final Map<BatchDraw, Integer> nextRounds = new HashMap<>();
  private final Map<Upload, InputDigest> inputs = new HashMap<>();

  private record BatchDraw(long batch, int draw) {}

  private record Upload(long batch, int round, int draw) {}

  /**
   * Creates the party.
   *
   * @param digest the digest of the plan that the data owner means to follow
   * @param arithmetic the arithmetic of the job, which stays the caller's
   * @param format how blocks are written
   * @throws ProtocolException if that is another plan
   */
  public ModelOwner(
      UUID job, Plan plan, PlanDigest digest, RoundArithmetic arithmetic, BlockFormat format) {
    this.plan = plan;
    this.evaluator = new RoundEvaluator(job, plan, arithmetic);
    this.format = format;
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
   * @return results for each draw, which the caller closes
   * @throws ProtocolException if the upload is not the next one; nothing has changed then
   */
  public List<Message> evaluate(BlockLabel label, EncryptedBlock upload) {
    Round round = evaluator.check(label, upload);
    int first = round.index() == 0 ? 0 : label.draw();
    int count = round.index() == 0 ? plan.draws() : 1;
    take(label, first, count);
    List<Message> results = new ArrayList<>();
    boolean done = false;
    try {
      CiphertextRange all = new CiphertextRange(0, plan.layout().returned(round));
      InputDigest digest = digest(label, upload);
      try (RoundEvaluator.OpenUpload open = evaluator.open(label, upload, digest)) {
        for (int draw = first; draw < first + count; draw++) {
          try (Results part = open.evaluate(draw, all, Long.MAX_VALUE)) {
            part.forEachRemaining(results::add);
          }
        }
      }
      remember(label, digest);
      done = true;
    } finally {
      if (!done) {
        results.forEach(Message::close);
        giveBack(label, first, count);
      }
    }
    return results;
  }

  private InputDigest digest(BlockLabel label, EncryptedBlock upload) {
    Blake3 blake3 = new Blake3();
    try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), blake3)) {
      format.writeBlock(upload, label, out);
    } catch (IOException e) {
      throw new UncheckedIOException("Nothing is written anywhere", e);
    }
    return InputDigest.of(blake3.digest());
  }

  private synchronized void remember(BlockLabel label, InputDigest digest) {
    inputs.put(new Upload(label.batch(), label.round(), label.draw()), digest);
  }

  @Override
  public synchronized InputDigest digest(long batch, int round, int draw) {
    InputDigest digest = inputs.get(new Upload(batch, round, draw));
    if (digest == null) {
      throw new IllegalStateException(
          "Round %d of batch %d, draw %d has not been evaluated".formatted(round, batch, draw));
    }
    return digest;
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
