package io.nightjar.model;

import java.util.List;

/**
 * A column of categories: it has one feature for each value, which is on if a cell holds that value
 * and off if it does not.
 *
 * @param name the column's name in the table
 * @param values what a cell may hold, in the order of the features
 * @param missing whether a cell may be empty; all features are off then
 */
public record CategoryColumn(String name, List<String> values, boolean missing)
    implements InputColumn {

  /** The largest number of values that a column may have. */
  public static final int MAX_VALUES = 4096;

  /**
   * Checks the values.
   *
   * @throws InvalidModelException if there are none or too many, two are equal, or one is no text
   *     on one line, or begins or ends with a space, because cells are read without those
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
