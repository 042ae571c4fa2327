package io.nightjar.records;

import java.util.Optional;

/**
 * How the cells of one column of a table become values of a record.
 *
 * <p>Each method puts {@link #width} values into an array from a place on, or returns why a cell is
 * refused, without saying what it holds.
 */
sealed interface Encoding permits NumberEncoding, CategoryEncoding {

  /** Returns how many values a cell gives. */
  int width();

  /** Takes a cell that is text; blanks around it do not count, and nothing else is missing. */
  Optional<String> text(String cell, double[] values, int at);

  /** Takes a cell that is missing. */
  Optional<String> missing(double[] values, int at);
}
