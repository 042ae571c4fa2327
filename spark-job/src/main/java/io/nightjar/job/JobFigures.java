package io.nightjar.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.Wave;
import io.nightjar.identity.Identity;
import io.nightjar.ledger.Admission;
import io.nightjar.metrics.ProcessMetric;
import io.nightjar.metrics.ProcessMetrics;
import io.nightjar.owner.OwnerEngine;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDigest;
import io.nightjar.plan.Round;
import io.nightjar.protocol.DataOwner;
import io.nightjar.protocol.Phase;
import io.nightjar.protocol.RoundMeasures;
import io.nightjar.records.RecordCensus;
import io.nightjar.spark.RoundRunner;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What a job has cost, as {@code report.json} has it. */
final class JobFigures {

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final long start = System.nanoTime();
  private final Map<String, Object> report = new LinkedHashMap<>();

  private final Plan plan;

  /**
   * Begins the figures of a job.
   *
   * @param snapshot the version of the table that its records are of; empty if it has none
   */
  JobFigures(Plan plan, RecordCensus census, String snapshot) {
    this.plan = plan;
    report.put("protocol", plan.protocol());
    report.put("model", plan.model());
    report.put("planDigest", PlanDigest.of(plan).hex());
    report.put("records", census.records());
    report.put("outside", census.outside());
    if (!snapshot.isEmpty()) {
      report.put("inputVersion", snapshot);
    }
    report.put("draws", plan.draws());
    report.put("modelPrivacy", plan.privacy().text());
    Map<String, Object> margin = new LinkedHashMap<>();
    margin.put("predicted", Coarse.margin(plan.noiseMarginBits()));
    report.put("noiseMarginBits", margin);
  }

  /**
   * Says which model gave the answers.
   *
   * @param digest the digest of its files
   */
  void model(String digest) {
    report.put("modelDigest", digest);
  }

  /** Says who gave the answers. */
  void modelOwner(Identity modelOwner) {
    report.put("modelOwner", modelOwner.toString());
  }

  /**
   * Takes what was measured.
   *
   * @param waves those that were worked on in this process; others were finished before
   * @param cores how many tasks ran at once
   */
  void finish(
      List<Wave> waves,
      JobDescription job,
      DataOwner owner,
      OwnerEngine engine,
      RoundRunner rounds,
      int cores) {
    finish(waves, job, owner, engine, cores, rounds::seconds);
    report.put("peakExecutorBytes", rounds.peakBytes());
  }

  /** Takes what was measured where the executors are somebody else's. */
  void finish(
      List<Wave> waves, JobDescription job, DataOwner owner, OwnerEngine engine, int cores) {
    finish(waves, job, owner, engine, cores, phase -> 0);
  }

  private void finish(
      List<Wave> waves,
      JobDescription job,
      DataOwner owner,
      OwnerEngine engine,
      int cores,
      ToDoubleFunction<Phase> executors) {
    double wall = (System.nanoTime() - start) / 1e9;
    long scored = waves.stream().mapToLong(job::records).sum();
    Map<String, Object> phases = new LinkedHashMap<>();
    double ownerBusy = 0;
    double executorsBusy = 0;
    for (Phase phase : Phase.values()) {
      double ownerSeconds = owner.times().nanos(phase) / 1e9;
      double executorSeconds = executors.applyAsDouble(phase);
      phases.put(phase.name().toLowerCase(Locale.ROOT), ownerSeconds + executorSeconds);
      ownerBusy += ownerSeconds;
      executorsBusy += executorSeconds;
    }
    double busy = ownerBusy + executorsBusy;
    Map<String, Object> parties = new LinkedHashMap<>();
    parties.put("dataOwner", ownerBusy);
    parties.put("executors", executorsBusy);
    // What the cores did besides: scheduling, starting tasks, waiting for each other.
    phases.put("spark", Math.max(0, wall * cores - busy));
    report.put("recordsScoredNow", scored);
    report.put("wallSeconds", wall);
    report.put("recordsPerSecond", scored / wall);
    report.put("cores", cores);
    report.put("phases", phases);
    report.put("busySeconds", parties);
    report.put("bytesUpPerRecord", scored == 0 ? 0 : (double) engine.bytesUp() / scored);
    report.put("bytesDownPerRecord", scored == 0 ? 0 : (double) engine.bytesDown() / scored);
    @SuppressWarnings("unchecked")
    Map<String, Object> margin = (Map<String, Object>) report.get("noiseMarginBits");
    if (scored > 0) {
      margin.put("measuredMin", Coarse.margin(owner.measures().leastMarginBits()));
      report.put("rounds", plan.rounds().stream().map(round -> figures(round, owner)).toList());
    }
  }

  /**
   * Returns what a round's inputs and results came to, coarsely, beside what the plan promises.
   * Nothing was measured of what an earlier process uploaded, or of a round that it brought to its
   * end.
   */
  private static Map<String, Object> figures(Round round, DataOwner owner) {
    Map<String, Object> margin = new LinkedHashMap<>();
    margin.put("predicted", Coarse.margin(round.noiseMarginBits()));
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("title", round.title());
    figures.put("noiseMarginBits", margin);
    figures.put("bound", round.bound());
    RoundMeasures measures = owner.measures();
    if (measures.inputs(round.index()) > 0) {
      figures.put("inputs", measures.inputs(round.index()));
      figures.put("outside", measures.outside(round.index()));
    }
    double measured = measures.leastMarginBits(round.index());
    if (Double.isFinite(measured)) {
      margin.put("measuredMin", Coarse.margin(measured));
      figures.put("largestOutput", Coarse.largest(measures.largest(round.index()), round.bound()));
    }
    return figures;
  }

  /**
   * Has the metrics of this process say what the report says of the job, and not before it ends.
   */
  void show() {
    ProcessMetrics.add(ProcessMetric.JOBS_DONE, 1);
    if (report.get("noiseMarginBits") instanceof Map<?, ?> margin
        && margin.get("measuredMin") instanceof Number least) {
      ProcessMetrics.set(ProcessMetric.LEAST_MARGIN_BITS, least);
    }
  }

  /** Takes what the data owner's account comes to with the job. */
  void ledger(String owner, Admission admission) {
    Map<String, Object> ledger = new LinkedHashMap<>();
    ledger.put("owner", owner);
    ledger.put("answered", admission.answered());
    admission.budget().ifPresent(budget -> ledger.put("budget", budget));
    admission.left().ifPresent(left -> ledger.put("left", left));
    report.put("ledger", ledger);
  }

  Map<String, Object> report() {
    return report;
  }

  static byte[] json(Map<String, Object> report) {
    try {
      return (MAPPER.writeValueAsString(report) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A report that cannot be written as JSON", e);
    }
  }
}
