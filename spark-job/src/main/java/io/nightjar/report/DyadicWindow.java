package io.nightjar.report;

import java.io.Serializable;

/**
 * Cells of equal width in which all numbers so far have their place: the width is the least power
 * of two with which so few cells are enough.
 *
 * <p>Cells begin at multiples of their width, so that two of them are exactly one of twice the
 * width: what is counted in them does not depend on the order of the numbers.
 */
final class DyadicWindow implements Serializable {

  private static final long serialVersionUID = 1;

  /** A cell is no narrower than the largest number divided by two to this power. */
  private static final int MOST_BITS = 40;

  private final int cells;
  private boolean empty = true;
  private int exponent;
  private long first;
  private double least;
  private double largest;

  DyadicWindow(int cells) {
    this.cells = cells;
  }

  private DyadicWindow(DyadicWindow of) {
    this.cells = of.cells;
    this.empty = of.empty;
    this.exponent = of.exponent;
    this.first = of.first;
    this.least = of.least;
    this.largest = of.largest;
  }

  boolean isEmpty() {
    return empty;
  }

  double width() {
    return Math.scalb(1.0, exponent);
  }

  /** Returns where a cell begins. */
  double start(int cell) {
    return (first + cell) * width();
  }

  /** Returns the cell of a number that the window has a place for. */
  int cell(double value) {
    return (int) (absolute(value) - first);
  }

  double least() {
    return least;
  }

  double largest() {
    return largest;
  }

  /** Returns whether there is a place for a number already. */
  boolean has(double value) {
    return !empty && least <= value && value <= largest;
  }

  /** Returns the cell that one of another, earlier window has become part of. */
  int cell(DyadicWindow before, int cell) {
    int coarser = Math.min(exponent - before.exponent, Long.SIZE - 1);
    return (int) (((before.first + cell) >> coarser) - first);
  }

  /** Returns a window that has a place for a number, too. */
  DyadicWindow with(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("%s is no number".formatted(value));
    }
    DyadicWindow wider = new DyadicWindow(this);
    wider.least = empty ? value : Math.min(least, value);
    wider.largest = empty ? value : Math.max(largest, value);
    wider.exponent = empty ? Integer.MIN_VALUE : exponent;
    wider.empty = false;
    wider.settle();
    return wider;
  }

  /** Returns a window that has a place for all numbers of another, too. */
  DyadicWindow with(DyadicWindow other) {
    return other.empty ? this : with(other.least).with(other.largest);
  }

  private void settle() {
    double size = Math.max(Math.abs(least), Math.abs(largest));
    exponent = Math.max(exponent, Math.getExponent(size) - MOST_BITS);
    while (absolute(largest) - absolute(least) >= cells) {
      exponent++;
    }
    // In the middle, so that numbers that grow do not move it every time.
    long used = absolute(largest) - absolute(least) + 1;
    first = absolute(least) - (cells - used) / 2;
  }

  private long absolute(double value) {
    return (long) Math.floor(Math.scalb(value, -exponent));
  }
}
