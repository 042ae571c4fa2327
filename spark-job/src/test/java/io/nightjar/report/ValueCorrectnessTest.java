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

class ValueCorrectnessTest {

  /** Predictions of 1, 3, 5 and 9, from draws that are 1 apart on either side. */
  private static final Predictions PREDICTIONS =
      predictions(new double[] {0, 2, 4, 8}, new double[] {2, 4, 6, 10});

  private static Predictions predictions(double[]... draws) {
    return Predictions.average(
        Task.REGRESSION,
        Arrays.stream(draws).map(draw -> new RealColumns(1, draw.length, draw)).toList());
  }

  private static Correctness correctness(Predictions predictions, double... truths) {
    Correctness correctness = new ValueCorrectness(1);
    for (int j = 0; j < truths.length; j++) {
      correctness.add(predictions, j, new double[] {truths[j]});
    }
    return correctness;
  }

  private static Map<String, Object> report(Correctness correctness) {
    Map<String, Object> report = new LinkedHashMap<>();
    correctness.reportSummary(report);
    correctness.reportDetails(report);
    return report;
  }

  private static Map<?, ?> output(Map<String, Object> report, int output) {
    return (Map<?, ?>) ((List<?>) report.get("errors")).get(output);
  }

  @Test
  void theErrorsOfFourRecordsAreAsComputedByHand() {
    // errors of 1, -1.5, 0 and 3; the truths' mean is 4, their squared distances are 41.25
    Map<String, Object> report = report(correctness(PREDICTIONS, 0, 4.5, 5, 6));

    assertEquals(4L, report.get("labelledRecords"));
    double squares = 1 + 2.25 + 0 + 9;
    assertEquals(Math.sqrt(squares / 4), (double) report.get("rmse"), 1e-12);
    assertEquals(5.5 / 4, (double) report.get("mae"), 1e-12);
    double mean = 15.5 / 4;
    double total =
        mean * mean
            + (4.5 - mean) * (4.5 - mean)
            + (5 - mean) * (5 - mean)
            + (6 - mean) * (6 - mean);
    assertEquals(1 - squares / total, (double) report.get("r2"), 1e-12);
    assertEquals(2.5 / 4, (double) output(report, 0).get("bias"), 1e-12);
  }

  @Test
  void intervalsCoverWhatIsWithinDeviationsOfTheDraws() {
    // errors in deviations of the draws, which are 1: 0.5, 1.3, 1.9, 2
    Map<String, Object> report = report(correctness(PREDICTIONS, 1.5, 4.3, 6.9, 11));

    List<?> intervals = (List<?>) output(report, 0).get("intervals");
    assertEquals(
        List.of(0.25, 0.25, 0.5, 0.75),
        intervals.stream().map(interval -> ((Map<?, ?>) interval).get("covered")).toList());
    assertEquals(
        List.of(0.5, 0.8, 0.9, 0.95),
        intervals.stream().map(interval -> ((Map<?, ?>) interval).get("level")).toList());
  }

  @Test
  void whereDrawsDoNotDifferThereAreNoIntervals() {
    Map<String, Object> report = report(correctness(predictions(new double[] {1, 2}), 1, 3));

    assertFalse(output(report, 0).containsKey("intervals"));
    assertTrue(output(report, 0).containsKey("parity"));
  }

  @Test
  void withoutVarianceNothingIsExplained() {
    assertFalse(report(correctness(PREDICTIONS, 7)).containsKey("r2"));
    assertFalse(report(correctness(PREDICTIONS, 7, 7, 7)).containsKey("r2"));
  }

  @Test
  void twoTogetherAreOne() {
    Correctness all = correctness(PREDICTIONS, 0, 4.5, 5, 6);
    Correctness first = correctness(PREDICTIONS, 0, 4.5);
    Correctness rest = new ValueCorrectness(1);
    rest.add(PREDICTIONS, 2, new double[] {5});
    rest.add(PREDICTIONS, 3, new double[] {6});
    first.add(rest);

    Map<String, Object> expected = report(all);
    Map<String, Object> found = report(first);
    assertEquals((double) expected.get("r2"), (double) found.get("r2"), 1e-12);
    assertEquals(expected.get("rmse"), found.get("rmse"));
    assertEquals(output(expected, 0).get("parity"), output(found, 0).get("parity"));
    assertEquals(output(expected, 0).get("intervals"), output(found, 0).get("intervals"));
  }

  @Test
  void eachOfSeveralOutputsHasItsErrorsAndNoFigureIsOfAll() {
    Correctness correctness = new ValueCorrectness(2);
    Predictions predictions =
        Predictions.average(
            Task.REGRESSION, List.of(new RealColumns(2, 2, new double[] {1, 2, 10, 20})));
    correctness.add(predictions, 0, new double[] {1, 13});
    correctness.add(predictions, 1, new double[] {3, 20});

    Map<String, Object> report = report(correctness);

    assertFalse(report.containsKey("rmse"));
    assertEquals(0.5, output(report, 0).get("mae"));
    assertEquals(1.5, output(report, 1).get("mae"));
  }

  @Test
  void everyPairIsInTheSquareOfItsValues() {
    ParityGrid grid = new ParityGrid();
    double[][] pairs = {{0, 1}, {-40, 7}, {100, 3}, {100, 3}, {0.3, 1.2}};
    for (double[] pair : pairs) {
      grid.add(pair[0], pair[1]);
    }

    ParityGrid.Squares found = grid.squares();

    assertEquals(5, found.squares().stream().mapToLong(square -> square.get(2)).sum());
    assertTrue(found.size() <= 64);
    for (double[] pair : pairs) {
      List<Long> place =
          List.of(
              (long) Math.floor((pair[0] - found.from()) / found.width()),
              (long) Math.floor((pair[1] - found.from()) / found.width()));
      assertTrue(
          found.squares().stream().anyMatch(square -> square.subList(0, 2).equals(place)),
          place + " of " + found);
    }
  }
}
