package io.nightjar.cli;

import io.nightjar.job.ScoreResult;
import io.nightjar.model.Text;
import io.nightjar.plan.Plan;
import io.nightjar.report.RankingFigures;
import io.nightjar.text.Amounts;
import java.io.PrintWriter;
import java.util.Map;

/** Prints what became of a job, for whoever ran the command. */
final class ResultText {

  private ResultText() {}

  static void print(PrintWriter out, ScoreResult result, String output, boolean json) {
    if (json) {
      out.println(Json.line(result.before() ? Map.of("finishedBefore", true) : result.report()));
    } else if (result.before()) {
      out.printf("Nothing to do: %s has the results of this job already.%n", output);
    } else {
      summary(out, result);
      out.println(place(result.report().get("results"), output));
      out.printf("Done in %s.%n", result.times().text());
    }
    out.flush();
  }

  /** Prints that there was nothing to score. */
  static void printEmpty(PrintWriter out, String why, boolean json) {
    out.println(json ? Json.line(Map.of("records", 0)) : "Nothing to do: " + why + ".");
    out.flush();
  }

  private static String place(Object results, String output) {
    Map<?, ?> place = (Map<?, ?>) results;
    if (!place.containsKey("table")) {
      return "Results are in %s.".formatted(output);
    }
    return "Results are in table %s%s, the report in %s."
        .formatted(
            place.get("table"),
            place.containsKey("version") ? ", version " + place.get("version") : "",
            output);
  }

  /** Prints warnings for those who would otherwise read the results only. */
  static void warn(PrintWriter err, ScoreResult result) {
    OutsideText.warnings(result.plan(), result.report())
        .forEach(warning -> ErrorLines.warning(err, warning));
    err.flush();
  }

  private static void summary(PrintWriter out, ScoreResult result) {
    Map<String, Object> report = result.report();
    int draws = ((Number) report.get("draws")).intValue();
    out.printf(
        "Scored %,d records with %s, %d draw%s each; the rounds took %,.0f records/s.%n",
        ((Number) report.get("recordsScoredNow")).longValue(),
        report.get("model"),
        draws,
        draws == 1 ? "" : "s",
        number(report, "recordsPerSecond"));
    if (report.containsKey("accuracy")) {
      classes(out, result.plan(), report);
    } else if (report.containsKey("rmse")) {
      values(out, report);
    }
    if (report.containsKey("referenceAgreement")) {
      agreement(out, "with the same integers in the clear", report.get("referenceAgreement"));
      agreement(out, "without encryption or quantisation", report.get("floatAgreement"));
    }
    out.printf(
        "Each record cost %s up and %s down, all encrypted.%n",
        Amounts.bytes(number(report, "bytesUpPerRecord")),
        Amounts.bytes(number(report, "bytesDownPerRecord")));
  }

  private static void classes(PrintWriter out, Plan plan, Map<String, Object> report) {
    String unquantised =
        report.containsKey("floatAccuracy") // an agent has no model to compute it with
            ? " (%.2f %% without encryption or quantisation)"
                .formatted(100 * number(report, "floatAccuracy"))
            : "";
    Map<?, ?> baseRate = (Map<?, ?>) report.get("baseRate");
    out.printf(
        "%.2f %% of the predictions for %,d records with labels are right%s; always %s would be for %.2f %%. The expected calibration error is %.2f %%.%n",
        100 * number(report, "accuracy"),
        ((Number) report.get("labelledRecords")).longValue(),
        unquantised,
        name(plan, (Integer) baseRate.get("class")),
        100 * ((Number) baseRate.get("share")).doubleValue(),
        100 * number(report, "expectedCalibrationError"));
    if (report.get("riskRanking") instanceof RankingFigures ranking) {
      out.printf(
          "The risk ranks records with an AUROC of %.3f and an average precision of %.3f, where chance has 0.5 and %.3f.%n",
          ranking.auroc(),
          ranking.averagePrecision(),
          (double) ranking.positives() / (ranking.positives() + ranking.negatives()));
    }
  }

  private static String name(Plan plan, int number) {
    return plan.classes().isEmpty()
        ? "class %d".formatted(number)
        : Text.quote(plan.classes().get(number));
  }

  private static void values(PrintWriter out, Map<String, Object> report) {
    String unquantised =
        report.containsKey("floatRmse")
            ? " (%.4g without encryption or quantisation)".formatted(number(report, "floatRmse"))
            : "";
    String explained = report.containsKey("r2") ? ", R2 %.3f".formatted(number(report, "r2")) : "";
    out.printf(
        "For %,d records with labels: RMSE %.4g%s, MAE %.4g%s.%n",
        ((Number) report.get("labelledRecords")).longValue(),
        number(report, "rmse"),
        unquantised,
        number(report, "mae"),
        explained);
  }

  private static void agreement(PrintWriter out, String other, Object figures) {
    Map<?, ?> agreement = (Map<?, ?>) figures;
    if (agreement.containsKey("samePredictions")) {
      out.printf(
          "%,d of %,d predictions are the same %s; probabilities differ by at most %.1g.%n",
          (Long) agreement.get("samePredictions"),
          (Long) agreement.get("records"),
          other,
          (Double) agreement.get("largestDifference"));
    } else {
      out.printf(
          "%,d predictions differ by at most %.1g from those %s.%n",
          (Long) agreement.get("records"), (Double) agreement.get("largestDifference"), other);
    }
  }

  private static double number(Map<String, Object> report, String key) {
    return ((Number) report.get(key)).doubleValue();
  }
}
