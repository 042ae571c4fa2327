package io.nightjar.job;

import io.nightjar.plan.Plan;
import io.nightjar.report.Findings;
import io.nightjar.report.HtmlReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The report of a job, for programs and for people.
 *
 * @param topology whose the executors were
 * @param summary the figures that fit in a line
 * @param findings what was predicted
 * @param evaluation how right the predictions with labels are
 */
record JobReport(
    Topology topology,
    Map<String, Object> summary,
    Findings findings,
    Optional<Evaluation> evaluation) {

  /** Whose the executors are. */
  enum Topology {
    /** The data owner runs the driver. */
    IN_DRIVER,
    /** The model owner runs it. */
    REMOTE
  }

  /** Writes {@code report.json}, and {@code report.html} with the same figures. */
  void write(OutputDirectory output, Plan plan) throws IOException {
    Map<String, Object> report = new LinkedHashMap<>(summary);
    report.put("finishedAt", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    Optional.ofNullable(JobReport.class.getPackage().getImplementationVersion())
        .ifPresent(version -> report.put("version", version));
    report.put("topology", name(topology));
    report.put("task", name(plan.task()));
    report.put("outputs", plan.outputs());
    report.put("classes", plan.classes());
    report.put("learned", plan.sheet().explain(plan).learned());
    findings.report(report);
    evaluation.ifPresent(labelled -> labelled.reportDetails(report));
    output.writeReport("report.json", JobFigures.json(report));
    output.writeReport("report.html", HtmlReport.of(report).getBytes(StandardCharsets.UTF_8));
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
