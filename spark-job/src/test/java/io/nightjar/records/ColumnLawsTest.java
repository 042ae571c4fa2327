package io.nightjar.records;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nightjar.model.CategoryColumn;
import io.nightjar.model.InputColumn;
import io.nightjar.model.InputSpec;
import io.nightjar.model.NumberColumn;
import io.nightjar.model.Range;
import io.nightjar.model.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Tests random columns and tables against what a model should see, which is worked out here from
 * the words of the format's description.
 */
class ColumnLawsTest {

  private static final double TOLERANCE = 1e-12;

  @Property(tries = 60)
  void textsAndNumbersGiveTheFeaturesThatTheColumnsDescribe(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int count) {
    Random random = new Random(seed);
    List<InputColumn> columns = columns(random);
    Range range = new Range(-random.nextInt(3), 1 + random.nextInt(3));
    int features = columns.stream().mapToInt(InputColumn::features).sum();
    InputSpec spec = new InputSpec(Shape.flat(features), range, List.of(), columns);
    List<TableCells.Column> table =
        Stream.concat(Stream.of("id"), columns.stream().map(InputColumn::name))
            .map(name -> new TableCells.Column(name, false))
            .toList();
    TableCells cells = TableCells.find(spec, List.of("id"), "a table", table);

    for (int j = 0; j < count; j++) {
      List<Optional<Object>> row = columns.stream().map(column -> cell(column, random)).toList();
      double[] expected = expected(columns, row, range);
      Object[] typed = row.stream().map(cell -> cell.orElse(null)).toArray();
      Object[] texts = row.stream().map(cell -> cell.map(Object::toString).orElse("")).toArray();
      for (Object[] given : List.of(typed, texts)) {
        double[] values = new double[features];
        assertEquals(Optional.empty(), cells.encode(given, values));
        assertArrayEquals(expected, values, TOLERANCE);
      }
    }
  }

  private static List<InputColumn> columns(Random random) {
    List<InputColumn> columns = new ArrayList<>();
    for (int c = random.nextInt(6); c >= 0; c--) {
      double low = random.nextInt(200) - 100;
      columns.add(
          switch (random.nextInt(3)) {
            case 0 -> new NumberColumn("c" + c, low, low + 50, OptionalDouble.empty());
            case 1 -> new NumberColumn("c" + c, low, low + 50, OptionalDouble.of(low + 10));
            default ->
                new CategoryColumn(
                    "c" + c,
                    List.of("é", "a,b", "\"q\"", "two words", "7")
                        .subList(0, 1 + random.nextInt(5)),
                    random.nextBoolean());
          });
    }
    return columns;
  }

  /** Returns a cell that the column allows: a number, a text or nothing. */
  private static Optional<Object> cell(InputColumn column, Random random) {
    boolean empty = random.nextInt(4) == 0;
    if (column instanceof NumberColumn number) {
      double value = number.low() - 20 + random.nextInt(90_000) / 1000.0;
      return Optional.<Object>of(value).filter(v -> !empty || number.missing().isEmpty());
    }
    CategoryColumn category = (CategoryColumn) column;
    return Optional.<Object>of(category.values().get(random.nextInt(category.values().size())))
        .filter(v -> !empty || !category.missing());
  }

  private static double[] expected(
      List<InputColumn> columns, List<Optional<Object>> cells, Range range) {
    List<Double> features = new ArrayList<>();
    for (int c = 0; c < columns.size(); c++) {
      Optional<Object> cell = cells.get(c);
      if (columns.get(c) instanceof NumberColumn number) {
        double value = cell.map(v -> (Double) v).orElse(number.missing().orElse(Double.NaN));
        double inside = Math.min(Math.max(value, number.low()), number.high());
        double share = (inside - number.low()) / (number.high() - number.low());
        features.add(range.low() + share * (range.high() - range.low()));
        if (number.missing().isPresent()) {
          features.add(cell.isEmpty() ? range.high() : range.low());
        }
      } else if (columns.get(c) instanceof CategoryColumn category) {
        for (String value : category.values()) {
          features.add(cell.equals(Optional.of(value)) ? range.high() : range.low());
        }
      }
    }
    return features.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
