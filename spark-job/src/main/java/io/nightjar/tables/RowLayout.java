package io.nightjar.tables;

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
 * What the rows of a table hold on their way to who looks at them: their ids, cells, whether they
 * are malformed, and where they stood. Nothing is made of cells on the way, so that Spark can look
 * at ids alone to find out how to divide rows.
 */
final class RowLayout implements Serializable {

  private static final long serialVersionUID = 1;

  /** As many bits of {@link functions#monotonically_increasing_id} are a row's place. */
  private static final int PLACE_BITS = 33;

  private static final String POSITION = "position";
  private static final String MALFORMED = "malformed";
  private static final String OTHERS = "others";

  private final List<String> idColumns;
  private final IdType idType;
  private final List<DataType> idTypes;
  private final int cells;

  /**
   * Describes rows.
   *
   * @param idColumns the columns of ids
   * @param idTypes their types
   * @param cells how many cells there are besides
   */
  RowLayout(List<String> idColumns, IdType idType, List<DataType> idTypes, int cells) {
    this.idColumns = List.copyOf(idColumns);
    this.idType = idType;
    this.idTypes = List.copyOf(idTypes);
    this.cells = cells;
  }

  /** Returns the columns of ids. */
  List<String> idColumns() {
    return idColumns;
  }

  /** Returns the columns of ids as messages name them. */
  String idNames() {
    return String.join(", ", idColumns);
  }

  /**
   * Returns the rows of a table in this form.
   *
   * @param ids the places of its columns of ids
   * @param chosen those of its other columns whose cells are wanted
   */
  Dataset<Row> of(TableReader.Rows read, List<Integer> ids, List<Integer> chosen) {
    List<StructField> all = List.of(read.rows().schema().fields());
    String[] names = IntStream.range(0, all.size()).mapToObj(i -> "c" + i).toArray(String[]::new);
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      Column id = functions.col(names[ids.get(i)]);
      columns.add(PlainTimes.plain(idTypes.get(i), id).as(idName(i)));
    }
    for (int place : chosen) {
      columns.add(cell(all.get(place).dataType(), functions.col(names[place])));
    }
    int malformed = read.columns().size();
    columns.add(
        (read.mayBeMalformed() ? functions.col(names[malformed]).isNotNull() : functions.lit(false))
            .as(MALFORMED));
    columns.add(functions.monotonically_increasing_id().as(POSITION));
    // Where a malformed cell that nobody needs makes its row malformed, all have to be read.
    Column others = functions.lit(false);
    for (int i = 0; i < malformed && read.mayBeMalformed(); i++) {
      if (!ids.contains(i) && !chosen.contains(i)) {
        others = others.or(functions.col(names[i]).isNull());
      }
    }
    columns.add(others.as(OTHERS));
    return read.rows().toDF(names).select(columns.toArray(Column[]::new));
  }

  private static Column cell(DataType type, Column cell) {
    if (MlVectors.are(type)) {
      return MlVectors.numbers(type, cell);
    }
    return type instanceof DateType ? cell.cast(DataTypes.StringType) : cell;
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

  /** Returns what is wrong with a row, whatever is in its cells: it is malformed, or has no id. */
  Optional<TableCells.Fault> fault(Row row) {
    if (row.getBoolean(idTypes.size() + cells)) {
      return Optional.of(new TableCells.Fault("", "it is malformed"));
    }
    return id(row).isEmpty()
        ? Optional.of(new TableCells.Fault(idNames(), "the id is missing, or not UTF-8"))
        : Optional.empty();
  }

  /** Returns the cells of a row. */
  Object[] cells(Row row) {
    Object[] found = new Object[cells];
    for (int k = 0; k < cells; k++) {
      int place = idTypes.size() + k;
      Object cell = row.get(place);
      if (cell instanceof scala.collection.Seq) {
        found[k] = row.getList(place);
      } else {
        found[k] = cell instanceof Row vector ? MlVectors.numbers(vector) : cell;
      }
    }
    return found;
  }

  /** Returns where a row stood. */
  long position(Row row) {
    return row.getLong(idTypes.size() + cells + 1);
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
