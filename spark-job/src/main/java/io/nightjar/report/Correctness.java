package io.nightjar.report;

import io.nightjar.protocol.Predictions;
import java.io.Serializable;
import java.util.Map;

/**
 * How right the predictions of a job are where the truth is known, and how well the model knows
 * when it is not. It is safe to use from many threads.
 */
public sealed interface Correctness extends Serializable
    permits ClassCorrectness, ValueCorrectness {

  /** Creates one without records. */
  static Correctness of(ReportSubject subject) {
    return switch (subject.task()) {
      case CLASSIFICATION -> new ClassCorrectness(subject.outputs(), subject.riskClass());
      case REGRESSION -> new ValueCorrectness(subject.outputs());
    };
  }

  /**
   * Adds a record.
   *
   * @param truth its class, or the true value of each output
   */
  void add(Predictions predictions, int record, double[] truth);

  /** Takes the records of another, of the same subject. */
  void add(Correctness other);

  /** Adds its figures to a report: those that fit in a line; there must be records. */
  void reportSummary(Map<String, Object> report);

  /** Adds its other figures to a report; where no record has a label there are none. */
  void reportDetails(Map<String, Object> report);
}
