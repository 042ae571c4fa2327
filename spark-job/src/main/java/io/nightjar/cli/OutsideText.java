package io.nightjar.cli;

import io.nightjar.model.Text;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.protocols.Protocols;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Warns of values outside the ranges that a model and its plan take. Predictions are then made of
 * other values, and look as sure of themselves as ever.
 */
final class OutsideText {

  /**
   * The largest share that is not worth a warning. Ranges leave out rare values on purpose: those
   * of the bundled models are percentiles 0.5 and 99.5, so one value in a hundred is outside by
   * design.
   */
  static final double USUAL_SHARE = 0.02;

  private static final int MOST_COLUMNS = 5;

  private OutsideText() {}

  /** Returns the warnings about a job, none if there is nothing to warn of. */
  static List<String> warnings(Plan plan, Map<String, Object> report) {
    List<String> warnings = new ArrayList<>();
    columns(warnings, report);
    List<?> rounds = (List<?>) report.getOrDefault("rounds", List.of());
    for (int i = 0; i < rounds.size(); i++) {
      Map<?, ?> figures = (Map<?, ?>) rounds.get(i);
      if (figures.containsKey("inputs")) { // not what an earlier process uploaded
        round(
            warnings,
            plan,
            plan.rounds().get(i),
            count(figures, "outside"),
            count(figures, "inputs"));
      }
    }
    return warnings;
  }

  private static void columns(List<String> warnings, Map<String, Object> report) {
    Map<?, ?> outside = (Map<?, ?>) report.getOrDefault("outside", Map.of());
    List<String> unusual = new ArrayList<>();
    for (Object column : outside.keySet()) {
      long numbers = count(outside, column);
      long records = count(report, "records");
      if (numbers > USUAL_SHARE * records) {
        unusual.add(
            "%s in %s".formatted(share(numbers, records, "records"), Text.quote((String) column)));
      }
    }
    if (!unusual.isEmpty()) {
      int others = unusual.size() - MOST_COLUMNS;
      warnings.add(
          "columns have many numbers outside their low and high, which count as the nearer of the two: %s%s; give them in the units that the model was trained with"
              .formatted(
                  unusual.stream().limit(MOST_COLUMNS).collect(Collectors.joining(", ")),
                  others > 0 ? ", and %d more".formatted(others) : ""));
    }
  }

  private static void round(
      List<String> warnings, Plan plan, Round round, long outside, long inputs) {
    String taken =
        "round %d took %s".formatted(round.index() + 1, share(outside, inputs, "values"));
    if (round.index() == 0 && outside > 0) {
      warnings.add(
          "%s from outside the model's range, %s; scale the input as the model was trained"
              .formatted(taken, Protocols.of(plan).whatBecomesOfOutside()));
    } else if (outside > USUAL_SHARE * inputs) {
      warnings.add(
          "%s from outside the range of calibration, which count as its nearer end; scale the input as the model was trained, or have the model calibrated on records such as these ('nightjar calibrate')"
              .formatted(taken));
    }
  }

  private static String share(long part, long whole, String what) {
    double percent = 100.0 * part / whole;
    return "%,d of %,d %s (%s %%)"
        .formatted(part, whole, what, percent < 0.1 ? "under 0.1" : "%.1f".formatted(percent));
  }

  private static long count(Map<?, ?> figures, Object key) {
    return ((Number) figures.get(key)).longValue();
  }
}
