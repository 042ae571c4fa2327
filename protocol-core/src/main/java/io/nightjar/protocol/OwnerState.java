package io.nightjar.protocol;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RealColumns;
import io.nightjar.model.Layer;
import io.nightjar.model.Shape;
import io.nightjar.model.Task;
import io.nightjar.network.Network;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The state of one draw of one batch in the clear: the values that the data owner uploads next, and
 * those earlier ones that branches will want. A state never changes.
 */
public final class OwnerState {

  private final Plan plan;
  private final Optional<RealColumns> current;
  private final Map<String, ShapedColumns> seen;

  private OwnerState(Plan plan, Optional<RealColumns> current, Map<String, ShapedColumns> seen) {
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
    return new OwnerState(plan, Optional.empty(), Map.of())
        .with(Network.INPUT, plan.preparation(), new ShapedColumns(shape, records), false, 0);
  }

  /** Returns the state of a draw whose values and all before them have been uploaded. */
  static OwnerState forgotten(Plan plan) {
    return new OwnerState(plan, Optional.empty(), Map.of());
  }

  /** Returns this state with zeros in place of the values that a round uploads. */
  OwnerState zeros(Round round, int records) {
    int features = round.inputFeatures();
    RealColumns zeros = new RealColumns(features, records, new double[features * records]);
    return new OwnerState(plan, Optional.of(zeros), seen);
  }

  /** Returns the integers that a round's upload encrypts. */
  public IntegerColumns integers(Round round) {
    return quantised(round).integers();
  }

  /** Returns the integers that a round's upload encrypts, and how many values did not fit. */
  public Quantised quantised(Round round) {
    return OwnerMath.quantise(round.inputs(), reals());
  }

  /**
   * Returns how many values lie outside the model's input range; a value that is no number does.
   */
  public long outside() {
    return OwnerMath.outside(plan.input().range(), reals());
  }

  /**
   * Returns the values themselves.
   *
   * @throws IllegalStateException if they have been forgotten
   */
  public RealColumns reals() {
    return current.orElseThrow(
        () -> new IllegalStateException("These values have been uploaded and forgotten"));
  }

  /** Returns what has to be remembered once the values are uploaded: much less, mostly nothing. */
  public OwnerState forgetful() {
    return new OwnerState(plan, Optional.empty(), seen);
  }

  /** Returns the state after a round with these outputs, whose array it takes over. */
  public OwnerState after(Round round, RealColumns outputs) {
    ShapedColumns shaped = new ShapedColumns(round.output(), outputs);
    return with(round.result(), round.activations(), shaped, true, round.index() + 1);
  }

  /**
   * Applies layers to values.
   *
   * @param own whether their array is this state's to write to
   * @param next the round that is next
   */
  private OwnerState with(
      String name, List<Layer> layers, ShapedColumns values, boolean own, int next) {
    Set<String> wanted = plan.jointSources();
    Map<String, ShapedColumns> known = new HashMap<>(seen);
    if (wanted.contains(name)) {
      known.put(name, values);
    }
    boolean free = own && !wanted.contains(name);
    ShapedColumns current = LayerMath.apply(layers, values, free, known, wanted);
    known.keySet().retainAll(plan.jointSources(next));
    return new OwnerState(plan, Optional.of(current.columns()), known);
  }

  /** Returns the network's outputs after the last round: probabilities for a classification. */
  public RealColumns output() {
    boolean probabilities = plan.task() == Task.CLASSIFICATION && !plan.endsWithSoftmax();
    return probabilities ? LayerMath.softmax(reals()) : reals();
  }
}
