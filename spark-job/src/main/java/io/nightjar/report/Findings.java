package io.nightjar.report;

import io.nightjar.protocol.Predictions;
import io.nightjar.records.RecordId;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * What was predicted for the records of a job and how unsure the model is of it. It is safe to use
 * from many threads.
 */
public final class Findings {

  private final ReportSubject subject;
  private final Predicted predicted;
  private final Uncertainty uncertainty;
  private long records;

  /** Creates findings without records. */
  public Findings(ReportSubject subject) {
    this.subject = subject;
    this.predicted = Predicted.of(subject);
    this.uncertainty = new Uncertainty(subject.task(), subject.outputs());
  }

  /** Takes the predictions of consecutive records, the first of which has this position. */
  public synchronized void add(long first, List<RecordId> ids, Predictions predictions) {
    uncertainty.add(first, ids, predictions);
    for (int j = 0; j < predictions.records(); j++) {
      predicted.add(first + j, ids.get(j), predictions, j);
    }
    records += predictions.records();
  }

  /** What was found of some of the records of a job, as it travels between processes. */
  public static final class Part implements Serializable {
    private static final long serialVersionUID = 1;

    private final Predicted predicted;
    private final Uncertainty.Part uncertainty;
    private final long records;

    private Part(Findings of) {
      predicted = Predicted.of(of.subject);
      predicted.add(of.predicted);
      uncertainty = of.uncertainty.part();
      records = of.records;
    }
  }

  /** Returns what was found so far. */
  public synchronized Part part() {
    return new Part(this);
  }

  /** Takes what another process found of other records of the job. */
  public synchronized void add(Part part) {
    predicted.add(part.predicted);
    uncertainty.add(part.uncertainty);
    records += part.records;
  }

  /** Adds its figures to a report; where no record was scored there are none. */
  public synchronized void report(Map<String, Object> report) {
    if (records > 0) {
      predicted.report(report);
      uncertainty.report(report);
    }
  }
}
