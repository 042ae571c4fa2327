package io.nightjar.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nightjar.crypto.RealColumns;
import io.nightjar.model.Task;
import io.nightjar.protocol.Predictions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgreementTest {

  /** Returns predictions of two classes from the logit of the second, for each record. */
  private static Predictions logits(double... logits) {
    double[] probabilities = new double[2 * logits.length];
    for (int j = 0; j < logits.length; j++) {
      probabilities[j] = 1 / (1 + Math.exp(logits[j]));
      probabilities[logits.length + j] = 1 - probabilities[j];
    }
    return Predictions.average(
        Task.CLASSIFICATION, List.of(new RealColumns(2, logits.length, probabilities)));
  }

  private static void assertReport(
      long records, long same, double error, Agreement.Comparison comparison) {
    Map<String, Object> report = comparison.report();
    assertEquals(records, report.get("records"));
    assertEquals(same, report.get("samePredictions"));
    assertEquals(error, (Double) report.get("largestLogitError"), 1e-9);
  }

  @Test
  void equalPredictionsAgreeWithoutError() {
    Agreement agreement = new Agreement(Task.CLASSIFICATION, 3, 2);
    agreement.add(0, logits(-1, 2, 0.25));
    Agreement.Comparison comparison = agreement.compare();
    comparison.add(0, logits(-1, 2, 0.25));
    assertReport(3, 3, 0, comparison);
  }

  @Test
  void theLargestErrorIsThatOfOneLogitWithoutWhatBothShare() {
    Agreement agreement = new Agreement(Task.CLASSIFICATION, 3, 2);
    agreement.add(0, logits(-1, 2, 0.25));
    Agreement.Comparison comparison = agreement.compare();
    comparison.add(0, logits(-1.125, 2, -0.25)); // the last changes the prediction
    assertReport(3, 2, 0.25, comparison);
  }

  @Test
  void recordsWithoutAnEncryptedPredictionAreNotCompared() {
    Agreement agreement = new Agreement(Task.CLASSIFICATION, 5, 2);
    agreement.add(3, logits(1, 1));
    Agreement.Comparison comparison = agreement.compare();
    comparison.add(2, logits(-1, 1, 1));
    assertReport(2, 2, 0, comparison);
  }

  @Test
  void recordsBeyondAboutAMillionNumbersAreNotCompared() {
    int most = 1 << 19;
    Agreement agreement = new Agreement(Task.CLASSIFICATION, Integer.MAX_VALUE, 2);
    agreement.add(most - 1, logits(1, 1));
    Agreement.Comparison comparison = agreement.compare();
    comparison.add(most - 1, logits(1, 1));
    assertReport(1, 1, 0, comparison);
  }

  @Test
  void theLargestDifferenceIsOfProbabilities() {
    Agreement agreement = new Agreement(Task.CLASSIFICATION, 2, 2);
    agreement.add(0, logits(0, 5));
    Agreement.Comparison comparison = agreement.compare();
    comparison.add(0, logits(0, 4));

    double difference = 1 / (1 + Math.exp(-5)) - 1 / (1 + Math.exp(-4));
    assertEquals(difference, (Double) comparison.report().get("largestDifference"), 1e-12);
  }

  @Test
  void ofARegressionItIsOfValues() {
    Agreement agreement = new Agreement(Task.REGRESSION, 2, 1);
    agreement.add(0, values(3, -2));
    Agreement.Comparison comparison = agreement.compare();
    comparison.add(0, values(3, -2.5));

    assertEquals(Map.of("records", 2L, "largestDifference", 0.5), comparison.report());
  }

  private static Predictions values(double... values) {
    return Predictions.average(Task.REGRESSION, List.of(new RealColumns(1, values.length, values)));
  }
}
