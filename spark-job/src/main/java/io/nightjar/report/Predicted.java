package io.nightjar.report;

import io.nightjar.protocol.Predictions;
import io.nightjar.records.RecordId;
import java.io.Serializable;
import java.util.Map;

/**
 * What was predicted for the records of a job, whatever the truth is. The memory that it takes does
 * not depend on how many there are.
 */
sealed interface Predicted extends Serializable permits PredictedClasses, PredictedValues {

  /** Creates one without records. */
  static Predicted of(ReportSubject subject) {
    return switch (subject.task()) {
      case CLASSIFICATION -> new PredictedClasses(subject.outputs(), subject.riskClass());
      case REGRESSION -> new PredictedValues(subject.outputs());
    };
  }

  /**
   * Takes the prediction of a record.
   *
   * @param position its place in the input
   */
  void add(long position, RecordId id, Predictions predictions, int record);

  /** Takes what was predicted of other records, of the same subject. */
  void add(Predicted other);

  /** Adds its figures to a report; there must be records. */
  void report(Map<String, Object> report);
}
