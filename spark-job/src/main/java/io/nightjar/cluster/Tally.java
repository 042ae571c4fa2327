package io.nightjar.cluster;

import io.nightjar.model.Task;
import io.nightjar.protocol.Predictions;
import io.nightjar.records.RecordId;
import io.nightjar.report.Correctness;
import io.nightjar.report.Uncertainty;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/** What a report says of some predictions, counted where they are made. */
public final class Tally implements Serializable {

  private static final long serialVersionUID = 1;

  private final Uncertainty.Part uncertainty;
  private final Correctness correctness; // null if nobody knows the truth

  private Tally(Uncertainty.Part uncertainty, Correctness correctness) {
    this.uncertainty = uncertainty;
    this.correctness = correctness;
  }

  /** Counts predictions. */
  static final class Counter {
    private final Uncertainty uncertainty;
    private final Correctness correctness; // null if nobody knows the truth

    /**
     * Creates a counter.
     *
     * @param outputs how many classes, or values, the model puts out
     * @param labelled how many records have labels
     */
    Counter(Task task, int outputs, int labelled) {
      this.uncertainty = new Uncertainty(task, outputs);
      this.correctness = labelled > 0 ? new Correctness(outputs) : null;
    }

    void add(long first, List<RecordId> ids, Predictions predictions, List<Integer> labels) {
      uncertainty.add(first, ids, predictions);
      for (int j = 0; j < labels.size(); j++) {
        correctness.add(predictions, j, labels.get(j));
      }
    }

    Tally tally() {
      return new Tally(uncertainty.part(), correctness);
    }
  }

  /** Returns how unsure the model is of the records. */
  public Uncertainty.Part uncertainty() {
    return uncertainty;
  }

  /** Returns how right the predictions are, if that is known. */
  public Optional<Correctness> correctness() {
    return Optional.ofNullable(correctness);
  }
}
