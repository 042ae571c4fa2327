package io.nightjar.tables;

import io.nightjar.records.RecordId;
import io.nightjar.staging.StagedRecords;
import io.nightjar.staging.StagingPlace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Turns the number of a batch into the ids of its records, as text, with their places. */
final class StagedIds implements FlatMapFunction<Long, Row> {

  static final String ID = "record";
  static final String PLACE = "place";

  static final StructType SCHEMA =
      new StructType().add(ID, DataTypes.StringType).add(PLACE, DataTypes.LongType);

  private static final long serialVersionUID = 1;

  private final StagingPlace records;

  StagedIds(StagingPlace records) {
    this.records = records;
  }

  @Override
  public Iterator<Row> call(Long batch) throws IOException {
    StagedRecords staged = records.records();
    long place = batch * staged.batchSize();
    List<Row> rows = new ArrayList<>();
    for (RecordId id : staged.ids(batch)) {
      rows.add(RowFactory.create(id.text(), place++));
    }
    return rows.iterator();
  }
}
