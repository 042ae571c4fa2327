package io.nightjar.model;

import java.util.List;

/**
 * A column of categories: one feature for each value, on for the one that a cell holds and off for
 * the others.
 *
 * @param name the column's name in the table
 * @param values what a cell may hold, in the order of the features
 * @param missing whether a cell may be empty, so that all features are off
 */
public record CategoryColumn(String name, List<String> values, boolean missing)
    implements InputColumn {

  /** The most values. */
  public static final int MAX_VALUES = 4096;

  /**
   * Checks the values.
   *
   * @throws InvalidModelException if there are none or too many, two are equal, or one is no text
   *     on one line or has blanks around it, which a cell is read without
   */
  public CategoryColumn {
    Checks.label("Column", name);
    String where = "Column %s: ".formatted(Text.quote(name));
    Checks.between(where + "the number of values", values.size(), 1, MAX_VALUES);
    values = Checks.labels(where + "value", values);
    for (String value : values) {
      if (!value.equals(value.strip())) {
        throw new InvalidModelException(
            "%svalue %s: it must not begin or end with a space, because cells are read without"
                .formatted(where, Text.quote(value)));
      }
    }
  }

  @Override
  public int features() {
    return values.size();
  }
}
