package io.nightjar.records;

import io.nightjar.model.CategoryColumn;
import io.nightjar.model.InputColumn;
import io.nightjar.model.InputSpec;
import io.nightjar.model.NumberColumn;
import io.nightjar.model.Range;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which columns of a table to read in one pass, and what their cells become.
 *
 * @param idColumn the column of the ids
 * @param features the columns of the values, in the order wanted; if absent, all but the id column
 *     in the order of the file
 * @param encodings how the cells of each of them become values
 */
record TableRequest(String idColumn, Optional<List<String>> features, List<Encoding> encodings) {

  /** Returns the request for what a model takes. */
  static TableRequest of(InputSpec spec, String idColumn) {
    List<String> names =
        spec.columns().isEmpty()
            ? spec.features()
            : spec.columns().stream().map(InputColumn::name).toList();
    if (names.contains(idColumn)) {
      throw new InvalidInputException(
          "Column %s is one of the model's features: name another column for the ids"
              .formatted(Names.quote(idColumn)));
    }
    return new TableRequest(
        idColumn, Optional.of(names).filter(some -> !some.isEmpty()), encodings(spec));
  }

  private static List<Encoding> encodings(InputSpec spec) {
    Range range = spec.range();
    return spec.columns().isEmpty()
        ? Collections.nCopies(spec.shape().size(), new NumberAsItIs(range))
        : spec.columns().stream().map(column -> encoding(column, range)).toList();
  }

  private static Encoding encoding(InputColumn column, Range range) {
    if (column instanceof NumberColumn number) {
      return new ScaledNumber(number, range);
    } else if (column instanceof CategoryColumn category) {
      return new CategoryEncoding(category, range);
    }
    throw new IllegalStateException("A column of no known kind: " + column);
  }

  /** Returns how many numbers lay beyond the ends of their columns so far, where any did. */
  Map<String, Long> outside() {
    Map<String, Long> outside = new LinkedHashMap<>();
    for (Encoding encoding : encodings) {
      if (encoding instanceof ScaledNumber number && number.outside() > 0) {
        outside.put(number.name(), number.outside());
      }
    }
    return outside;
  }

  /** Returns the request for these columns, which one file had and all others must have. */
  TableRequest withFeatures(List<String> names) {
    return new TableRequest(idColumn, Optional.of(names), encodings);
  }
}
