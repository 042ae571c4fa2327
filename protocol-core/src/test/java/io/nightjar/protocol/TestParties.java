package io.nightjar.protocol;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.JobSecret;
import io.nightjar.keys.OwnerKey;
import io.nightjar.keys.OwnerSecret;
import io.nightjar.model.Model;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDigest;
import io.nightjar.protocols.Protocols;
import io.nightjar.reference.ReferenceEvaluator;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Both parties of any protocol in one process, with keys of their own. What one tells the other
 * goes through bytes, as it does between machines: the public key, and every message.
 */
public final class TestParties implements AutoCloseable {

  /** The job that the parties work on. */
  public static final UUID JOB = new UUID(1, 2);

  private final Protocol protocol;
  private final Model model;
  private final Plan plan;
  private final JobSecret secret;
  private final OwnerSecret ownerSecret;
  private final OwnerKey ownerKey;
  private final SharedResources resources = new SharedResources();
  private final RoundArithmetic arithmetic;
  private final DataOwner dataOwner;
  private final ModelOwner modelOwner;

  /**
   * What became of a batch.
   *
   * @param predictions the predictions
   * @param measures what the data owner saw of the results
   * @param plan the plan that was followed
   * @param inputs what the rounds were evaluated on
   */
  public record Scored(
      Predictions predictions, RoundMeasures measures, Plan plan, RoundInputs inputs) {

    /** Returns what the same records are in the clear, under the same draws. */
    public Predictions reference(Draws draws, long batch, RealColumns records) {
      return new ReferenceEvaluator(plan, draws, inputs).score(batch, records);
    }
  }

  /** Draws keys and creates the parties; the job's secret stays the caller's. */
  public TestParties(Model model, Plan plan, JobSecret secret) {
    this.protocol = Protocols.of(plan);
    this.model = model;
    this.plan = plan;
    this.secret = secret;
    this.ownerSecret = protocol.keys(plan).draw();
    this.ownerKey = protocol.keys(plan).read(ownerSecret.publicKey().bytes());
    this.arithmetic = arithmetic(ownerKey);
    this.dataOwner = new DataOwner(JOB, plan, protocol.codec(plan, ownerSecret));
    this.modelOwner = modelOwner(arithmetic);
  }

  /** Scores one batch with parties of its own. */
  public static Scored score(
      Model model, Plan plan, JobSecret secret, long batch, RealColumns records) {
    try (TestParties parties = new TestParties(model, plan, secret)) {
      DataOwnerBatch open = parties.dataOwner.open(batch, records);
      parties.finish(open);
      return new Scored(
          open.predictions().orElseThrow(), parties.dataOwner.measures(), plan, parties.modelOwner);
    }
  }

  /** Returns the data owner. */
  public DataOwner dataOwner() {
    return dataOwner;
  }

  /** Returns the data owner's secret key. */
  public OwnerSecret ownerSecret() {
    return ownerSecret;
  }

  /** Returns the data owner's public key. */
  public OwnerKey ownerKey() {
    return ownerKey;
  }

  /** Returns the model owner. */
  public ModelOwner modelOwner() {
    return modelOwner;
  }

  /** Returns the model owner's arithmetic. */
  public RoundArithmetic arithmetic() {
    return arithmetic;
  }

  /** Returns the model owner's arithmetic for a job of any data owner, which the caller closes. */
  public RoundArithmetic arithmetic(OwnerKey owner) {
    return protocol.arithmetic(new ModelOwnerJob(plan, model, secret, owner, resources));
  }

  /** Returns a model owner that has evaluated nothing yet. */
  public ModelOwner modelOwner(RoundArithmetic own) {
    return new ModelOwner(JOB, plan, PlanDigest.of(plan), own, vendorFormat());
  }

  /** Returns how the model owner reads and writes blocks. */
  public BlockFormat vendorFormat() {
    return protocol.openFormat(protocol.format(plan, ownerKey), resources, Long.MAX_VALUE);
  }

  /** Returns the model owner's side without its memory. */
  public RoundEvaluator evaluator() {
    return new RoundEvaluator(JOB, plan, arithmetic);
  }

  /** Returns the draws of the job, for whoever evaluates it in the clear. */
  public Draws draws() {
    return protocol.draws(model, plan, secret);
  }

  /** Returns what a batch that was scored is in the clear, under the same draws. */
  public Predictions reference(long batch, RealColumns records) {
    return new ReferenceEvaluator(plan, draws(), modelOwner).score(batch, records);
  }

  /** Sends an upload to the model owner and returns its results, which the caller closes. */
  public List<Message> evaluate(Message upload) {
    try (Message received =
        sent(upload, dataOwner.format(Long.MAX_VALUE), vendorFormat(), header -> {})) {
      return modelOwner.evaluate(received.label(), received.block());
    }
  }

  /** Sends a result to a batch of the data owner, and returns whether it completed a round. */
  public boolean accept(DataOwnerBatch batch, Message result) {
    try (Message received =
        sent(result, vendorFormat(), dataOwner.format(Long.MAX_VALUE), batch::check)) {
      return batch.accept(received.label(), received.block());
    }
  }

  /** Takes a new batch to its end. */
  public void finish(DataOwnerBatch batch) {
    List<Message> results;
    try (Message upload = batch.upload(0)) {
      results = evaluate(upload);
    }
    finish(batch, results);
  }

  /** Takes a batch to its end from the results of its uploads, which are closed. */
  public void finish(DataOwnerBatch batch, List<Message> results) {
    Deque<Message> waiting = new ArrayDeque<>(results);
    while (!waiting.isEmpty()) {
      try (Message result = waiting.remove()) {
        waiting.addAll(next(batch, result));
      }
    }
  }

  /** Takes a batch that is in its first round to the results of the last one. */
  public List<Message> lastResults(DataOwnerBatch batch) {
    List<Message> results;
    try (Message upload = batch.upload(0)) {
      results = evaluate(upload);
    }
    for (int round = 1; round < plan.rounds().size(); round++) {
      List<Message> next = new ArrayList<>();
      for (Message result : results) {
        try (result) {
          next.addAll(next(batch, result));
        }
      }
      results = next;
    }
    return results;
  }

  /** Returns the results of the next round of a draw, if a result completes one. */
  private List<Message> next(DataOwnerBatch batch, Message result) {
    BlockLabel label = result.label();
    if (!accept(batch, result) || label.round() == plan.rounds().size() - 1) {
      return List.of();
    }
    try (Message upload = batch.upload(label.draw())) {
      return evaluate(upload);
    }
  }

  private static Message sent(
      Message message, BlockFormat from, BlockFormat to, Consumer<BlockFormat.Header> check) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      from.writeBlock(message.block(), message.label(), out);
      BlockFormat.Read read = to.readBlock(new ByteArrayInputStream(out.toByteArray()), check);
      return new Message(read.header().label(), read.block());
    } catch (IOException e) {
      throw new UncheckedIOException("An array cannot fail to be written or read", e);
    }
  }

  @Override
  public void close() {
    arithmetic.close();
    resources.close();
    ownerSecret.close();
  }
}
