package io.nightjar.tables;

import io.nightjar.records.LabelClasses;
import io.nightjar.records.TableCells;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Turns rows of labels into an id as text and a class, or says what is wrong with them. */
final class LabelRows implements MapPartitionsFunction<Row, Row> {

  static final String ID = "id";
  static final String CLASS = "class";
  static final String POSITION = "position";
  static final String COLUMN = "column";
  static final String WHY = "why";

  static final StructType SCHEMA =
      new StructType()
          .add(ID, DataTypes.StringType)
          .add(CLASS, DataTypes.IntegerType)
          .add(POSITION, DataTypes.LongType)
          .add(COLUMN, DataTypes.StringType)
          .add(WHY, DataTypes.StringType);

  private static final long serialVersionUID = 1;

  private final RowLayout layout;
  private final String labelName;
  private final LabelClasses classes;

  /**
   * Creates the function.
   *
   * @param layout of rows with one cell, the label
   */
  LabelRows(RowLayout layout, String labelName, LabelClasses classes) {
    this.layout = layout;
    this.labelName = labelName;
    this.classes = classes;
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
    Object label = layout.cells(row)[0];
    if (label == null || label.toString().isBlank()) {
      return bad(row, new TableCells.Fault(labelName, "the label is missing"));
    }
    OptionalInt found = classes.find(label.toString());
    return found.isPresent()
        ? RowFactory.create(
            layout.id(row).orElseThrow().text(), found.getAsInt(), layout.position(row), null, null)
        : bad(row, new TableCells.Fault(labelName, "not a class: a label is " + classes.allowed()));
  }

  private Row bad(Row row, TableCells.Fault fault) {
    return RowFactory.create(null, null, layout.position(row), fault.column(), fault.why());
  }
}
