package io.nightjar.calibration;

import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.model.Task;
import io.nightjar.plan.Plan;
import io.nightjar.protocol.Draws;
import io.nightjar.protocol.Predictions;
import io.nightjar.protocol.RoundInputs;
import io.nightjar.protocols.Protocols;
import io.nightjar.reference.FloatEvaluator;
import io.nightjar.reference.ReferenceEvaluator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How far predictions with the integers of a plan are from those without quantisation, with the
 * same draws.
 *
 * @param task what is predicted
 * @param records of how many records
 * @param same for a classification, how many predictions are the same
 * @param largest the largest difference of a probability, or of an output of a regression
 * @param rootMeanSquare that of all of them
 * @param spread that of a regression's outputs from their means, beside which an error is small or
 *     not
 */
public record QuantisationCost(
    Task task, int records, int same, double largest, double rootMeanSquare, double spread) {

  /** More records say no more; they only take longer. */
  private static final int MOST_RECORDS = 512;

  /** Measures it on records, or on the first of them. */
  public static QuantisationCost of(Model model, Plan plan, RealColumns records) {
    int count = Math.min(Math.min(records.records(), plan.batchSize()), MOST_RECORDS);
    RealColumns batch = records.only(IntStream.range(0, count).toArray());
    try (JobSecret secret = JobSecret.ofSeed(new byte[JobSecret.SEED_BYTES])) {
      Draws draws = Protocols.of(plan).draws(model, plan, secret);
      Predictions integers = new ReferenceEvaluator(plan, draws, RoundInputs.NONE).score(0, batch);
      Predictions reals = new FloatEvaluator(plan, draws, RoundInputs.NONE).score(0, batch);
      return of(plan, integers, reals);
    }
  }

  private static QuantisationCost of(Plan plan, Predictions integers, Predictions reals) {
    int records = reals.records();
    int same = 0;
    double largest = 0;
    double squares = 0;
    double spread = 0;
    for (int c = 0; c < plan.outputs(); c++) {
      double sum = 0;
      double sumOfSquares = 0;
      for (int j = 0; j < records; j++) {
        double real = reals.mean().get(c, j);
        double error = Math.abs(integers.mean().get(c, j) - real);
        largest = Math.max(largest, error);
        squares += error * error;
        sum += real;
        sumOfSquares += real * real;
      }
      spread += Math.max(0, sumOfSquares / records - sum / records * (sum / records));
    }
    for (int j = 0; j < records && plan.task() == Task.CLASSIFICATION; j++) {
      same += integers.predictedClass(j) == reals.predictedClass(j) ? 1 : 0;
    }
    return new QuantisationCost(
        plan.task(),
        records,
        same,
        largest,
        Math.sqrt(squares / records / plan.outputs()),
        Math.sqrt(spread / plan.outputs()));
  }

  /** Returns the figures, for machines. */
  public Map<String, Object> map() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("records", records);
    if (task == Task.CLASSIFICATION) {
      map.put("samePredictions", same);
    }
    map.put("largestError", largest);
    map.put("rootMeanSquareError", rootMeanSquare);
    if (task == Task.REGRESSION) {
      map.put("spread", spread);
    }
    return map;
  }
}
