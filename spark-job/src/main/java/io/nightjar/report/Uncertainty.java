package io.nightjar.report;

import io.nightjar.model.Task;
import io.nightjar.protocol.Predictions;
import io.nightjar.records.RecordId;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * How unsure a model is of the records of a job: the distributions of each measure, and the records
 * that it is least sure of.
 *
 * <p>It takes the same memory for any number of records. What it says does not depend on the order
 * of the batches, but for the rounding of means. It is safe to use from many threads.
 */
public final class Uncertainty {

  /** How many of the least certain records are named. */
  public static final int LEAST_CERTAIN = 20;

  /**
   * How many measures are told of each record; of a regression only the one that ranks the records
   * is told.
   */
  private static final int MOST_TOLD = 2;

  private final Task task;
  private final List<Measure> measures;
  private final List<StreamingHistogram> histograms;
  private final PriorityQueue<Candidate> candidates =
      new PriorityQueue<>(Candidate.LEAST_CERTAIN_FIRST.reversed());
  private long records;

  /**
   * A record that may be among the least certain.
   *
   * @param position its place in the input; of equally uncertain records the first counts
   */
  private record Candidate(long position, String id, List<Double> measured)
      implements Serializable {

    private static final long serialVersionUID = 1;

    private static final Comparator<Candidate> LEAST_CERTAIN_FIRST =
        Comparator.comparingDouble(Candidate::uncertainty)
            .reversed()
            .thenComparingLong(Candidate::position);

    Candidate(long position, RecordId id, double[] measured) {
      this(position, id.text(), Arrays.stream(measured).boxed().toList());
    }

    double uncertainty() {
      return measured.get(0);
    }
  }

  /**
   * Creates one without records.
   *
   * @param outputs how many classes, or values, the model puts out
   */
  public Uncertainty(Task task, int outputs) {
    this.task = task;
    this.measures = Measure.of(task, outputs);
    this.histograms =
        measures.stream().map(measure -> new StreamingHistogram(measure.leastRange())).toList();
  }

  /** Takes the predictions of consecutive records, the first of which has this position. */
  public synchronized void add(long first, List<RecordId> ids, Predictions predictions) {
    for (int j = 0; j < predictions.records(); j++) {
      double[] measured = new double[measures.size()];
      for (int m = 0; m < measured.length; m++) {
        measured[m] = measures.get(m).value().of(predictions, j);
        histograms.get(m).add(measured[m]);
      }
      if (candidates.size() < LEAST_CERTAIN || measured[0] >= candidates.peek().uncertainty()) {
        add(new Candidate(first + j, ids.get(j), measured));
      }
    }
    records += predictions.records();
  }

  private void add(Candidate candidate) {
    candidates.add(candidate);
    if (candidates.size() > LEAST_CERTAIN) {
      candidates.poll();
    }
  }

  /** What is known of some of the records of a job, as it travels between processes. */
  public static final class Part implements Serializable {
    private static final long serialVersionUID = 1;

    private final List<StreamingHistogram.Counts> histograms;
    private final List<Candidate> candidates;
    private final long records;

    private Part(Uncertainty of) {
      histograms = new ArrayList<>(of.histograms.stream().map(StreamingHistogram::counts).toList());
      candidates = new ArrayList<>(of.candidates);
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
    part.candidates.forEach(this::add);
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
    report.put(
        "leastCertain",
        candidates.stream().sorted(Candidate.LEAST_CERTAIN_FIRST).map(this::told).toList());
  }

  private Map<String, Object> told(Candidate candidate) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("id", candidate.id());
    int most = task == Task.CLASSIFICATION ? MOST_TOLD : 1;
    for (int m = 0; m < most; m++) {
      told.put(measures.get(m).key(), candidate.measured().get(m));
    }
    return told;
  }
}
