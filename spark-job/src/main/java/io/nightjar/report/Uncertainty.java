package io.nightjar.report;

import io.nightjar.model.Task;
import io.nightjar.protocol.Predictions;
import io.nightjar.records.RecordId;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How unsure a model is of the records of a job: the distributions of each measure, and the records
 * that it is least sure of.
 *
 * <p>It takes the same memory for any number of records. What it says does not depend on the order
 * of the batches, but for the rounding of means. It is safe to use from many threads.
 */
public final class Uncertainty {

  private static final String PREDICTION = "prediction";

  /** How many measures a classification has. */
  private static final int MEASURES = 2;

  private final Task task;
  private final List<String> told;
  private final List<Measure> measures;
  private final List<StreamingHistogram> histograms;
  private final ForemostRecords leastCertain = new ForemostRecords();
  private long records;

  /**
   * Creates one without records.
   *
   * @param outputs how many classes, or values, the model puts out
   */
  public Uncertainty(Task task, int outputs) {
    this.task = task;
    this.told = told(task, outputs);
    this.measures = Measure.of(task, outputs);
    this.histograms =
        measures.stream().map(measure -> new StreamingHistogram(measure.leastRange())).toList();
  }

  /**
   * Returns what is told of each of the least certain records. Of a regression that is the measure
   * that ranks the records, and the value if there is only one.
   */
  private static List<String> told(Task task, int outputs) {
    if (task == Task.CLASSIFICATION) {
      return List.of(Measure.ENTROPY, Measure.MUTUAL_INFORMATION, PREDICTION, "probability");
    }
    return outputs == 1 ? List.of(Measure.DEVIATION, PREDICTION) : List.of(Measure.DEVIATION);
  }

  /** Takes the predictions of consecutive records, the first of which has this position. */
  public synchronized void add(long first, List<RecordId> ids, Predictions predictions) {
    for (int j = 0; j < predictions.records(); j++) {
      double[] measured = new double[measures.size()];
      for (int m = 0; m < measured.length; m++) {
        measured[m] = measures.get(m).value().of(predictions, j);
        histograms.get(m).add(measured[m]);
      }
      if (leastCertain.takes(measured[0])) {
        leastCertain.add(first + j, ids.get(j), figures(measured, predictions, j));
      }
    }
    records += predictions.records();
  }

  /** Returns what is told of a record: its measures, and behind them what is predicted for it. */
  private double[] figures(double[] measured, Predictions predictions, int record) {
    double[] figures = Arrays.copyOf(measured, told.size());
    if (task == Task.CLASSIFICATION) {
      int predicted = predictions.predictedClass(record);
      figures[MEASURES] = predicted;
      figures[MEASURES + 1] = predictions.mean().get(predicted, record);
    } else if (told.size() > 1) {
      figures[1] = predictions.mean().get(0, record);
    }
    return figures;
  }

  /** What is known of some of the records of a job, as it travels between processes. */
  public static final class Part implements Serializable {
    private static final long serialVersionUID = 1;

    private final List<StreamingHistogram.Counts> histograms;
    private final ForemostRecords leastCertain = new ForemostRecords();
    private final long records;

    private Part(Uncertainty of) {
      histograms = new ArrayList<>(of.histograms.stream().map(StreamingHistogram::counts).toList());
      leastCertain.add(of.leastCertain);
      records = of.records;
    }
  }

  /** Returns what is known of the records so far. */
  public synchronized Part part() {
    return new Part(this);
  }

  /** Takes what another process knows of other records of the job. */
  public synchronized void add(Part part) {
    for (int m = 0; m < histograms.size(); m++) {
      histograms.get(m).add(part.histograms.get(m));
    }
    leastCertain.add(part.leastCertain);
    records += part.records;
  }

  /** Adds its figures to a report; where no record was scored there are none. */
  public synchronized void report(Map<String, Object> report) {
    if (records == 0) {
      return;
    }
    Map<String, Object> distributions = new LinkedHashMap<>();
    for (int m = 0; m < measures.size(); m++) {
      distributions.put(measures.get(m).key(), histograms.get(m).distribution());
    }
    report.put("uncertainty", distributions);
    report.put("leastCertain", leastCertain.inOrder().stream().map(this::told).toList());
  }

  private Map<String, Object> told(ForemostRecords.Candidate candidate) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("id", candidate.id());
    for (int k = 0; k < told.size(); k++) {
      double figure = candidate.figures().get(k);
      boolean number = task == Task.CLASSIFICATION && told.get(k).equals(PREDICTION);
      figures.put(told.get(k), number ? (Object) (int) figure : (Object) figure);
    }
    return figures;
  }
}
