package io.nightjar.records;

import java.io.Serializable;
import java.util.OptionalDouble;

/** What a label in a table may be. */
public interface LabelKind extends Serializable {

  /** Returns how many columns a label has: one for each of its numbers. */
  int columns();

  /** Returns whether its numbers may have fractions. */
  boolean hasFractions();

  /** Returns the number that a cell stands for, if it stands for one. */
  OptionalDouble number(String cell);

  /** Returns what is wrong with a cell that stands for no number. */
  String fault();
}
