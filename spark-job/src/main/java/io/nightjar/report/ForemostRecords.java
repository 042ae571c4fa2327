package io.nightjar.report;

import io.nightjar.records.RecordId;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The records for which a measure is largest, with other figures of each.
 *
 * <p>It keeps as many as it names. It is safe to use by one thread at a time.
 */
final class ForemostRecords implements Serializable {

  private static final long serialVersionUID = 1;

  /** How many records are named. */
  static final int MOST = 20;

  private final PriorityQueue<Candidate> candidates =
      new PriorityQueue<>(Candidate.FOREMOST_FIRST.reversed());

  /**
   * A record that may be among the foremost.
   *
   * @param position its place in the input; of records with one measure the first counts
   * @param figures the measure, and what else is told of the record
   */
  record Candidate(long position, String id, List<Double> figures) implements Serializable {

    private static final long serialVersionUID = 1;

    /** Compares as a class, because a comparator travels with the queue. */
    private static final class Order implements Comparator<Candidate>, Serializable {
      private static final long serialVersionUID = 1;

      @Override
      public int compare(Candidate a, Candidate b) {
        int larger = Double.compare(b.figures.get(0), a.figures.get(0));
        return larger != 0 ? larger : Long.compare(a.position, b.position);
      }
    }

    private static final Comparator<Candidate> FOREMOST_FIRST = new Order();
  }

  /** Returns whether a record with this measure may be named. */
  boolean takes(double measure) {
    return candidates.size() < MOST || measure >= candidates.peek().figures().get(0);
  }

  void add(long position, RecordId id, double... figures) {
    add(new Candidate(position, id.text(), Arrays.stream(figures).boxed().toList()));
  }

  /** Takes the records of another. */
  void add(ForemostRecords other) {
    other.candidates.forEach(this::add);
  }

  private void add(Candidate candidate) {
    candidates.add(candidate);
    if (candidates.size() > MOST) {
      candidates.poll();
    }
  }

  /** Returns the records, the foremost first. */
  List<Candidate> inOrder() {
    return candidates.stream().sorted(Candidate.FOREMOST_FIRST).toList();
  }
}
