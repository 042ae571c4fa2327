package io.nightjar.cluster;

import io.nightjar.exchange.Section;
import io.nightjar.owner.BatchSteps;
import io.nightjar.owner.Part;
import io.nightjar.protocol.DataOwner;
import io.nightjar.protocol.Phase;
import io.nightjar.protocol.RoundMeasures;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a task came to: where its uploads or its predictions are, and what it measured. */
final class Outcome implements Serializable {

  private static final long serialVersionUID = 1;

  private final ArrayList<Section> uploads;
  private final Part part; // null if there are no predictions
  private final Tally tally; // null likewise
  private final long bytesDown;
  private final EnumMap<Phase, Long> nanos = new EnumMap<>(Phase.class);
  private final ArrayList<RoundMeasures.Measured> measures;

  private Outcome(List<Section> uploads, Part part, Tally tally, BatchSteps steps) {
    this.uploads = new ArrayList<>(uploads);
    this.part = part;
    this.tally = tally;
    this.bytesDown = steps.bytesDown();
    DataOwner owner = steps.owner();
    for (Phase phase : Phase.values()) {
      nanos.put(phase, owner.times().nanos(phase));
    }
    this.measures = new ArrayList<>(owner.measures().all());
  }

  static Outcome ofUploads(List<Section> uploads, BatchSteps steps) {
    return new Outcome(uploads, null, null, steps);
  }

  static Outcome ofPredictions(Part part, Tally tally, BatchSteps steps) {
    return new Outcome(List.of(), part, tally, steps);
  }

  List<Section> uploads() {
    return uploads;
  }

  Optional<Part> part() {
    return Optional.ofNullable(part);
  }

  Optional<Tally> tally() {
    return Optional.ofNullable(tally);
  }

  long bytesDown() {
    return bytesDown;
  }

  /** Adds what was measured to what the driver knows. */
  void measuredTo(DataOwner owner) {
    for (Map.Entry<Phase, Long> phase : nanos.entrySet()) {
      owner.times().add(phase.getKey(), phase.getValue());
    }
    owner.measures().addAll(measures);
  }
}
