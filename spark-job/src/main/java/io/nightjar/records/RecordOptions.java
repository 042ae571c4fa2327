package io.nightjar.records;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * How to read an input.
 *
 * @param idColumn the columns of a table that tell its rows apart, separated by commas; IDX has
 *     none and needs none
 * @param limit how many records to read from the start; all if absent
 */
public record RecordOptions(String idColumn, OptionalLong limit) {

  /** The id column unless another is named. */
  public static final String DEFAULT_ID_COLUMN = "id";

  /**
   * Checks the name and the limit.
   *
   * @throws IllegalArgumentException if the name is blank or the limit below 1
   */
  public RecordOptions {
    if (idColumn.isBlank()) {
      throw new IllegalArgumentException("The name of the id column is blank");
    }
    if (limit.isPresent() && limit.getAsLong() < 1) {
      throw new IllegalArgumentException(
          "A limit of %d records: it must be at least 1".formatted(limit.getAsLong()));
    }
  }

  /** Returns the names of the columns that tell rows apart. */
  public List<String> idColumns() {
    return Arrays.stream(idColumn.split(",", -1)).map(String::strip).toList();
  }

  /** Returns options that read everything, with ids from {@link #DEFAULT_ID_COLUMN}. */
  public static RecordOptions defaults() {
    return new RecordOptions(DEFAULT_ID_COLUMN, OptionalLong.empty());
  }

  /** Returns these options with another id column. */
  public RecordOptions withIdColumn(String name) {
    return new RecordOptions(name, limit);
  }

  /** Returns these options with a limit. */
  public RecordOptions withLimit(long records) {
    return new RecordOptions(idColumn, OptionalLong.of(records));
  }
}
