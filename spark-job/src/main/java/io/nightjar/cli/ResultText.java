package io.nightjar.cli;

import io.nightjar.job.ScoreResult;
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
      summary(out, result.report());
      out.println(place(result.report().get("results"), output));
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
        .forEach(warning -> err.printf("nightjar: warning: %s%n", warning));
    err.flush();
  }

  private static void summary(PrintWriter out, Map<String, Object> report) {
    int draws = ((Number) report.get("draws")).intValue();
    out.printf(
        "Scored %,d records with %s, %d draw%s each, in %.1f s: %,.0f records/s.%n",
        ((Number) report.get("recordsScoredNow")).longValue(),
        report.get("model"),
        draws,
        draws == 1 ? "" : "s",
        number(report, "wallSeconds"),
        number(report, "recordsPerSecond"));
    if (report.containsKey("accuracy")) {
      String unquantised =
          report.containsKey("floatAccuracy") // an agent has no model to compute it with
              ? " (%.2f %% without encryption or quantisation)"
                  .formatted(100 * number(report, "floatAccuracy"))
              : "";
      out.printf(
          "%.2f %% of the predictions are right%s; the expected calibration error is %.2f %%.%n",
          100 * number(report, "accuracy"),
          unquantised,
          100 * number(report, "expectedCalibrationError"));
    }
    if (report.containsKey("referenceAgreement")) {
      agreement(out, "with the same integers in the clear", report.get("referenceAgreement"));
      agreement(out, "without encryption or quantisation", report.get("floatAgreement"));
    }
    out.printf(
        "Each record cost %,.0f bytes up and %,.0f down, all encrypted.%n",
        number(report, "bytesUpPerRecord"), number(report, "bytesDownPerRecord"));
  }

  private static void agreement(PrintWriter out, String other, Object figures) {
    Map<?, ?> agreement = (Map<?, ?>) figures;
    out.printf(
        "%,d of %,d predictions are the same %s; logits are within %.1g.%n",
        (Long) agreement.get("samePredictions"),
        (Long) agreement.get("records"),
        other,
        (Double) agreement.get("largestLogitError"));
  }

  private static double number(Map<String, Object> report, String key) {
    return ((Number) report.get(key)).doubleValue();
  }
}
