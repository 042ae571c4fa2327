package io.nightjar.report;

import io.nightjar.protocol.Predictions;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How far predicted values are from true ones.
 *
 * <p>Intervals are a record's mean over the draws, and so many standard deviations of the draws on
 * both sides as a normal distribution would take. They are of what the draws disagree about; models
 * say nothing of the noise of single values, which is not in them.
 */
final class ValueCorrectness implements Correctness {

  private static final long serialVersionUID = 1;

  private final Output[] outputs;

  ValueCorrectness(int outputs) {
    this.outputs =
        IntStream.range(0, outputs)
            .mapToObj(k -> new Output(k < Measure.MOST_OUTPUTS))
            .toArray(Output[]::new);
  }

  /** What is known of one output. */
  private static final class Output implements Serializable {
    private static final long serialVersionUID = 1;

    private final Moments truths = new Moments();
    private final Moments errors = new Moments();
    private double absolute;
    private double squares;
    private final long[] covered = new long[Interval.ALL.size()];
    private boolean drawsDiffer;
    private final ParityGrid grid; // null for outputs beyond those that have pictures

    Output(boolean pictured) {
      this.grid = pictured ? new ParityGrid() : null;
    }

    void add(double truth, double predicted, double deviation) {
      double error = predicted - truth;
      truths.add(truth);
      errors.add(error);
      absolute += Math.abs(error);
      squares += error * error;
      drawsDiffer |= deviation > 0;
      for (int i = 0; i < covered.length; i++) {
        covered[i] += Math.abs(error) <= Interval.ALL.get(i).deviations() * deviation ? 1 : 0;
      }
      if (grid != null) {
        grid.add(truth, predicted);
      }
    }

    void add(Output other) {
      truths.add(other.truths);
      errors.add(other.errors);
      absolute += other.absolute;
      squares += other.squares;
      drawsDiffer |= other.drawsDiffer;
      Arrays.setAll(covered, i -> covered[i] + other.covered[i]);
      if (grid != null) {
        grid.add(other.grid);
      }
    }

    Map<String, Object> summary() {
      long records = truths.count();
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("rmse", Math.sqrt(squares / records));
      figures.put("mae", absolute / records);
      figures.put("bias", errors.mean());
      if (truths.squares() > 0) {
        figures.put("r2", 1 - squares / truths.squares());
        figures.put("standardDeviation", truths.deviation());
      }
      return figures;
    }

    Map<String, Object> details() {
      Map<String, Object> figures = summary();
      if (drawsDiffer) {
        List<Map<String, Object>> intervals = new ArrayList<>();
        for (int i = 0; i < covered.length; i++) {
          Map<String, Object> interval = new LinkedHashMap<>();
          interval.put("level", Interval.ALL.get(i).level());
          interval.put("deviations", Interval.ALL.get(i).deviations());
          interval.put("covered", (double) covered[i] / truths.count());
          intervals.add(interval);
        }
        figures.put("intervals", intervals);
      }
      if (grid != null) {
        figures.put("parity", grid.squares());
      }
      return figures;
    }
  }

  /** How many standard deviations of a normal distribution a share of it is within. */
  private record Interval(double level, double deviations) {
    static final List<Interval> ALL =
        List.of(
            new Interval(0.5, 0.6744897501960817),
            new Interval(0.8, 1.2815515655446004),
            new Interval(0.9, 1.6448536269514722),
            new Interval(0.95, 1.959963984540054));
  }

  @Override
  public synchronized void add(Predictions predictions, int record, double[] truth) {
    for (int k = 0; k < outputs.length; k++) {
      outputs[k].add(
          truth[k], predictions.mean().get(k, record), predictions.deviation().get(k, record));
    }
  }

  @Override
  public synchronized void add(Correctness other) {
    for (int k = 0; k < outputs.length; k++) {
      outputs[k].add(((ValueCorrectness) other).outputs[k]);
    }
  }

  @Override
  public synchronized void reportSummary(Map<String, Object> report) {
    report.put("labelledRecords", outputs[0].truths.count());
    if (outputs.length == 1) {
      Map<String, Object> figures = outputs[0].summary();
      List.of("rmse", "mae", "r2").stream()
          .filter(figures::containsKey)
          .forEach(key -> report.put(key, figures.get(key)));
    }
  }

  @Override
  public synchronized void reportDetails(Map<String, Object> report) {
    if (outputs[0].truths.count() > 0) {
      report.put("errors", Arrays.stream(outputs).map(Output::details).toList());
    }
  }
}
