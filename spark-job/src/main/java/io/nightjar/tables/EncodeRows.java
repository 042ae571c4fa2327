package io.nightjar.tables;

import io.nightjar.model.InputSpec;
import io.nightjar.plan.Security;
import io.nightjar.protocols.Protocols;
import io.nightjar.records.IdType;
import io.nightjar.records.RecordId;
import io.nightjar.records.TableCells;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Turns rows of a table into encoded ones: the id, the values as bytes, and where the row stood; or
 * what is wrong with it.
 */
final class EncodeRows implements MapPartitionsFunction<Row, Row> {

  /** The bytes of the values; null in a bad row. */
  static final int VALUES = 0;

  /** Which numbers lay beyond the ends of their columns; null where none did. */
  static final int OUTSIDE = 1;

  /** Where the row stood: its partition and its place there. */
  static final int POSITION = 2;

  /** The column that is wrong; null in a good row, empty if it is the row as a whole. */
  static final int COLUMN = 3;

  /** What is wrong with it. */
  static final int WHY = 4;

  /** The first of the ids, behind which there is nothing else. */
  static final int IDS = 5;

  static final String POSITION_NAME = "position";

  private static final long serialVersionUID = 1;
  private static final int PLACE_BITS = 33;

  private final String plan;
  private final List<String> idColumns;
  private final IdType idType;
  private final String title;
  private final List<TableCells.Column> columns;
  private final boolean mayBeMalformed;

  /**
   * Creates the function.
   *
   * @param plan the plan as JSON, which says what a record is
   * @param columns the columns of the table, which are the first of every row
   * @param mayBeMalformed whether one more cell says whether the row could be read at all
   */
  EncodeRows(
      String plan,
      List<String> idColumns,
      IdType idType,
      String title,
      List<TableCells.Column> columns,
      boolean mayBeMalformed) {
    this.plan = plan;
    this.idColumns = List.copyOf(idColumns);
    this.idType = idType;
    this.title = title;
    this.columns = List.copyOf(columns);
    this.mayBeMalformed = mayBeMalformed;
  }

  /**
   * Returns the columns of encoded rows.
   *
   * @param ids the types of those of ids, in which times are {@linkplain PlainTimes plain}
   */
  static StructType schema(List<DataType> ids) {
    StructType schema =
        new StructType()
            .add("values", DataTypes.BinaryType)
            .add("outside", DataTypes.BinaryType)
            .add(POSITION_NAME, DataTypes.LongType)
            .add("column", DataTypes.StringType)
            .add("why", DataTypes.StringType);
    for (int i = 0; i < ids.size(); i++) {
      schema = schema.add(idName(i), ids.get(i));
    }
    return schema;
  }

  /** Returns what an id is called in encoded rows. */
  static String idName(int index) {
    return "id_" + index;
  }

  /**
   * Returns the id of an encoded row, if it has one.
   *
   * @param columns the types of its columns, before their times became plain
   */
  static Optional<RecordId> id(IdType type, List<DataType> columns, Row encoded) {
    List<Object> cells = new ArrayList<>();
    for (int i = IDS; i < encoded.size(); i++) {
      cells.add(PlainTimes.value(columns.get(i - IDS), encoded.get(i)));
    }
    return TableCells.id(type, cells);
  }

  static int partition(long position) {
    return (int) (position >>> PLACE_BITS);
  }

  static long place(long position) {
    return position & ((1L << PLACE_BITS) - 1);
  }

  TableCells cells() {
    InputSpec input = Protocols.readPlan(plan, Security.ANY).input();
    return TableCells.find(input, idColumns, title, columns);
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    TableCells cells = cells();
    long first = (long) TaskContext.getPartitionId() << PLACE_BITS;
    return new Iterator<>() {
      private final Object[] row = new Object[cells.features().size()];
      private final double[] values = new double[cells.width()];
      private long next = first;

      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        return encode(rows.next(), cells, row, values, next++);
      }
    };
  }

  private Row encode(Row read, TableCells cells, Object[] row, double[] values, long position) {
    List<Object> ids = new ArrayList<>();
    cells.ids().forEach(place -> ids.add(read.get(place)));
    if (mayBeMalformed && !read.isNullAt(columns.size())) {
      return bad(ids, position, "", "it is malformed");
    }
    if (TableCells.id(idType, ids).isEmpty()) {
      return bad(ids, position, String.join(", ", idColumns), "the id is missing, or not UTF-8");
    }
    for (int k = 0; k < row.length; k++) {
      row[k] = cell(read, cells.features().get(k));
    }
    Optional<TableCells.Fault> fault = cells.encode(row, values);
    return fault.isPresent()
        ? bad(ids, position, fault.get().column(), fault.get().why())
        : row(ids, bytes(values), outside(cells), position, null, null);
  }

  private static Row row(List<Object> ids, Object... cells) {
    Object[] all = Arrays.copyOf(cells, cells.length + ids.size());
    for (int i = 0; i < ids.size(); i++) {
      all[cells.length + i] = ids.get(i);
    }
    return RowFactory.create(all);
  }

  private static Object cell(Row read, int place) {
    Object cell = read.get(place);
    return cell instanceof scala.collection.Seq ? read.getList(place) : cell;
  }

  private static Row bad(List<Object> ids, long position, String column, String why) {
    return row(ids, null, null, position, column, why);
  }

  private static byte[] bytes(double[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(values);
    return bytes.array();
  }

  private static byte[] outside(TableCells cells) {
    List<Integer> outside = cells.outside();
    if (outside.isEmpty()) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.allocate(outside.size() * Integer.BYTES);
    outside.forEach(bytes::putInt);
    return bytes.array();
  }
}
