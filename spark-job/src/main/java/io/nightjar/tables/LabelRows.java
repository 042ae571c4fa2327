package io.nightjar.tables;

import io.nightjar.records.LabelKind;
import io.nightjar.records.TableCells;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Turns rows of labels into an id as text and a label's numbers, or says what is wrong with them.
 */
final class LabelRows implements MapPartitionsFunction<Row, Row> {

  static final String ID = "id";
  static final String LABEL = "label";
  static final String POSITION = "position";
  static final String COLUMN = "column";
  static final String WHY = "why";

  static final StructType SCHEMA =
      new StructType()
          .add(ID, DataTypes.StringType)
          .add(LABEL, DataTypes.createArrayType(DataTypes.DoubleType, false))
          .add(POSITION, DataTypes.LongType)
          .add(COLUMN, DataTypes.StringType)
          .add(WHY, DataTypes.StringType);

  private static final long serialVersionUID = 1;

  private final RowLayout layout;
  private final ArrayList<String> names;
  private final LabelKind kind;

  /**
   * Creates the function.
   *
   * @param layout of rows whose cells are a label
   * @param names the names of its columns
   */
  LabelRows(RowLayout layout, List<String> names, LabelKind kind) {
    this.layout = layout;
    this.names = new ArrayList<>(names);
    this.kind = kind;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        return label(rows.next());
      }
    };
  }

  private Row label(Row row) {
    Optional<TableCells.Fault> fault = layout.fault(row);
    if (fault.isPresent()) {
      return bad(row, fault.get());
    }
    Object[] cells = layout.cells(row);
    double[] label = new double[cells.length];
    for (int k = 0; k < cells.length; k++) {
      if (cells[k] == null || cells[k].toString().isBlank()) {
        return bad(row, new TableCells.Fault(names.get(k), "the label is missing"));
      }
      OptionalDouble number = kind.number(cells[k].toString());
      if (number.isEmpty()) {
        return bad(row, new TableCells.Fault(names.get(k), kind.fault()));
      }
      label[k] = number.getAsDouble();
    }
    return RowFactory.create(
        layout.id(row).orElseThrow().text(), label, layout.position(row), null, null);
  }

  private Row bad(Row row, TableCells.Fault fault) {
    return RowFactory.create(null, null, layout.position(row), fault.column(), fault.why());
  }
}
