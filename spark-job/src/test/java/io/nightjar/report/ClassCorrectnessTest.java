package io.nightjar.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.RealColumns;
import io.nightjar.model.Task;
import io.nightjar.protocol.Predictions;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClassCorrectnessTest {

  @Test
  void theFiguresOfFourRecordsAreAsComputedByHand() {
    // predicted 0, 0, 1, 1 with confidence 0.9, 0.6, 0.8, 0.7
    Map<String, Object> report =
        report(2, new double[] {0.9, 0.6, 0.2, 0.3, 0.1, 0.4, 0.8, 0.7}, 0, 1, 1, 1);

    assertEquals(4L, report.get("labelledRecords"));
    assertEquals(0.75, report.get("accuracy"));
    assertEquals(
        (0.1 + 0.6 + 0.2 + 0.3) / 4, (double) report.get("expectedCalibrationError"), 1e-12);
    assertEquals(List.of(List.of(1L, 0L), List.of(1L, 2L)), report.get("confusionMatrix"));
    Proportion right = new Proportion(3, 4);
    assertEquals(
        Map.of("level", 0.95, "from", right.from(), "to", right.to()),
        report.get("accuracyInterval"));
    ReferralCurve referral = (ReferralCurve) report.get("referral");
    assertEquals((1 + 1 + 1 + 0.75) / 4, referral.areaUnderCurve(), 1e-12);
    assertEquals(
        List.of(1.0, 1.0, 1.0, 0.75),
        referral.curve().stream().map(ReferralCurve.Point::accuracy).toList());
  }

  @Test
  void theBinsOfTheReliabilityDiagramHoldEachRecordOnceAndMakeUpTheError() {
    Map<String, Object> report =
        report(2, new double[] {0.91, 0.92, 1, 0.35, 0.09, 0.08, 0, 0.65}, 0, 1, 0, 1);

    @SuppressWarnings("unchecked")
    List<Calibration.Bin> bins = (List<Calibration.Bin>) report.get("reliability");
    assertEquals(List.of(1L, 2L, 1L), bins.stream().map(Calibration.Bin::count).toList());
    assertEquals(0.915, bins.get(1).confidence(), 1e-12);
    assertEquals(0.5, bins.get(1).accuracy());
    assertEquals(13 / 15.0, bins.get(1).from());
    double error =
        bins.stream()
            .mapToDouble(bin -> bin.count() / 4.0 * Math.abs(bin.accuracy() - bin.confidence()))
            .sum();
    assertEquals(error, (double) report.get("expectedCalibrationError"), 1e-12);
    assertTrue(
        bins.stream()
            .allMatch(bin -> bin.from() <= bin.confidence() && bin.confidence() <= bin.to()));
  }

  @Test
  void accuracyStandsBesideTheShareOfTheMostFrequentClass() {
    Map<String, Object> report =
        report(2, new double[] {0.9, 0.6, 0.2, 0.3, 0.1, 0.4, 0.8, 0.7}, 0, 1, 1, 1);

    assertEquals(Map.of("class", 1, "share", 0.75), report.get("baseRate"));
    assertEquals(
        List.of(
            Map.of("class", 0, "records", 1L, "predicted", 2L, "right", 1L),
            Map.of("class", 1, "records", 3L, "predicted", 2L, "right", 2L)),
        ((List<?>) report.get("perClass"))
            .stream()
                .map(
                    each -> {
                      Map<Object, Object> figures = new LinkedHashMap<>((Map<?, ?>) each);
                      figures.remove("ranking");
                      return figures;
                    })
                .toList());
    RankingFigures ranking = (RankingFigures) report.get("riskRanking");
    assertEquals(1, ranking.auroc());
    assertEquals(3, ranking.positives());
  }

  @Test
  void ofMoreThanTwoClassesEachIsRankedAgainstTheRest() {
    Map<String, Object> report =
        report(3, new double[] {0.5, 0.2, 0.3, 0.3, 0.5, 0.3, 0.2, 0.3, 0.4}, 0, 1, 2);

    assertFalse(report.containsKey("riskRanking"));
    assertEquals(1.0, report.get("meanAuroc"));
  }

  @Test
  void theRiskIsCalibratedByItself() {
    // risks of 0.1, 0.4, 0.8 and 0.7, of which the last two are of the class
    Map<String, Object> report =
        report(2, new double[] {0.9, 0.6, 0.2, 0.3, 0.1, 0.4, 0.8, 0.7}, 0, 0, 1, 1);

    assertEquals((0.1 + 0.4 + 0.2 + 0.3) / 4, (double) report.get("riskCalibrationError"), 1e-12);
    assertEquals(4, ((List<?>) report.get("riskReliability")).size());
  }

  @Test
  void manyClassesHaveNoConfusionMatrix() {
    double[] uniform = new double[21];
    Arrays.fill(uniform, 1 / 21.0);

    assertFalse(report(21, uniform, 3).containsKey("confusionMatrix"));
    double[] fewer = Arrays.copyOf(uniform, 20);
    assertTrue(report(20, fewer, 3).containsKey("confusionMatrix"));
  }

  /** Returns the report on predictions with these probabilities, by class and then by record. */
  private static Map<String, Object> report(int classes, double[] probabilities, int... truth) {
    Predictions predictions =
        Predictions.average(
            Task.CLASSIFICATION, List.of(new RealColumns(classes, truth.length, probabilities)));
    Correctness correctness = Correctness.of(ReportSubject.of(Task.CLASSIFICATION, classes));
    for (int j = 0; j < truth.length; j++) {
      correctness.add(predictions, j, new double[] {truth[j]});
    }
    Map<String, Object> report = new LinkedHashMap<>();
    correctness.reportSummary(report);
    correctness.reportDetails(report);
    return report;
  }
}
