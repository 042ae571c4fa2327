package io.nightjar.protocol;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RealColumns;
import io.nightjar.model.Shape;
import io.nightjar.model.Task;
import io.nightjar.network.Network;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import java.util.HashMap;
import java.util.Map;

/**
 * What the data owner knows in the clear of one draw of one batch: the values to upload next, and
 * the earlier ones that residual connections will want. It never changes.
 */
public final class OwnerState {

  private final Plan plan;
  private final RealColumns current;
  private final Map<String, RealColumns> seen;

  private OwnerState(Plan plan, RealColumns current, Map<String, RealColumns> seen) {
    this.plan = plan;
    this.current = current;
    this.seen = seen;
  }

  /**
   * Returns the state before the first round.
   *
   * @throws IllegalArgumentException if the records do not have the plan's features
   */
  public static OwnerState of(Plan plan, RealColumns records) {
    Shape shape = plan.input().shape();
    if (records.columns() != shape.size()) {
      throw new IllegalArgumentException(
          "The records have %d features; the model takes %d"
              .formatted(records.columns(), shape.size()));
    }
    Map<String, RealColumns> seen = new HashMap<>();
    seen.put(Network.INPUT, records);
    RealColumns prepared = OwnerMath.apply(plan.preparation(), shape, records, seen);
    return new OwnerState(plan, prepared, seen);
  }

  /** Returns the integers that a round's upload encrypts. */
  public IntegerColumns integers(Round round) {
    return OwnerMath.quantise(round.inputs(), current);
  }

  /** Returns the values themselves. */
  public RealColumns reals() {
    return current;
  }

  /** Returns the state after a round whose outputs decrypted to these integers. */
  public OwnerState after(Round round, IntegerColumns outputs) {
    return after(round, OwnerMath.rescale(round, outputs));
  }

  /** Returns the state after a round with these outputs. */
  public OwnerState after(Round round, RealColumns outputs) {
    Map<String, RealColumns> known = new HashMap<>(seen);
    known.put(round.result(), outputs);
    RealColumns next = OwnerMath.apply(round.activations(), round.output(), outputs, known);
    return new OwnerState(plan, next, known);
  }

  /** Returns the network's outputs after the last round: probabilities for a classification. */
  public RealColumns output() {
    boolean probabilities = plan.task() == Task.CLASSIFICATION && !plan.endsWithSoftmax();
    return probabilities ? OwnerMath.softmax(current) : current;
  }
}
