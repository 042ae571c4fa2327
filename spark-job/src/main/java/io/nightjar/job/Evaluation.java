package io.nightjar.job;

import io.nightjar.crypto.RealColumns;
import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.Wave;
import io.nightjar.plan.Plan;
import io.nightjar.protocol.Draws;
import io.nightjar.protocol.Predictions;
import io.nightjar.protocol.RoundInputs;
import io.nightjar.records.Labels;
import io.nightjar.reference.FloatEvaluator;
import io.nightjar.reference.ReferenceEvaluator;
import io.nightjar.report.Agreement;
import io.nightjar.report.Correctness;
import io.nightjar.report.ReportSubject;
import io.nightjar.staging.StagedRecords;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Compares predictions with what the records really are. */
final class Evaluation {

  private final Labels labels;
  private final ReportSubject subject;
  private final Correctness encrypted;
  private final Agreement agreement;

  Evaluation(Labels labels, ReportSubject subject) {
    this.labels = labels;
    this.subject = subject;
    this.encrypted = Correctness.of(subject);
    this.agreement = new Agreement(subject.task(), labels.size(), subject.outputs());
  }

  /** Takes the predictions of consecutive records, the first of which has this position. */
  void add(long first, Predictions predictions) {
    agreement.add(first, predictions);
    add(encrypted, first, predictions);
  }

  /** Takes what was found of records elsewhere. */
  void add(Correctness found) {
    encrypted.add(found);
  }

  /** Returns the labels of consecutive records. */
  List<double[]> labels(long first, int count) {
    return LongStream.range(first, first + count)
        .mapToObj(record -> labels.label(Math.toIntExact(record)))
        .toList();
  }

  private void add(Correctness correctness, long first, Predictions predictions) {
    for (int j = 0; j < predictions.records(); j++) {
      correctness.add(predictions, j, labels.label(Math.toIntExact(first + j)));
    }
  }

  /** Adds the figures of the encrypted predictions to a report. */
  void report(Map<String, Object> report) {
    encrypted.reportSummary(report);
  }

  /** Adds those of its figures that do not fit in a line. */
  void reportDetails(Map<String, Object> report) {
    encrypted.reportDetails(report);
  }

  /**
   * Scores the records of waves in the clear too, with the same draws, as integers and without
   * quantisation, and adds to a report how right those are, and how far the encrypted predictions
   * are from these.
   *
   * @param waves the waves whose predictions it was given, in their order
   * @param inputs what their rounds were evaluated on
   */
  void reportReferences(
      Map<String, Object> report,
      Plan plan,
      JobDescription job,
      List<Wave> waves,
      Draws draws,
      RoundInputs inputs,
      StagedRecords records)
      throws IOException {
    ReferenceEvaluator reference = new ReferenceEvaluator(plan, draws, inputs);
    FloatEvaluator unquantised = new FloatEvaluator(plan, draws, inputs);
    Correctness integers = Correctness.of(subject);
    Correctness reals = Correctness.of(subject);
    Agreement.Comparison withIntegers = agreement.compare();
    Agreement.Comparison withReals = agreement.compare();
    for (Wave wave : waves) {
      for (long batch = wave.firstBatch(); batch < wave.endBatch(); batch++) {
        RealColumns values = records.values(batch);
        long first = batch * job.batchSize();
        Predictions exact = reference.score(batch, values);
        add(integers, first, exact);
        withIntegers.add(first, exact);
        Predictions real = unquantised.score(batch, values);
        add(reals, first, real);
        withReals.add(first, real);
      }
    }
    right(report, "reference", integers);
    right(report, "float", reals);
    report.put("referenceAgreement", withIntegers.report());
    report.put("floatAgreement", withReals.report());
  }

  /** Adds the one figure that says how right predictions are. */
  private static void right(Map<String, Object> report, String whose, Correctness correctness) {
    Map<String, Object> figures = new HashMap<>();
    correctness.reportSummary(figures);
    for (String figure : List.of("accuracy", "rmse")) {
      if (figures.containsKey(figure)) {
        String name = Character.toUpperCase(figure.charAt(0)) + figure.substring(1);
        report.put(whose + name, figures.get(figure));
      }
    }
  }
}
