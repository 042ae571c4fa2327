package io.nightjar.records;

import io.nightjar.crypto.RealColumns;
import java.util.List;

/**
 * Some records in the order of the input.
 *
 * @param ids their ids
 * @param values the features by column; record j of each column belongs to id j
 */
public record RecordBatch(List<RecordId> ids, RealColumns values) {

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if there is not one id for each record
   */
  public RecordBatch {
    ids = List.copyOf(ids);
    if (ids.size() != values.records()) {
      throw new IllegalArgumentException(
          "%d ids for %d records".formatted(ids.size(), values.records()));
    }
  }

  /** Returns how many records there are. */
  public int size() {
    return ids.size();
  }

  @Override
  public String toString() {
    return "RecordBatch[%d records]".formatted(size());
  }
}
