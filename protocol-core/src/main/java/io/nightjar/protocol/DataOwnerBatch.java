package io.nightjar.protocol;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RealColumns;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * One batch on the data owner's side: uploads, decrypts, activates, and in the end averages the
 * draws.
 *
 * <p>Each draw is at some round: it is uploaded, then waits for the columns of the result, and when
 * it has them all it moves on to the next round. What has been uploaded is forgotten, but for what
 * residual connections want later. An upload may be left out where an earlier process made it; then
 * its results are accepted all the same, which is how a job resumes.
 *
 * <p>Draws may be worked on by different threads at once.
 */
public final class DataOwnerBatch {

  /** Below that, values may be wrong. */
  private static final double LEAST_MARGIN_BITS = 1;

  private final UUID job;
  private final long batch;
  private final Plan plan;
  private final OwnerCipher cipher;
  private final PhaseTimes times;
  private final RoundMeasures measures;
  private final int records;
  private final List<Draw> draws;

  DataOwnerBatch(
      UUID job,
      long batch,
      Plan plan,
      OwnerCipher cipher,
      PhaseTimes times,
      RoundMeasures measures,
      RealColumns values) {
    this.job = job;
    this.batch = batch;
    this.plan = plan;
    this.cipher = cipher;
    this.times = times;
    this.measures = measures;
    this.records = values.records();
    long start = PhaseTimes.now();
    OwnerState state = OwnerState.of(plan, values);
    times.addSince(Phase.ACTIVATE, start);
    this.draws = Stream.generate(() -> new Draw(state)).limit(plan.draws()).toList();
  }

  /** Where one draw is. */
  private static final class Draw {
    private OwnerState state;
    private int round;
    private boolean uploaded;
    private long[] integers = new long[0];
    private double[] reals = new double[0];
    private final BitSet present = new BitSet();

    Draw(OwnerState state) {
      this.state = state;
    }

    private void forget() {
      integers = new long[0];
      reals = new double[0];
    }
  }

  /**
   * Returns the next upload of a draw; that of the first round serves all draws and is the first
   * one's.
   *
   * @throws IllegalStateException if there is none, or it was asked for before
   */
  public Message upload(int draw) {
    Draw current = draws.get(draw);
    synchronized (current) {
      if (isFinished(current) || current.uploaded || (current.round == 0 && draw != 0)) {
        throw new IllegalStateException(
            "Batch %d, draw %d has nothing to upload".formatted(batch, draw));
      }
      Round round = plan.rounds().get(current.round);
      long start = PhaseTimes.now();
      EncryptedBlock block;
      long outside;
      if (plan.isSealed()) {
        outside = current.state.outside();
        times.addSince(Phase.ACTIVATE, start);
        start = PhaseTimes.now();
        block = cipher.encrypt(current.state.reals());
      } else {
        Quantised quantised = current.state.quantised(round);
        outside = quantised.clamped();
        times.addSince(Phase.ACTIVATE, start);
        start = PhaseTimes.now();
        block = cipher.encrypt(quantised.integers());
      }
      times.addSince(Phase.ENCRYPT, start);
      measures.addInputs(round.index(), (long) round.inputColumns() * records, outside);
      Message message = new Message(new BlockLabel(job, batch, current.round, draw, 0), block);
      uploaded(current);
      return message;
    }
  }

  /**
   * Goes on in a round whose uploads an earlier process made, without the results before them.
   *
   * @throws IllegalStateException if a draw has been worked on, or residual connections want what
   *     those results gave
   */
  public void resume(int round) {
    if (!plan.residualSources().isEmpty()) {
      throw new IllegalStateException("Batch %d wants the results of all rounds".formatted(batch));
    }
    for (Draw draw : draws) {
      synchronized (draw) {
        if (draw.round != 0 || !draw.present.isEmpty()) {
          throw new IllegalStateException("Batch %d has begun".formatted(batch));
        }
        draw.round = round;
        draw.uploaded = true;
        draw.state = draw.state.forgetful();
      }
    }
  }

  /** The first upload is that of every draw. */
  private void uploaded(Draw draw) {
    for (Draw each : draw.round == 0 ? draws : List.of(draw)) {
      synchronized (each) {
        each.uploaded = true;
        each.state = each.state.forgetful();
      }
    }
  }

  /**
   * Refuses a result by its header alone, before memory is taken for it.
   *
   * @throws ProtocolException if it is not what this batch waits for
   */
  public void check(BlockFormat.Header header) {
    Draw draw = draw(header.label());
    synchronized (draw) {
      cipher.check(header);
      check(draw, header.label(), header.columns(), header.records());
    }
  }

  /**
   * Takes columns of a result.
   *
   * @return whether they completed the draw's round
   * @throws ProtocolException if they are not what this batch waits for; nothing has changed then
   */
  public boolean accept(BlockLabel label, EncryptedBlock block) {
    Draw draw = draw(label);
    synchronized (draw) {
      cipher.check(block);
      check(draw, label, block.columns(), block.records());
      Round round = plan.rounds().get(draw.round);
      if (draw.present.isEmpty()) {
        int count = round.outputColumns() * records;
        draw.integers = new long[plan.isSealed() ? 0 : count];
        draw.reals = new double[plan.isSealed() ? count : 0];
      }
      int first = label.firstColumn() * records;
      if (plan.isSealed()) {
        takeReals(label, block, round, draw.reals, first);
      } else {
        takeIntegers(label, block, round, draw.integers, first);
      }
      draw.present.set(label.firstColumn(), label.firstColumn() + block.columns());
      if (draw.present.cardinality() < round.outputColumns()) {
        return false;
      }
      int columns = round.outputColumns();
      long start = PhaseTimes.now();
      draw.state =
          plan.isSealed()
              ? draw.state.after(round, new RealColumns(columns, records, draw.reals))
              : draw.state.after(round, new IntegerColumns(columns, records, draw.integers));
      times.addSince(Phase.ACTIVATE, start);
      draw.round++;
      draw.uploaded = false;
      draw.present.clear();
      draw.forget();
      return true;
    }
  }

  private void takeIntegers(
      BlockLabel label, EncryptedBlock block, Round round, long[] received, int first) {
    long start = PhaseTimes.now();
    double margin = cipher.decrypt(block, received, first);
    times.addSince(Phase.DECRYPT, start);
    requireExact(label, margin);
    long largest = largest(received, first, block.columns() * records);
    requireInside(label, largest, round.bound());
    measures.add(round.index(), margin, largest);
  }

  /** The margin is how often the largest value could double before it would not fit the primes. */
  private void takeReals(
      BlockLabel label, EncryptedBlock block, Round round, double[] received, int first) {
    long start = PhaseTimes.now();
    RealColumns slots = cipher.decryptReal(block);
    times.addSince(Phase.DECRYPT, start);
    double largestSlot = 0;
    double largest = 0;
    for (int column = 0; column < slots.columns(); column++) {
      double scale = round.outputScale(label.firstColumn() + column);
      for (int j = 0; j < records; j++) {
        double slot = slots.values()[column * records + j];
        received[first + column * records + j] = slot * scale;
        largestSlot = Math.max(largestSlot, Math.abs(slot));
        largest = Math.max(largest, Math.abs(slot * scale));
      }
    }
    // What is no number is not inside either.
    requireInside(
        label, Double.isNaN(largest) ? Long.MAX_VALUE : (long) Math.ceil(largest), round.bound());
    double used = Math.log(Math.max(largestSlot, 1) * plan.resultScale()) / Math.log(2);
    measures.add(round.index(), plan.resultBits() - 1 - used, (long) Math.ceil(largest));
  }

  /** With another key, or after other arithmetic than agreed, what comes out is only noise. */
  private static void requireExact(BlockLabel label, double marginBits) {
    if (!(marginBits >= LEAST_MARGIN_BITS)) {
      throw new ProtocolException(
          "The result of round %d, draw %d has a noise margin of %.1f bits: it cannot be relied on; is it of another key?"
              .formatted(label.round(), label.draw(), marginBits));
    }
  }

  private static long largest(long[] values, int first, int count) {
    long largest = 0;
    for (int i = first; i < first + count; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    return largest;
  }

  /** The plan proves its bounds, so whoever exceeds one computed something else. */
  private static void requireInside(BlockLabel label, long largest, long bound) {
    if (largest > bound) {
      throw new ProtocolException(
          "The result of round %d, draw %d has the value %d; the plan's bound is %d: it is not what was asked for"
              .formatted(label.round(), label.draw(), largest, bound));
    }
  }

  /** Returns whether every draw has been through all rounds. */
  public boolean isFinished() {
    return draws.stream()
        .allMatch(
            draw -> {
              synchronized (draw) {
                return isFinished(draw);
              }
            });
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
    long start = PhaseTimes.now();
    List<RealColumns> outputs = draws.stream().map(draw -> draw.state.output()).toList();
    Predictions predictions = Predictions.average(plan.task(), outputs);
    times.addSince(Phase.ACTIVATE, start);
    return predictions;
  }

  /** Returns its number. */
  public long number() {
    return batch;
  }

  /** Returns how many records the batch has. */
  public int records() {
    return records;
  }

  private boolean isFinished(Draw draw) {
    return draw.round == plan.rounds().size();
  }

  private Draw draw(BlockLabel label) {
    MessageChecks.require("job", job, label.job());
    MessageChecks.require("batch", batch, label.batch());
    if (label.draw() >= draws.size()) {
      throw new ProtocolException(
          "A result for draw %d; the plan has %d draws".formatted(label.draw(), draws.size()));
    }
    return draws.get(label.draw());
  }

  private void check(Draw draw, BlockLabel label, int columns, int count) {
    if (isFinished(draw) || label.round() != draw.round) {
      throw new ProtocolException(
          "A result of round %d for draw %d, which %s"
              .formatted(
                  label.round(),
                  label.draw(),
                  isFinished(draw) ? "is finished" : "waits for round " + draw.round));
    }
    MessageChecks.require("records", records, count);
    int expected = plan.rounds().get(draw.round).outputColumns();
    if (columns > expected - label.firstColumn()) {
      throw new ProtocolException(
          "A result of columns %d to %d; the round has %d"
              .formatted(label.firstColumn(), label.firstColumn() + (long) columns - 1, expected));
    }
    int again = draw.present.nextSetBit(label.firstColumn());
    if (again >= 0 && again < label.firstColumn() + columns) {
      throw new ProtocolException(
          "Column %d of round %d was received before".formatted(again, label.round()));
    }
  }
}
