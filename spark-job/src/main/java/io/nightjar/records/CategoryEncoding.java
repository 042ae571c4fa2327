package io.nightjar.records;

import io.nightjar.model.CategoryColumn;
import io.nightjar.model.Range;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Encodes a category column: the cell's own category becomes the high end of the model's range, and
 * every other category the low end.
 */
final class CategoryEncoding implements Encoding {

  /** How many of the model's values a message lists. */
  private static final int MOST_LISTED = 10;

  private static final int NOWHERE = -1;

  private final CategoryColumn column;
  private final Range to;
  private final Map<String, Integer> places = new HashMap<>();
  private final Optional<String> unknown;

  CategoryEncoding(CategoryColumn column, Range to) {
    this.column = column;
    this.to = to;
    for (String value : column.values()) {
      places.put(value, places.size());
    }
    this.unknown = Optional.of("not a value that the model knows: it must be " + allowed());
  }

  /**
   * Returns the model's categories for a message. It does not suggest the one nearest to the cell,
   * because that would say what the cell holds.
   */
  private String allowed() {
    List<String> values = column.values();
    String listed =
        values.stream().limit(MOST_LISTED).map(Names::quote).collect(Collectors.joining(", "));
    String more =
        values.size() > MOST_LISTED ? " or %d more".formatted(values.size() - MOST_LISTED) : "";
    return (values.size() > 1 ? "one of " : "")
        + listed
        + more
        + (column.missing() ? ", or empty" : "");
  }

  @Override
  public int width() {
    return column.features();
  }

  @Override
  public Optional<String> text(String cell, double[] values, int at) {
    String value = cell.strip();
    if (value.isEmpty()) {
      return missing(values, at);
    }
    int place = places.getOrDefault(value, NOWHERE);
    if (place == NOWHERE) {
      return unknown;
    }
    clear(values, at);
    values[at + place] = to.high();
    return Optional.empty();
  }

  @Override
  public Optional<String> missing(double[] values, int at) {
    clear(values, at);
    return column.missing() ? Optional.empty() : Optional.of(Values.MISSING);
  }

  private void clear(double[] values, int at) {
    Arrays.fill(values, at, at + width(), to.low());
  }
}
