package io.nightjar.tables;

import io.nightjar.model.InputSpec;
import io.nightjar.plan.Security;
import io.nightjar.protocols.Protocols;
import io.nightjar.records.IdType;
import io.nightjar.records.RecordId;
import io.nightjar.records.TableCells;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.StructField;

/**
 * What the rows of a table hold on their way to who stages them: their ids, the cells that become
 * values, whether they are malformed, and where they stood. Nothing is encoded on the way, so that
 * Spark can look at ids alone to find out how to divide them.
 */
final class RowLayout implements Serializable {

  private static final long serialVersionUID = 1;

  /** As many bits of {@link functions#monotonically_increasing_id} are a row's place. */
  private static final int PLACE_BITS = 33;

  private static final String POSITION = "position";
  private static final String MALFORMED = "malformed";
  private static final String OTHERS = "others";

  private final String plan;
  private final List<String> idColumns;
  private final IdType idType;
  private final List<DataType> idTypes;
  private final String title;
  private final List<TableCells.Column> columns;
  private final int features;

  /**
   * Describes the rows of a table.
   *
   * @param plan the plan as JSON, which says what a record is
   * @param idTypes the types of the columns of ids
   * @param columns the columns of the table
   * @param features how many of them hold values
   */
  RowLayout(
      String plan,
      List<String> idColumns,
      IdType idType,
      List<DataType> idTypes,
      String title,
      List<TableCells.Column> columns,
      int features) {
    this.plan = plan;
    this.idColumns = List.copyOf(idColumns);
    this.idType = idType;
    this.idTypes = List.copyOf(idTypes);
    this.title = title;
    this.columns = List.copyOf(columns);
    this.features = features;
  }

  /** Returns what makes values of cells, for one pass. */
  TableCells cells() {
    InputSpec input = Protocols.readPlan(plan, Security.ANY).input();
    return TableCells.find(input, idColumns, title, columns);
  }

  /** Returns the columns of ids as messages name them. */
  String idNames() {
    return String.join(", ", idColumns);
  }

  /** Returns the rows of a table in this form. */
  Dataset<Row> of(TableReader.Rows read) {
    List<StructField> all = List.of(read.rows().schema().fields());
    String[] names = IntStream.range(0, all.size()).mapToObj(i -> "c" + i).toArray(String[]::new);
    TableCells cells = cells();
    List<Column> chosen = new ArrayList<>();
    for (int i = 0; i < idTypes.size(); i++) {
      Column id = functions.col(names[cells.ids().get(i)]);
      chosen.add(PlainTimes.plain(idTypes.get(i), id).as(idName(i)));
    }
    for (int place : cells.features()) {
      Column cell = functions.col(names[place]);
      chosen.add(feature(all.get(place).dataType(), cell));
    }
    int malformed = read.columns().size();
    chosen.add(
        (read.mayBeMalformed() ? functions.col(names[malformed]).isNotNull() : functions.lit(false))
            .as(MALFORMED));
    chosen.add(functions.monotonically_increasing_id().as(POSITION));
    chosen.add(others(read, cells, names).as(OTHERS));
    return read.rows().toDF(names).select(chosen.toArray(Column[]::new));
  }

  private static Column feature(DataType type, Column cell) {
    if (MlVectors.are(type)) {
      return MlVectors.numbers(type, cell);
    }
    return type instanceof DateType ? cell.cast(DataTypes.StringType) : cell;
  }

  /** Returns what has all cells read, where a malformed one that nobody needs is one as well. */
  private static Column others(TableReader.Rows read, TableCells cells, String[] names) {
    Column others = functions.lit(false);
    for (int i = 0; i < read.columns().size() && read.mayBeMalformed(); i++) {
      if (!cells.ids().contains(i) && !cells.features().contains(i)) {
        others = others.or(functions.col(names[i]).isNull());
      }
    }
    return others;
  }

  /** Returns the columns by which rows are in the order of their ids. */
  Column[] byId() {
    return IntStream.range(0, idTypes.size())
        .mapToObj(i -> functions.col(idName(i)))
        .toArray(Column[]::new);
  }

  /** Returns the columns by which rows are in the order of their ids, and those of one id too. */
  Column[] byIdAndPosition() {
    List<Column> columns = new ArrayList<>(List.of(byId()));
    columns.add(functions.col(POSITION));
    return columns.toArray(Column[]::new);
  }

  private static String idName(int index) {
    return "id_" + index;
  }

  /** Returns the id of a row, if it has one. */
  Optional<RecordId> id(Row row) {
    List<Object> ids = new ArrayList<>(idTypes.size());
    for (int i = 0; i < idTypes.size(); i++) {
      ids.add(PlainTimes.value(idTypes.get(i), row.get(i)));
    }
    return TableCells.id(idType, ids);
  }

  /** Returns the cells of a row that become values. */
  Object[] features(Row row) {
    Object[] cells = new Object[features];
    for (int k = 0; k < features; k++) {
      int place = idTypes.size() + k;
      Object cell = row.get(place);
      if (cell instanceof scala.collection.Seq) {
        cells[k] = row.getList(place);
      } else {
        cells[k] = cell instanceof Row vector ? MlVectors.numbers(vector) : cell;
      }
    }
    return cells;
  }

  /** Returns whether a row could not be read. */
  boolean isMalformed(Row row) {
    return row.getBoolean(idTypes.size() + features);
  }

  /** Returns where a row stood. */
  long position(Row row) {
    return row.getLong(idTypes.size() + features + 1);
  }

  /** Returns the partition of a position. */
  static int partition(long position) {
    return (int) (position >>> PLACE_BITS);
  }

  /** Returns the place of a position in its partition. */
  static long place(long position) {
    return position & ((1L << PLACE_BITS) - 1);
  }
}
