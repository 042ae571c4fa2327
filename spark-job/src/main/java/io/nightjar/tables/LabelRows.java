package io.nightjar.tables;

import io.nightjar.records.IdType;
import io.nightjar.records.LabelClasses;
import io.nightjar.records.RecordId;
import io.nightjar.records.TableCells;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Turns rows of a table of labels, which are its ids, the label, whether the row is malformed, and
 * where it stood, into an id as text and a class; or says what is wrong with them.
 */
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

  private final List<DataType> idTypes;
  private final String idNames;
  private final String labelName;
  private final LabelClasses classes;

  LabelRows(List<DataType> idTypes, String idNames, String labelName, LabelClasses classes) {
    this.idTypes = List.copyOf(idTypes);
    this.idNames = idNames;
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
    int label = idTypes.size();
    if (row.getBoolean(label + 1)) {
      return bad(row, "", "it is malformed");
    }
    List<Object> cells = new ArrayList<>();
    for (int i = 0; i < label; i++) {
      cells.add(PlainTimes.value(idTypes.get(i), row.get(i)));
    }
    Optional<String> id = TableCells.id(IdType.VALUES, cells).map(RecordId::text);
    if (id.isEmpty()) {
      return bad(row, idNames, "the id is missing, or not UTF-8");
    }
    if (row.isNullAt(label) || row.get(label).toString().isBlank()) {
      return bad(row, labelName, "the label is missing");
    }
    OptionalInt found = classes.find(row.get(label).toString());
    return found.isPresent()
        ? RowFactory.create(id.get(), found.getAsInt(), position(row), null, null)
        : bad(row, labelName, "not a class: a label is " + classes.allowed());
  }

  private Row bad(Row row, String column, String why) {
    return RowFactory.create(null, null, position(row), column, why);
  }

  private long position(Row row) {
    return row.getLong(idTypes.size() + 2);
  }
}
