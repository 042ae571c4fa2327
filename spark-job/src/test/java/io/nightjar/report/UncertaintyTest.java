package io.nightjar.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.RealColumns;
import io.nightjar.model.Task;
import io.nightjar.protocol.Predictions;
import io.nightjar.records.RecordId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UncertaintyTest {

  @Test
  void theLeastCertainAreThoseOfHighestEntropyWhateverTheOrderOfBatches() {
    List<Predictions> batches = new ArrayList<>();
    for (int batch = 0; batch < 10; batch++) {
      double[] first = new double[10];
      for (int j = 0; j < 10; j++) {
        first[j] = 0.5 + (batch + 10 * j) / 250.0; // the records are in no order of it
      }
      batches.add(classes(first));
    }

    Map<String, Object> forwards = report(batches, List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
    Map<String, Object> backwards = report(batches, List.of(9, 8, 7, 6, 5, 4, 3, 2, 1, 0));

    List<?> ids = ids(forwards);
    assertEquals(ForemostRecords.MOST, ids.size());
    assertEquals(List.of("r0", "r10", "r20"), ids.subList(0, 3));
    assertEquals("r91", ids.get(19));
    assertEquals(forwards.get("leastCertain"), backwards.get("leastCertain"));
    double highest = (double) leastCertain(forwards).get(0).get("entropy");
    assertEquals(Math.log(2), highest, 1e-12);
  }

  @Test
  void ofEquallyUncertainRecordsTheFirstAreNamed() {
    Map<String, Object> report =
        report(List.of(classes(new double[30]), classes(new double[30])), List.of(1, 0));

    assertEquals("r0", ids(report).get(0));
    assertEquals("r19", ids(report).get(19));
  }

  @Test
  void everyRecordIsInEveryDistribution() {
    Map<String, Object> report =
        report(
            List.of(classes(new double[] {0.5, 1, 0.9}), classes(new double[] {0.8})),
            List.of(0, 1));

    Map<?, ?> distributions = (Map<?, ?>) report.get("uncertainty");
    assertEquals(List.of("entropy", "mutualInformation"), List.copyOf(distributions.keySet()));
    for (Object each : distributions.values()) {
      Distribution distribution = (Distribution) each;
      assertEquals(4, distribution.count());
      assertEquals(4, distribution.bins().stream().mapToLong(Long::longValue).sum());
    }
    Distribution entropy = (Distribution) distributions.get("entropy");
    assertEquals(Math.log(2), entropy.largest(), 1e-12);
  }

  @Test
  void aRegressionIsRankedByTheLargestDeviation() {
    RealColumns low = new RealColumns(2, 3, new double[] {1, 1, 1, 0, 0, 0});
    RealColumns high = new RealColumns(2, 3, new double[] {1, 3, 5, 8, 0, 0});
    Predictions predictions = Predictions.average(Task.REGRESSION, List.of(low, high));
    Uncertainty uncertainty = new Uncertainty(Task.REGRESSION, 2);
    uncertainty.add(0, ids(0, 3), predictions);
    Map<String, Object> report = new HashMap<>();

    uncertainty.report(report);

    assertEquals(
        List.of(
            Map.of("id", "r0", "standardDeviation", 4.0),
            Map.of("id", "r2", "standardDeviation", 2.0),
            Map.of("id", "r1", "standardDeviation", 1.0)),
        report.get("leastCertain"));
    Map<?, ?> distributions = (Map<?, ?>) report.get("uncertainty");
    assertEquals(4, ((Distribution) distributions.get("sd_1")).largest());
    assertEquals(1, ((Distribution) distributions.get("sd_0")).mean());
  }

  @Test
  void withoutRecordsThereAreNoFigures() {
    Map<String, Object> report = new HashMap<>();

    new Uncertainty(Task.CLASSIFICATION, 3).report(report);

    assertTrue(report.isEmpty());
  }

  private static Map<String, Object> report(List<Predictions> batches, List<Integer> order) {
    Uncertainty uncertainty = new Uncertainty(Task.CLASSIFICATION, 2);
    for (int batch : order) {
      long first = (long) batch * batches.get(0).records();
      Predictions predictions = batches.get(batch);
      uncertainty.add(first, ids(first, predictions.records()), predictions);
    }
    Map<String, Object> report = new HashMap<>();
    uncertainty.report(report);
    return report;
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> leastCertain(Map<String, Object> report) {
    return (List<Map<String, Object>>) report.get("leastCertain");
  }

  private static List<Object> ids(Map<String, Object> report) {
    return leastCertain(report).stream().map(each -> each.get("id")).toList();
  }

  private static List<RecordId> ids(long first, int count) {
    List<RecordId> ids = new ArrayList<>();
    for (int j = 0; j < count; j++) {
      ids.add(RecordId.of("r" + (first + j)));
    }
    return ids;
  }

  /** Returns predictions of two classes, the first of which has these probabilities. */
  private static Predictions classes(double[] first) {
    double[] values = new double[2 * first.length];
    for (int j = 0; j < first.length; j++) {
      values[j] = first[j];
      values[first.length + j] = 1 - first[j];
    }
    return Predictions.average(
        Task.CLASSIFICATION, List.of(new RealColumns(2, first.length, values)));
  }
}
