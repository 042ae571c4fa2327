package io.nightjar.records;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Finds columns of a table by their names. */
final class TableColumns {

  /** How many missing columns a message has room for. */
  private static final int MOST_SHOWN = 5;

  private static final String ONE_COLUMN = " (there is one column: are commas between them?)";
  private static final String NO_HEADER = " (is there a header that names the columns?)";

  private final String table;
  private final List<String> names;
  private final Map<String, Integer> places = new HashMap<>();

  /**
   * Describes a table.
   *
   * @param table what messages call it
   * @param names its columns, in its order
   */
  TableColumns(String table, List<String> names) {
    this.table = table;
    this.names = names;
    for (int i = names.size() - 1; i >= 0; i--) {
      places.put(names.get(i), i); // the first of those that are called alike
    }
  }

  /** Returns whether all of these are there. */
  boolean have(List<String> wanted) {
    return places.keySet().containsAll(wanted);
  }

  /**
   * Returns the place of a column of ids.
   *
   * @throws InvalidInputException if it is not there once
   */
  int id(String column) {
    if (!places.containsKey(column)) {
      throw new InvalidInputException(
          "%s has no column %s for the ids%s: name the column that tells its rows apart"
              .formatted(Names.quote(table), Names.quote(column), hint(column)));
    }
    return only(column);
  }

  /**
   * Returns the places of features, in the order asked for.
   *
   * @throws InvalidInputException if some are missing, or there twice
   */
  List<Integer> features(List<String> wanted) {
    List<String> missing = wanted.stream().filter(name -> !places.containsKey(name)).toList();
    if (!missing.isEmpty()) {
      throw new InvalidInputException(
          "%s lacks %d of the %d feature columns: %s%s"
              .formatted(
                  Names.quote(table),
                  missing.size(),
                  wanted.size(),
                  missing.stream()
                      .limit(MOST_SHOWN)
                      .map(name -> Names.quote(name) + hint(name))
                      .collect(Collectors.joining(", ")),
                  missing.size() > MOST_SHOWN ? ", ..." : ""));
    }
    return wanted.stream().map(this::only).toList();
  }

  private int only(String column) {
    if (places.size() < names.size() && Collections.frequency(names, column) > 1) {
      throw new InvalidInputException(
          "%s has %d columns %s: which one is meant? There must be one"
              .formatted(
                  Names.quote(table), Collections.frequency(names, column), Names.quote(column)));
    }
    return places.get(column);
  }

  /**
   * Returns what to do about a column that is missing. A file without a header begins with a
   * record, of which nothing may be shown.
   */
  private String hint(String wanted) {
    if (names.size() == 1) {
      return ONE_COLUMN;
    }
    boolean header =
        names.stream().noneMatch(name -> name.isBlank() || Decimals.parse(name).isPresent());
    return header ? Names.suggestion(wanted, names) : NO_HEADER;
  }
}
