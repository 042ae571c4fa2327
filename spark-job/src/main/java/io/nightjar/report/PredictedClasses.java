package io.nightjar.report;

import io.nightjar.protocol.Predictions;
import io.nightjar.records.RecordId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** How often a model has predicted each class, and the risks: probabilities of the chosen class. */
final class PredictedClasses implements Predicted {

  private static final long serialVersionUID = 1;

  private static final int NONE = -1;

  private final long[] counts;
  private final double[] probabilities; // their sums
  private final int riskClass;
  private final RiskHistogram risks = new RiskHistogram();
  private final ForemostRecords highestRisk = new ForemostRecords();

  PredictedClasses(int classes, OptionalInt riskClass) {
    this.counts = new long[classes];
    this.probabilities = new double[classes];
    this.riskClass = riskClass.orElse(NONE);
  }

  @Override
  public void add(long position, RecordId id, Predictions predictions, int record) {
    counts[predictions.predictedClass(record)]++;
    for (int c = 0; c < counts.length; c++) {
      probabilities[c] += predictions.mean().get(c, record);
    }
    if (riskClass != NONE) {
      double risk = predictions.mean().get(riskClass, record);
      risks.add(risk);
      if (highestRisk.takes(risk)) {
        highestRisk.add(position, id, risk, predictions.deviation().get(riskClass, record));
      }
    }
  }

  @Override
  public void add(Predicted other) {
    PredictedClasses others = (PredictedClasses) other;
    Arrays.setAll(counts, c -> counts[c] + others.counts[c]);
    Arrays.setAll(probabilities, c -> probabilities[c] + others.probabilities[c]);
    risks.add(others.risks);
    highestRisk.add(others.highestRisk);
  }

  @Override
  public void report(Map<String, Object> report) {
    long records = Arrays.stream(counts).sum();
    List<Map<String, Object>> classes = new ArrayList<>();
    for (int c = 0; c < counts.length; c++) {
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("class", c);
      figures.put("records", counts[c]);
      figures.put("meanProbability", probabilities[c] / records);
      classes.add(figures);
    }
    report.put("predictedClasses", classes);
    if (riskClass != NONE) {
      report.put("riskClass", riskClass);
      report.put("risk", risks.distribution());
      report.put(
          "highestRisk", highestRisk.inOrder().stream().map(PredictedClasses::told).toList());
    }
  }

  private static Map<String, Object> told(ForemostRecords.Candidate candidate) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("id", candidate.id());
    figures.put("risk", candidate.figures().get(0));
    figures.put("standardDeviation", candidate.figures().get(1));
    return figures;
  }
}
