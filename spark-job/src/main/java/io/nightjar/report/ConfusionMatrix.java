package io.nightjar.report;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/** How often each class was taken for which. It is safe to use from many threads. */
public final class ConfusionMatrix implements Serializable {

  private static final long serialVersionUID = 1;

  /** The most classes; a matrix of more is too large to see anything in it. */
  public static final int MOST_CLASSES = 20;

  private final long[][] counts;

  /** Creates one without records. */
  public ConfusionMatrix(int classes) {
    this.counts = new long[classes][classes];
  }

  /** Adds a record. */
  public synchronized void add(int truth, int predicted) {
    counts[truth][predicted]++;
  }

  /** Takes the records of another. */
  public synchronized void add(ConfusionMatrix other) {
    for (int truth = 0; truth < counts.length; truth++) {
      for (int predicted = 0; predicted < counts.length; predicted++) {
        counts[truth][predicted] += other.counts[truth][predicted];
      }
    }
  }

  /** Returns the counts: a row for each true class, in it one for each predicted class. */
  public synchronized List<List<Long>> rows() {
    return Arrays.stream(counts).map(row -> Arrays.stream(row).boxed().toList()).toList();
  }
}
