package io.nightjar.records;

import io.nightjar.model.CategoryColumn;
import io.nightjar.model.InputColumn;
import io.nightjar.model.InputSpec;
import io.nightjar.model.NumberColumn;
import io.nightjar.model.Range;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How the cells of a table's rows become records, for readers that have cells as objects: numbers,
 * texts, truth values, or for a whole record of numbers a list or bytes.
 *
 * <p>One thread uses it, for one pass.
 */
public final class TableCells {

  private static final int WHITE = 255;

  private final List<Integer> ids;
  private final List<Integer> features;
  private final List<String> names;
  private final boolean packed;
  private final Range range;
  private final int width;
  private final boolean byOrder;
  private final Encoding[] encodings;
  private final List<ScaledNumber> scaled;

  /** What is wrong with a row: the column, and why, without what it holds. */
  public record Fault(String column, String why) {}

  /** A column as a reader has it. */
  public record Column(String name, boolean holdsMany) implements Serializable {
    private static final long serialVersionUID = 1;
  }

  private TableCells(
      InputSpec spec,
      List<Integer> ids,
      List<Integer> features,
      List<String> names,
      boolean packed) {
    this.ids = ids;
    this.features = List.copyOf(features);
    this.names = names;
    this.packed = packed;
    this.range = spec.range();
    this.width = spec.shape().size();
    this.byOrder = !packed && names(spec).isEmpty();
    this.encodings = encodings(spec);
    this.scaled =
        Arrays.stream(encodings)
            .filter(ScaledNumber.class::isInstance)
            .map(ScaledNumber.class::cast)
            .toList();
  }

  /**
   * Finds the columns of a model in a table: each by its name, or, where the model needs no names
   * or they are not there, one column that holds all values.
   *
   * @param idColumns the columns whose values tell rows apart
   * @param table what messages call the table
   * @param all its columns in order
   * @throws InvalidInputException if some are missing or there twice
   */
  public static TableCells find(
      InputSpec spec, List<String> idColumns, String table, List<Column> all) {
    List<String> names = all.stream().map(Column::name).toList();
    TableColumns columns = new TableColumns(table, names);
    List<String> wanted = names(spec);
    List<Integer> ids = new ArrayList<>();
    for (String column : idColumns) {
      if (wanted.contains(column)) {
        throw new InvalidInputException(
            "Column %s is one of the model's features: name another column for the ids"
                .formatted(Names.quote(column)));
      }
      ids.add(columns.id(column));
    }
    List<Integer> others =
        IntStream.range(0, all.size()).filter(i -> !ids.contains(i)).boxed().toList();
    List<Integer> many = others.stream().filter(i -> all.get(i).holdsMany()).toList();
    boolean named = !wanted.isEmpty() && columns.have(wanted);
    if (spec.columns().isEmpty() && !named && many.size() == 1) {
      return new TableCells(spec, ids, many, names, true);
    }
    List<Integer> features = others;
    if (!wanted.isEmpty()) {
      features = columns.features(wanted);
    } else if (others.size() != spec.shape().size()) {
      throw new InvalidInputException(
          ("%s has %d columns besides %s: this model names no features"
                  + " and takes exactly %d, in order")
              .formatted(
                  Names.quote(table),
                  others.size(),
                  idColumns.stream().map(Names::quote).collect(Collectors.joining(", ")),
                  spec.shape().size()));
    }
    for (int place : features) {
      if (all.get(place).holdsMany()) {
        throw new InvalidInputException(
            "%s column %s holds many values: a feature is one"
                .formatted(Names.quote(table), Names.quote(all.get(place).name())));
      }
    }
    return new TableCells(spec, ids, features, names, false);
  }

  /** Returns the columns that a model reads by name; none if it reads all, in their order. */
  private static List<String> names(InputSpec spec) {
    return spec.columns().isEmpty()
        ? spec.features()
        : spec.columns().stream().map(InputColumn::name).toList();
  }

  private static Encoding[] encodings(InputSpec spec) {
    Range range = spec.range();
    return spec.columns().isEmpty()
        ? Collections.nCopies(spec.shape().size(), new NumberAsItIs(range)).toArray(Encoding[]::new)
        : spec.columns().stream().map(column -> encoding(column, range)).toArray(Encoding[]::new);
  }

  private static Encoding encoding(InputColumn column, Range range) {
    if (column instanceof NumberColumn number) {
      return new ScaledNumber(number, range);
    } else if (column instanceof CategoryColumn category) {
      return new CategoryEncoding(category, range);
    }
    throw new IllegalStateException("A column of no known kind: " + column);
  }

  /** Returns the places of the id columns. */
  public List<Integer> ids() {
    return ids;
  }

  /** Returns the places of the columns that hold values, in the order in which cells are given. */
  public List<Integer> features() {
    return features;
  }

  /** Returns whether one column holds all values. */
  public boolean isPacked() {
    return packed;
  }

  /** Returns whether columns are taken by their order, as the model names none. */
  public boolean areByOrder() {
    return byOrder;
  }

  /** Returns whether a column of values holds numbers, not categories. */
  public boolean takesNumbers(int feature) {
    return packed || encodings[feature] instanceof NumberEncoding;
  }

  /** Returns how many values a record has. */
  public int width() {
    return width;
  }

  /**
   * Turns the cells of a row into values.
   *
   * @param cells those of {@link #features}; what is null is missing
   * @param values where the values go; undefined after a bad row
   * @return the first thing that is wrong, if anything is
   */
  public Optional<Fault> encode(Object[] cells, double[] values) {
    if (packed) {
      return unpack(cells[0], values).map(why -> fault(0, why));
    }
    int at = 0;
    for (int k = 0; k < cells.length; k++) {
      Encoding encoding = encodings[k];
      Optional<String> why = encode(encoding, cells[k], values, at);
      if (why.isPresent()) {
        return Optional.of(fault(k, why.get()));
      }
      at += encoding.width();
    }
    return Optional.empty();
  }

  private Fault fault(int feature, String why) {
    return new Fault(names.get(features.get(feature)), why);
  }

  private static Optional<String> encode(Encoding encoding, Object cell, double[] values, int at) {
    if (cell == null) {
      return encoding.missing(values, at);
    }
    if (encoding instanceof NumberEncoding numbers && cell instanceof Number number) {
      return numbers.number(real(number, numbers.range()), values, at);
    }
    String text = cell instanceof BigDecimal decimal ? decimal.toPlainString() : cell.toString();
    return text.indexOf(REPLACEMENT) >= 0
        ? Optional.of(Values.NOT_UTF_8)
        : encoding.text(text, values, at);
  }

  /** What stands, in texts of other readers, for bytes that are no characters. */
  private static final char REPLACEMENT = '\uFFFD';

  private static double real(Number number, Range range) {
    return number instanceof Float single ? Values.widen(single, range) : number.doubleValue();
  }

  private Optional<String> unpack(Object cell, double[] values) {
    if (cell == null) {
      return Optional.of(Values.MISSING);
    }
    int count = cell instanceof byte[] bytes ? bytes.length : ((List<?>) cell).size();
    if (count != width) {
      return Optional.of("it does not hold %d values, as the model takes".formatted(width));
    }
    for (int k = 0; k < count; k++) {
      if (cell instanceof byte[] bytes) {
        values[k] = range.at(Byte.toUnsignedInt(bytes[k]) / (double) WHITE);
      } else if (((List<?>) cell).get(k) instanceof Number number) {
        values[k] = real(number, range);
        Optional<String> why = Values.fault(values[k], range);
        if (why.isPresent()) {
          return why;
        }
      } else {
        return Optional.of("one of its values is missing");
      }
    }
    return Optional.empty();
  }

  /**
   * Returns how many numbers lay beyond the ends of each column that is scaled, in all rows so far.
   */
  public long[] outside() {
    return scaled.stream().mapToLong(ScaledNumber::outside).toArray();
  }

  /** Returns counts by the names of the columns that are scaled, where there are any. */
  public Map<String, Long> outside(long[] counts) {
    Map<String, Long> named = new LinkedHashMap<>();
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        named.put(scaled.get(i).name(), counts[i]);
      }
    }
    return named;
  }

  /** Returns how many columns are scaled. */
  public int scaled() {
    return scaled.size();
  }

  /**
   * Returns the id in some cells, if all are there and no text is blank.
   *
   * @param type what the ids of the table are
   */
  public static Optional<RecordId> id(IdType type, List<Object> cells) {
    for (Object cell : cells) {
      boolean bad =
          cell == null
              || (cell instanceof String text
                  && (text.isBlank() || text.indexOf(REPLACEMENT) >= 0));
      if (bad) {
        return Optional.empty();
      }
    }
    return Optional.of(
        switch (type) {
          case LONG -> RecordId.of(((Number) cells.get(0)).longValue());
          case STRING -> RecordId.of((String) cells.get(0));
          case VALUES -> RecordId.of(cells);
        });
  }
}
