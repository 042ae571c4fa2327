package io.nightjar.model;

/**
 * A column of a table, and how a cell of it becomes one or more features, one after another.
 *
 * <p>Some features are on or off, such as the one that says "this is the category": on is the high
 * end of the input's range, off its low end.
 */
public sealed interface InputColumn permits NumberColumn, CategoryColumn {

  /** Returns the column's name in the table. */
  String name();

  /** Returns how many features it gives. */
  int features();
}
