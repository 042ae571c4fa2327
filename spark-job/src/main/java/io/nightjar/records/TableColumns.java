package io.nightjar.records;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;

/**
 * The places, in a file, of the columns that are asked for.
 *
 * @param id the id column's place
 * @param features the places of the features, in the order asked for
 */
record TableColumns(int id, List<Integer> features) {

  private static final String ONE_COLUMN = " (there is one column: are commas between them?)";
  private static final String NO_HEADER = " (is there a header that names the columns?)";

  TableColumns {
    features = List.copyOf(features);
  }

  /**
   * Finds the columns.
   *
   * @param names the file's columns in its order
   * @throws InvalidInputException if some are missing, there twice, or too many
   */
  static TableColumns find(Path file, List<String> names, TableRequest request) {
    Map<String, Integer> places = firstPlaces(names);
    int id = id(file, names, places, request.idColumn());
    List<Integer> features =
        request
            .features()
            .map(wanted -> places(file, names, places, wanted))
            .orElseGet(() -> allBut(id, names.size()));
    return new TableColumns(id, count(file, List.of(request.idColumn()), features, request));
  }

  /** Returns the places of features if they are as many as a model takes. */
  static List<Integer> count(
      Path file, List<String> idColumns, List<Integer> features, TableRequest request) {
    if (features.size() != request.encodings().size()) {
      throw new InvalidInputException(
          ("%s has %d columns besides %s: this model names no features"
                  + " and takes exactly %d, in order")
              .formatted(
                  Names.file(file),
                  features.size(),
                  idColumns.stream().map(Names::quote).collect(Collectors.joining(", ")),
                  request.encodings().size()));
    }
    return features;
  }

  /** Returns the place of one column, which must be there once. */
  static int id(Path file, List<String> names, String column) {
    return id(file, names, firstPlaces(names), column);
  }

  /** Returns the place of a column that is there, and must be there only once. */
  static int only(Path file, List<String> names, String column) {
    refuseTwice(file, names, List.of(column));
    return names.indexOf(column);
  }

  private static Map<String, Integer> firstPlaces(List<String> names) {
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      places.putIfAbsent(names.get(i), i);
    }
    return places;
  }

  private static int id(Path file, List<String> names, Map<String, Integer> places, String column) {
    if (!places.containsKey(column)) {
      throw new InvalidInputException(
          "%s has no column %s for the ids%s: name the column that tells its rows apart"
              .formatted(Names.file(file), Names.quote(column), hint(column, names)));
    }
    refuseTwice(file, names, List.of(column));
    return places.get(column);
  }

  private static List<Integer> places(
      Path file, List<String> names, Map<String, Integer> places, List<String> wanted) {
    List<String> missing = wanted.stream().filter(name -> !places.containsKey(name)).toList();
    if (!missing.isEmpty()) {
      String shown =
          missing.stream()
              .limit(Problems.MOST_SHOWN)
              .map(name -> Names.quote(name) + hint(name, names))
              .collect(Collectors.joining(", "));
      throw new InvalidInputException(
          "%s lacks %d of the %d feature columns: %s%s"
              .formatted(
                  Names.file(file),
                  missing.size(),
                  wanted.size(),
                  shown,
                  missing.size() > Problems.MOST_SHOWN ? ", ..." : ""));
    }
    refuseTwice(file, names, wanted);
    return wanted.stream().map(places::get).toList();
  }

  private static void refuseTwice(Path file, List<String> names, List<String> wanted) {
    Map<String, Integer> counts = new HashMap<>();
    names.forEach(name -> counts.merge(name, 1, Integer::sum));
    for (String name : wanted) {
      if (counts.get(name) > 1) {
        throw new InvalidInputException(
            "%s has %d columns %s: which one is meant? There must be one"
                .formatted(Names.file(file), counts.get(name), Names.quote(name)));
      }
    }
  }

  /**
   * Returns what to do about a column that is missing. A file without a header begins with a
   * record, of which nothing may be shown.
   */
  private static String hint(String wanted, List<String> names) {
    if (names.size() == 1) {
      return ONE_COLUMN;
    }
    boolean header =
        names.stream().noneMatch(name -> name.isBlank() || Decimals.parse(name).isPresent());
    return header ? Names.suggestion(wanted, names) : NO_HEADER;
  }

  private static List<Integer> allBut(int id, int size) {
    List<Integer> others = new ArrayList<>(IntStream.range(0, size).boxed().toList());
    others.remove((Integer) id);
    return Collections.unmodifiableList(others);
  }
}
