package io.nightjar.tables;

import io.nightjar.model.InputSpec;
import io.nightjar.plan.Security;
import io.nightjar.protocols.Protocols;
import io.nightjar.records.RecordId;
import io.nightjar.records.TableCells;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

  /** The id; null where the row has none. */
  static final int ID = 0;

  /** The bytes of the values; null in a bad row. */
  static final int VALUES = 1;

  /** Which numbers lay beyond the ends of their columns; null where none did. */
  static final int OUTSIDE = 2;

  /** Where the row stood: its partition and its place there. */
  static final int POSITION = 3;

  /** The column that is wrong; null in a good row, empty if it is the row as a whole. */
  static final int COLUMN = 4;

  /** What is wrong with it. */
  static final int WHY = 5;

  static final String ID_NAME = "id";
  static final String POSITION_NAME = "position";

  private static final long serialVersionUID = 1;
  private static final int PLACE_BITS = 33;

  private final String plan;
  private final String idColumn;
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
      String idColumn,
      String title,
      List<TableCells.Column> columns,
      boolean mayBeMalformed) {
    this.plan = plan;
    this.idColumn = idColumn;
    this.title = title;
    this.columns = List.copyOf(columns);
    this.mayBeMalformed = mayBeMalformed;
  }

  /** Returns the columns of encoded rows. */
  static StructType schema(DataType id) {
    return new StructType()
        .add(ID_NAME, id)
        .add("values", DataTypes.BinaryType)
        .add("outside", DataTypes.BinaryType)
        .add(POSITION_NAME, DataTypes.LongType)
        .add("column", DataTypes.StringType)
        .add("why", DataTypes.StringType);
  }

  static int partition(long position) {
    return (int) (position >>> PLACE_BITS);
  }

  static long place(long position) {
    return position & ((1L << PLACE_BITS) - 1);
  }

  TableCells cells() {
    InputSpec input = Protocols.readPlan(plan, Security.ANY).input();
    return TableCells.find(input, idColumn, title, columns);
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
    if (mayBeMalformed && !read.isNullAt(columns.size())) {
      return bad(null, position, "", "it is malformed");
    }
    Optional<RecordId> id = Optional.ofNullable(read.get(cells.id())).flatMap(TableCells::id);
    if (id.isEmpty()) {
      return bad(null, position, idColumn, "the id is missing, or not UTF-8");
    }
    Object key = read.get(cells.id());
    Object typed = key instanceof String ? key : (Object) ((Number) key).longValue();
    for (int k = 0; k < row.length; k++) {
      row[k] = cell(read, cells.features().get(k));
    }
    Optional<TableCells.Fault> fault = cells.encode(row, values);
    if (fault.isPresent()) {
      return bad(typed, position, fault.get().column(), fault.get().why());
    }
    return RowFactory.create(typed, bytes(values), outside(cells), position, null, null);
  }

  private static Object cell(Row read, int place) {
    Object cell = read.get(place);
    return cell instanceof scala.collection.Seq ? read.getList(place) : cell;
  }

  private static Row bad(Object id, long position, String column, String why) {
    return RowFactory.create(id, null, null, position, column, why);
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
