package io.nightjar.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.RealColumns;
import io.nightjar.model.Task;
import io.nightjar.protocol.Predictions;
import io.nightjar.records.RecordId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FindingsTest {

  private static final double[] YES = {0.9, 0.2, 0.5, 0.7};

  private static Findings findings(ReportSubject subject, int from, int to) {
    double[] values = new double[2 * (to - from)];
    for (int j = from; j < to; j++) {
      values[j - from] = 1 - YES[j];
      values[to - from + j - from] = YES[j];
    }
    Findings findings = new Findings(subject);
    findings.add(
        from,
        IntStream.range(from, to).mapToObj(j -> RecordId.of("r" + j)).toList(),
        Predictions.average(Task.CLASSIFICATION, List.of(new RealColumns(2, to - from, values))));
    return findings;
  }

  private static Map<String, Object> report(Findings findings) {
    Map<String, Object> report = new LinkedHashMap<>();
    findings.report(report);
    return report;
  }

  private static List<Object> values(Object rows, String key) {
    return ((List<?>) rows).stream().map(row -> (Object) ((Map<?, ?>) row).get(key)).toList();
  }

  @Test
  void classesAreCountedAndRecordsAreInTheOrderOfTheirRisk() {
    Map<String, Object> report = report(findings(ReportSubject.of(Task.CLASSIFICATION, 2), 0, 4));

    assertEquals(List.of(2L, 2L), values(report.get("predictedClasses"), "records"));
    assertEquals(1, report.get("riskClass"));
    assertEquals(List.of("r0", "r3", "r2", "r1"), values(report.get("highestRisk"), "id"));
    assertEquals(List.of(0.9, 0.7, 0.5, 0.2), values(report.get("highestRisk"), "risk"));
    Distribution risk = (Distribution) report.get("risk");
    assertEquals(4, risk.bins().stream().mapToLong(Long::longValue).sum());
    assertEquals(2.3 / 4, risk.mean(), 1e-12);
    assertEquals(0.9, risk.largest());
    assertEquals(List.of("r2", "r3", "r1", "r0"), values(report.get("leastCertain"), "id"));
    assertEquals(List.of(0, 1, 0, 1), values(report.get("leastCertain"), "prediction"));
    assertEquals(List.of(0.5, 0.7, 0.8, 0.9), values(report.get("leastCertain"), "probability"));
  }

  @Test
  void anotherClassMayBeTheRisk() {
    Map<String, Object> report =
        report(findings(new ReportSubject(Task.CLASSIFICATION, 2, OptionalInt.of(0)), 0, 4));

    assertEquals("r1", values(report.get("highestRisk"), "id").get(0));
  }

  @Test
  void ofMoreClassesNoneIsARiskUnlessItIsChosen() {
    assertTrue(ReportSubject.of(Task.CLASSIFICATION, 3).riskClass().isEmpty());
    assertTrue(ReportSubject.of(Task.REGRESSION, 2).riskClass().isEmpty());
    assertThrows(
        IllegalArgumentException.class,
        () -> new ReportSubject(Task.CLASSIFICATION, 2, OptionalInt.of(2)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ReportSubject(Task.REGRESSION, 2, OptionalInt.of(1)));
  }

  @Test
  void whatTwoProcessesFindIsWhatOneWouldFind() {
    ReportSubject subject = ReportSubject.of(Task.CLASSIFICATION, 2);
    Findings several = new Findings(subject);
    several.add(findings(subject, 2, 4).part());
    several.add(findings(subject, 0, 2).part());

    Map<String, Object> expected = report(findings(subject, 0, 4));
    assertEquals(expected.keySet(), report(several).keySet());
    for (String key : List.of("highestRisk", "leastCertain")) {
      assertEquals(expected.get(key), report(several).get(key));
    }
    assertEquals(
        values(expected.get("predictedClasses"), "records"),
        values(report(several).get("predictedClasses"), "records"));
  }

  @Test
  void aRegressionHasTheDistributionsOfItsValues() {
    Findings findings = new Findings(ReportSubject.of(Task.REGRESSION, 1));
    findings.add(
        0,
        List.of(RecordId.of(1), RecordId.of(2)),
        Predictions.average(
            Task.REGRESSION, List.of(new RealColumns(1, 2, new double[] {-4, 10}))));

    Map<String, Object> report = report(findings);

    ValueDistribution values = (ValueDistribution) ((List<?>) report.get("predictedValues")).get(0);
    assertEquals(3, values.mean());
    assertEquals(-4, values.least());
    assertFalse(report.containsKey("highestRisk"));
  }

  @Test
  void withoutRecordsThereAreNoFigures() {
    assertTrue(report(new Findings(ReportSubject.of(Task.REGRESSION, 1))).isEmpty());
  }
}
