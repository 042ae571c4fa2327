package io.nightjar.records;

import io.nightjar.model.InputSpec;
import io.nightjar.model.Range;
import java.util.List;
import java.util.Optional;

/**
 * Which columns of a table to read.
 *
 * @param idColumn the column of the ids
 * @param features the columns of the values, in the order wanted; if absent, all but the id column
 *     in the order of the file
 * @param size how many values a row must have
 * @param range what they must lie in
 */
record TableRequest(String idColumn, Optional<List<String>> features, int size, Range range) {

  /** Returns the request for what a model takes. */
  static TableRequest of(InputSpec spec, String idColumn) {
    if (spec.features().contains(idColumn)) {
      throw new InvalidInputException(
          "Column %s is one of the model's features: name another column for the ids"
              .formatted(Names.quote(idColumn)));
    }
    Optional<List<String>> features =
        Optional.of(spec.features()).filter(names -> !names.isEmpty());
    return new TableRequest(idColumn, features, spec.shape().size(), spec.range());
  }

  /** Returns the request for ids and no values. */
  TableRequest idsOnly() {
    return new TableRequest(idColumn, Optional.of(List.of()), 0, range);
  }

  /** Returns the request for these columns, which one file had and all others must have. */
  TableRequest withFeatures(List<String> names) {
    return new TableRequest(idColumn, Optional.of(names), size, range);
  }
}
