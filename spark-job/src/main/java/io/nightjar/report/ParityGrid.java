package io.nightjar.report;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts pairs of a true and a predicted value in squares, whose sides are the cells of one {@link
 * DyadicWindow} for both.
 */
final class ParityGrid implements Serializable {

  private static final long serialVersionUID = 1;

  private static final int CELLS = 64;

  private DyadicWindow window = new DyadicWindow(CELLS);
  private long[][] counts = new long[CELLS][CELLS];

  void add(double truth, double predicted) {
    if (!window.has(truth) || !window.has(predicted)) {
      move(window.with(truth).with(predicted));
    }
    counts[window.cell(truth)][window.cell(predicted)]++;
  }

  /** Takes the pairs of another. */
  void add(ParityGrid other) {
    if (!other.window.isEmpty()) {
      move(window.with(other.window));
      pour(other.window, other.counts, counts);
    }
  }

  private void move(DyadicWindow to) {
    DyadicWindow from = window;
    long[][] moved = new long[CELLS][CELLS];
    window = to;
    pour(from, counts, moved);
    counts = moved;
  }

  private void pour(DyadicWindow from, long[][] counted, long[][] into) {
    for (int truth = 0; truth < CELLS; truth++) {
      for (int predicted = 0; predicted < CELLS; predicted++) {
        if (counted[truth][predicted] > 0) {
          into[window.cell(from, truth)][window.cell(from, predicted)] += counted[truth][predicted];
        }
      }
    }
  }

  /**
   * The squares with pairs.
   *
   * @param from where the first square begins, in both directions
   * @param width the side of a square
   * @param size how many squares there are in each direction
   * @param squares the place of a square by true and by predicted value, and how many pairs it has
   */
  record Squares(double from, double width, int size, List<List<Long>> squares) {
    Squares {
      squares = List.copyOf(squares);
    }
  }

  /** Returns what was counted so far; there must be something. */
  Squares squares() {
    int low = window.cell(window.least());
    int high = window.cell(window.largest());
    List<List<Long>> squares = new ArrayList<>();
    for (int truth = low; truth <= high; truth++) {
      for (int predicted = low; predicted <= high; predicted++) {
        if (counts[truth][predicted] > 0) {
          squares.add(
              List.of((long) truth - low, (long) predicted - low, counts[truth][predicted]));
        }
      }
    }
    return new Squares(window.start(low), window.width(), high - low + 1, squares);
  }
}
