package io.nightjar.tables;

import io.nightjar.records.RecordId;
import io.nightjar.staging.StagedRecords;
import io.nightjar.staging.StagingPlace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Replaces the place of a record, which comes first in a row, by its id. */
final class JoinIds implements MapPartitionsFunction<Row, Row> {

  private static final long serialVersionUID = 1;
  private static final long NONE = -1;

  private final StagingPlace records;
  private final int batchSize;
  private final StructType ids;

  JoinIds(StagingPlace records, int batchSize, StructType ids) {
    this.records = records;
    this.batchSize = batchSize;
    this.ids = ids;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> results) throws IOException {
    StagedRecords staged = records.records();
    return new Iterator<>() {
      private long batch = NONE;
      private List<RecordId> known = List.of();

      @Override
      public boolean hasNext() {
        return results.hasNext();
      }

      @Override
      public Row next() {
        Row row = results.next();
        long place = row.getLong(0);
        if (place / batchSize != batch) {
          batch = place / batchSize;
          known = read(staged, batch);
        }
        return joined(known.get((int) (place % batchSize)), row);
      }
    };
  }

  private static List<RecordId> read(StagedRecords staged, long batch) {
    try {
      return staged.ids(batch);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Row joined(RecordId id, Row row) {
    Object[] cells = new Object[ids.size() + row.size() - 1];
    for (int i = 0; i < ids.size(); i++) {
      cells[i] = typed(id, i);
    }
    for (int i = 1; i < row.size(); i++) {
      cells[ids.size() + i - 1] = row.get(i);
    }
    return RowFactory.create(cells);
  }

  private Object typed(RecordId id, int column) {
    if (id instanceof RecordId.OfValues several) {
      return several.values().get(column);
    }
    if (id instanceof RecordId.OfLong number) {
      return typed(number.value(), ids.fields()[column].dataType());
    }
    return id.text();
  }

  private static Object typed(long number, DataType type) {
    if (type.equals(DataTypes.ByteType)) {
      return (byte) number;
    } else if (type.equals(DataTypes.ShortType)) {
      return (short) number;
    } else if (type.equals(DataTypes.IntegerType)) {
      return (int) number;
    }
    return number;
  }
}
