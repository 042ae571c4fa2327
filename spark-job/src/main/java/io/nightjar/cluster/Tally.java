package io.nightjar.cluster;

import io.nightjar.protocol.Predictions;
import io.nightjar.records.RecordId;
import io.nightjar.report.Correctness;
import io.nightjar.report.Findings;
import io.nightjar.report.ReportSubject;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/** What a report says of some predictions, counted where they are made. */
public final class Tally implements Serializable {

  private static final long serialVersionUID = 1;

  private final Findings.Part findings;
  private final Correctness correctness; // null if nobody knows the truth

  private Tally(Findings.Part findings, Correctness correctness) {
    this.findings = findings;
    this.correctness = correctness;
  }

  /** Counts predictions. */
  static final class Counter {
    private final Findings findings;
    private final Correctness correctness; // null if nobody knows the truth

    /**
     * Creates a counter.
     *
     * @param labelled how many records have labels
     */
    Counter(ReportSubject subject, int labelled) {
      this.findings = new Findings(subject);
      this.correctness = labelled > 0 ? Correctness.of(subject) : null;
    }

    void add(long first, List<RecordId> ids, Predictions predictions, List<double[]> labels) {
      findings.add(first, ids, predictions);
      for (int j = 0; j < labels.size(); j++) {
        correctness.add(predictions, j, labels.get(j));
      }
    }

    Tally tally() {
      return new Tally(findings.part(), correctness);
    }
  }

  /** Returns what was predicted for the records. */
  public Findings.Part findings() {
    return findings;
  }

  /** Returns how right the predictions are, if that is known. */
  public Optional<Correctness> correctness() {
    return Optional.ofNullable(correctness);
  }
}
