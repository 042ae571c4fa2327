package io.nightjar.report;

import io.nightjar.protocol.Predictions;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How right the predictions of a job are where the truth is known, and how well the model knows
 * when it is not. It is safe to use from many threads.
 */
public final class Correctness implements Serializable {

  private static final long serialVersionUID = 1;

  private final Calibration calibration = new Calibration();
  private final Referral referral = new Referral();
  private final ConfusionMatrix confusion; // null for too many classes

  /** Creates one without records, for a model with so many classes. */
  public Correctness(int classes) {
    this.confusion = classes <= ConfusionMatrix.MOST_CLASSES ? new ConfusionMatrix(classes) : null;
  }

  /**
   * Adds a record.
   *
   * @param truth its class
   */
  public void add(Predictions predictions, int record, int truth) {
    int predicted = predictions.predictedClass(record);
    calibration.add(predictions, record, truth);
    referral.add(Math.max(predictions.entropy(record), 0), predicted == truth);
    confusion().ifPresent(matrix -> matrix.add(truth, predicted));
  }

  /** Takes the records of another, of a model with the same classes. */
  public void add(Correctness other) {
    calibration.add(other.calibration);
    referral.add(other.referral);
    confusion().ifPresent(matrix -> matrix.add(other.confusion));
  }

  private Optional<ConfusionMatrix> confusion() {
    return Optional.ofNullable(confusion);
  }

  /** Adds its figures to a report: those that fit in a line. */
  public void reportSummary(Map<String, Object> report) {
    report.put("labelledRecords", calibration.records());
    report.put("accuracy", calibration.accuracy());
    report.put("expectedCalibrationError", calibration.expectedError());
  }

  /** Adds its other figures to a report; where no record has a label there are none. */
  public void reportDetails(Map<String, Object> report) {
    if (calibration.records() == 0) {
      return;
    }
    Proportion right = new Proportion(calibration.right(), calibration.records());
    Map<String, Object> interval = new LinkedHashMap<>();
    interval.put("level", Proportion.LEVEL);
    interval.put("from", right.from());
    interval.put("to", right.to());
    report.put("accuracyInterval", interval);
    report.put("reliability", calibration.bins());
    confusion().ifPresent(matrix -> report.put("confusionMatrix", matrix.rows()));
    report.put("referral", referral.curve());
  }
}
