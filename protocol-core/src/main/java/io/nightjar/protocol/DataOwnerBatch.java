package io.nightjar.protocol;

import io.nightjar.crypto.BlockDecryptor;
import io.nightjar.crypto.BlockEncryptor;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.BlockShape;
import io.nightjar.crypto.CipherBlock;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RealColumns;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * One batch on the data owner's side: uploads, decrypts, activates, and in the end averages the
 * draws.
 *
 * <p>Each draw is at some round and waits for the columns of that round's result; when it has them
 * all, it moves on. Not safe for use from several threads at once.
 */
public final class DataOwnerBatch {

  private final UUID job;
  private final long batch;
  private final Plan plan;
  private final BlockEncryptor encryptor;
  private final BlockDecryptor decryptor;
  private final int records;
  private final List<Draw> draws = new ArrayList<>();
  private double noiseMarginBits = Double.POSITIVE_INFINITY;
  private boolean started;

  DataOwnerBatch(
      UUID job,
      long batch,
      Plan plan,
      BlockEncryptor encryptor,
      BlockDecryptor decryptor,
      RealColumns values) {
    this.job = job;
    this.batch = batch;
    this.plan = plan;
    this.encryptor = encryptor;
    this.decryptor = decryptor;
    this.records = values.records();
    OwnerState state = OwnerState.of(plan, values);
    for (int draw = 0; draw < plan.draws(); draw++) {
      draws.add(new Draw(state));
    }
  }

  /** What one draw waits for. */
  private final class Draw {
    private OwnerState state;
    private int round;
    private long[] received;
    private boolean[] present;

    Draw(OwnerState state) {
      this.state = state;
      expect(0);
    }

    void expect(int next) {
      round = next;
      int columns = finished() ? 0 : plan.rounds().get(next).outputColumns();
      received = new long[columns * records];
      present = new boolean[columns];
    }

    boolean finished() {
      return round == plan.rounds().size();
    }

    boolean complete() {
      for (boolean column : present) {
        if (!column) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * Returns the first upload, which serves all draws.
   *
   * @throws IllegalStateException if it was asked for before
   */
  public Message start() {
    if (started) {
      throw new IllegalStateException("Batch %d has been started".formatted(batch));
    }
    started = true;
    return upload(0);
  }

  /**
   * Takes columns of a result.
   *
   * @return the next upload of that draw if this completed its round and another one follows
   * @throws ProtocolException if they are not what this batch waits for; nothing has changed then
   */
  public List<Message> accept(BlockLabel label, CipherBlock block) {
    Draw draw = check(label, block);
    BlockDecryptor.Integers decrypted = decryptor.decrypt(block);
    noiseMarginBits = Math.min(noiseMarginBits, decrypted.noiseMarginBits());
    long[] values = decrypted.columns().values();
    System.arraycopy(values, 0, draw.received, label.firstColumn() * records, values.length);
    int columns = block.shape().columns();
    Arrays.fill(draw.present, label.firstColumn(), label.firstColumn() + columns, true);
    if (!draw.complete()) {
      return List.of();
    }
    Round round = plan.rounds().get(draw.round);
    draw.state =
        draw.state.after(round, new IntegerColumns(round.outputColumns(), records, draw.received));
    draw.expect(draw.round + 1);
    return draw.finished() ? List.of() : List.of(upload(label.draw()));
  }

  /** Returns whether every draw has been through all rounds. */
  public boolean isFinished() {
    return draws.stream().allMatch(Draw::finished);
  }

  /**
   * Returns the predictions.
   *
   * @throws IllegalStateException if it is not finished
   */
  public Predictions predictions() {
    if (!isFinished()) {
      throw new IllegalStateException("Batch %d is not finished".formatted(batch));
    }
    List<RealColumns> outputs = draws.stream().map(draw -> draw.state.output()).toList();
    return Predictions.average(plan.task(), outputs);
  }

  /** Returns the least noise margin measured so far. */
  public double noiseMarginBits() {
    return noiseMarginBits;
  }

  private Message upload(int index) {
    Draw draw = draws.get(index);
    Round round = plan.rounds().get(draw.round);
    IntegerColumns integers = draw.state.integers(round);
    return new Message(
        new BlockLabel(job, batch, draw.round, index, 0),
        encryptor.encrypt(integers, plan.packing(), plan.form()));
  }

  private Draw check(BlockLabel label, CipherBlock block) {
    if (!started) {
      throw new ProtocolException("A result for batch %d, which has not begun".formatted(batch));
    }
    MessageChecks.require("job", job, label.job());
    MessageChecks.require("batch", batch, label.batch());
    if (label.draw() >= draws.size()) {
      throw new ProtocolException(
          "A result for draw %d; the plan has %d draws".formatted(label.draw(), draws.size()));
    }
    Draw draw = draws.get(label.draw());
    if (draw.finished() || label.round() != draw.round) {
      throw new ProtocolException(
          "A result of round %d for draw %d, which %s"
              .formatted(
                  label.round(),
                  label.draw(),
                  draw.finished() ? "is finished" : "waits for round " + draw.round));
    }
    int columns = block.shape().columns();
    MessageChecks.check(
        plan, block, new BlockShape(columns, 2, plan.parameters().dataLimbs(), plan.form()));
    MessageChecks.require("records", records, block.records());
    if (columns > draw.present.length - label.firstColumn()) {
      throw new ProtocolException(
          "A result of columns %d to %d; the round has %d"
              .formatted(
                  label.firstColumn(),
                  label.firstColumn() + (long) columns - 1,
                  draw.present.length));
    }
    for (int column = label.firstColumn(); column < label.firstColumn() + columns; column++) {
      if (draw.present[column]) {
        throw new ProtocolException(
            "Column %d of round %d was received before".formatted(column, label.round()));
      }
    }
    return draw;
  }
}
