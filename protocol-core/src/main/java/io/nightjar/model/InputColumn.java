package io.nightjar.model;

/**
 * A column of a table, and how a cell of it becomes one or more features, one after another.
 *
 * <p>What is on or off, such as "this is the category", is at the high or the low end of the
 * input's range.
 */
public sealed interface InputColumn permits NumberColumn, CategoryColumn {

  /** Returns the column's name in the table. */
  String name();

  /** Returns how many features it gives. */
  int features();
}
