package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.model.Task;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDigest;
import io.nightjar.protocol.Predictions;
import io.nightjar.protocol.RoundInputs;
import io.nightjar.protocols.Protocols;
import io.nightjar.reference.ReferenceEvaluator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the results of a job must be: recomputed in the clear from the same draws. They are, by the
 * id of a record, the texts of the cells that follow it.
 */
final class ExpectedResults {

  /** By the plan's digest: the same for all jobs that repeat the known seed. */
  private static final Map<String, SortedMap<Long, List<String>>> KNOWN = new ConcurrentHashMap<>();

  private final Model model;
  private final Plan plan;
  private final List<double[]> records;
  private final double tolerance;

  /**
   * Creates them for a job.
   *
   * @param records the values of all records, as the network sees them
   * @param tolerance how far a probability may be from the reference's
   */
  ExpectedResults(Model model, Plan plan, List<double[]> records, double tolerance) {
    this.model = model;
    this.plan = plan;
    this.records = records;
    this.tolerance = tolerance;
  }

  /** Returns the results of jobs that repeat the known seed. */
  SortedMap<Long, List<String>> repeated() {
    return KNOWN.computeIfAbsent(
        PlanDigest.of(plan).hex(),
        digest -> {
          try (JobSecret secret = TestJobs.repeatedSecret()) {
            return of(secret, RoundInputs.NONE);
          }
        });
  }

  /** Returns the results that a secret and a job's uploads must lead to. */
  SortedMap<Long, List<String>> of(JobSecret secret, RoundInputs inputs) {
    ReferenceEvaluator reference =
        new ReferenceEvaluator(plan, Protocols.of(plan).draws(model, plan, secret), inputs);
    SortedMap<Long, List<String>> results = new TreeMap<>();
    for (int first = 0; first < records.size(); first += plan.batchSize()) {
      List<double[]> batch =
          records.subList(first, Math.min(records.size(), first + plan.batchSize()));
      Predictions predictions = reference.score(first / plan.batchSize(), columns(batch));
      for (int j = 0; j < batch.size(); j++) {
        results.put((long) first + j, cells(predictions, j));
      }
    }
    return results;
  }

  private static RealColumns columns(List<double[]> rows) {
    int width = rows.get(0).length;
    double[] values = new double[width * rows.size()];
    for (int j = 0; j < rows.size(); j++) {
      for (int k = 0; k < width; k++) {
        values[k * rows.size() + j] = rows.get(j)[k];
      }
    }
    return new RealColumns(width, rows.size(), values);
  }

  private List<String> cells(Predictions predictions, int record) {
    List<String> cells = new ArrayList<>();
    if (plan.task() == Task.REGRESSION) { // of one value
      cells.add(Double.toString(predictions.mean().get(0, record)));
      cells.add(Double.toString(predictions.deviation().get(0, record)));
      return List.copyOf(cells);
    }
    int predicted = predictions.predictedClass(record);
    cells.add(Integer.toString(predicted));
    if (!plan.classes().isEmpty()) {
      cells.add(plan.classes().get(predicted));
    }
    for (int c = 0; c < plan.outputs(); c++) {
      cells.add(Double.toString(predictions.mean().get(c, record)));
    }
    cells.add(Double.toString(predictions.entropy(record)));
    cells.add(Double.toString(predictions.mutualInformation(record)));
    return List.copyOf(cells);
  }

  /** Asserts that the output of a finished job has these results. */
  void assertIn(Path output, SortedMap<Long, List<String>> expected) throws IOException {
    SortedMap<Long, List<String>> found = ResultFiles.read(output);
    if (tolerance > 0) {
      assertNearly(expected, found);
    } else {
      assertEquals(expected, found);
    }
    assertTrue(Files.exists(output.resolve("_SUCCESS")), "the job is finished");
  }

  private void assertNearly(
      SortedMap<Long, List<String>> expected, SortedMap<Long, List<String>> found) {
    assertEquals(expected.keySet(), found.keySet());
    for (Map.Entry<Long, List<String>> one : expected.entrySet()) {
      List<String> cells = found.get(one.getKey());
      assertEquals(one.getValue().size(), cells.size());
      for (int k = 2; k < cells.size(); k++) { // after the prediction and its class
        assertEquals(
            Double.parseDouble(one.getValue().get(k)), Double.parseDouble(cells.get(k)), tolerance);
      }
    }
  }
}
