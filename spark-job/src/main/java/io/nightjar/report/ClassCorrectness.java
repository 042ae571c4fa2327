package io.nightjar.report;

import io.nightjar.protocol.Predictions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/** How often predicted classes are the true ones, and how well their probabilities rank records. */
final class ClassCorrectness implements Correctness {

  private static final long serialVersionUID = 1;

  /** With more classes only the chosen one is ranked: each takes memory. */
  static final int MOST_RANKED = 1024;

  private static final int NONE = -1;

  private final Calibration calibration = new Calibration();
  private final Referral referral = new Referral();
  private final ConfusionMatrix confusion; // null for too many classes
  private final int riskClass;
  private final Calibration riskCalibration = new Calibration();
  private final long[] truths;
  private final long[] predictions;
  private final long[] right;
  private final ClassRanking[] rankings; // null for a class that is not ranked

  ClassCorrectness(int classes, OptionalInt riskClass) {
    this.confusion = classes <= ConfusionMatrix.MOST_CLASSES ? new ConfusionMatrix(classes) : null;
    this.riskClass = riskClass.orElse(NONE);
    this.truths = new long[classes];
    this.predictions = new long[classes];
    this.right = new long[classes];
    this.rankings = new ClassRanking[classes];
    boolean all = classes > 2 && classes <= MOST_RANKED;
    for (int c = 0; c < classes; c++) {
      rankings[c] = all || c == this.riskClass ? new ClassRanking(all ? classes : 1) : null;
    }
  }

  @Override
  public void add(Predictions of, int record, double[] label) {
    int truth = (int) label[0];
    int predicted = of.predictedClass(record);
    calibration.add(of.mean().get(predicted, record), predicted == truth);
    referral.add(Math.max(of.entropy(record), 0), predicted == truth);
    confusion().ifPresent(matrix -> matrix.add(truth, predicted));
    synchronized (this) {
      truths[truth]++;
      predictions[predicted]++;
      right[truth] += predicted == truth ? 1 : 0;
      for (int c = 0; c < rankings.length; c++) {
        if (rankings[c] != null) {
          rankings[c].add(of.mean().get(c, record), c == truth);
        }
      }
    }
    if (riskClass != NONE) {
      riskCalibration.add(of.mean().get(riskClass, record), riskClass == truth);
    }
  }

  @Override
  public void add(Correctness other) {
    ClassCorrectness others = (ClassCorrectness) other;
    calibration.add(others.calibration);
    referral.add(others.referral);
    confusion().ifPresent(matrix -> matrix.add(others.confusion));
    riskCalibration.add(others.riskCalibration);
    synchronized (this) {
      for (int c = 0; c < rankings.length; c++) {
        truths[c] += others.truths[c];
        predictions[c] += others.predictions[c];
        right[c] += others.right[c];
        if (rankings[c] != null) {
          rankings[c].add(others.rankings[c]);
        }
      }
    }
  }

  private Optional<ConfusionMatrix> confusion() {
    return Optional.ofNullable(confusion);
  }

  @Override
  public synchronized void reportSummary(Map<String, Object> report) {
    report.put("labelledRecords", calibration.records());
    report.put("accuracy", calibration.accuracy());
    int frequent = mostFrequent();
    Map<String, Object> baseRate = new LinkedHashMap<>();
    baseRate.put("class", frequent);
    baseRate.put("share", (double) truths[frequent] / calibration.records());
    report.put("baseRate", baseRate);
    report.put("expectedCalibrationError", calibration.expectedError());
    if (riskClass != NONE) {
      rankings[riskClass].figures().ifPresent(figures -> report.put("riskRanking", figures));
    }
  }

  /** Returns the class that most records are of; the first of equals. */
  private int mostFrequent() {
    int most = 0;
    for (int c = 1; c < truths.length; c++) {
      most = truths[c] > truths[most] ? c : most;
    }
    return most;
  }

  @Override
  public synchronized void reportDetails(Map<String, Object> report) {
    if (calibration.records() == 0) {
      return;
    }
    Proportion correct = new Proportion(calibration.right(), calibration.records());
    Map<String, Object> interval = new LinkedHashMap<>();
    interval.put("level", Proportion.LEVEL);
    interval.put("from", correct.from());
    interval.put("to", correct.to());
    report.put("accuracyInterval", interval);
    report.put("reliability", calibration.bins());
    if (riskClass != NONE) {
      report.put("riskReliability", riskCalibration.bins());
      report.put("riskCalibrationError", riskCalibration.expectedError());
      rankings[riskClass].gains().ifPresent(gains -> report.put("riskGains", gains));
    }
    report.put("perClass", perClass());
    if (truths.length > 2 && truths.length <= MOST_RANKED) {
      Arrays.stream(rankings)
          .filter(Objects::nonNull)
          .flatMap(ranking -> ranking.figures().stream())
          .mapToDouble(RankingFigures::auroc)
          .average()
          .ifPresent(mean -> report.put("meanAuroc", mean));
    }
    confusion().ifPresent(matrix -> report.put("confusionMatrix", matrix.rows()));
    report.put("referral", referral.curve());
  }

  private List<Map<String, Object>> perClass() {
    List<Map<String, Object>> classes = new ArrayList<>();
    for (int c = 0; c < truths.length; c++) {
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("class", c);
      figures.put("records", truths[c]);
      figures.put("predicted", predictions[c]);
      figures.put("right", right[c]);
      if (rankings[c] != null) {
        rankings[c].figures().ifPresent(ranking -> figures.put("ranking", ranking));
      }
      classes.add(figures);
    }
    return classes;
  }
}
