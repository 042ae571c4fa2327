package io.nightjar.records;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The rows of a Parquet file. */
final class ParquetCursor implements RowCursor {

  private final ParquetRows rows;
  private final ParquetKey id;
  private final List<ParquetFeature> features;

  private ParquetCursor(Path file, ParquetRows rows, TableRequest request) {
    this.rows = rows;
    List<String> names = rows.columns();
    TableColumns columns = TableColumns.find(file, names, request);
    this.id = ParquetKey.of(file, "an id", rows.type(names.get(columns.id())));
    this.features = new ArrayList<>();
    for (Encoding encoding : request.encodings()) {
      int place = columns.features().get(features.size());
      features.add(ParquetFeature.of(file, rows.type(names.get(place)), encoding));
    }
    List<ParquetCell> cells = new ArrayList<>(features);
    cells.add(id);
    rows.select(cells);
  }

  static ParquetCursor open(Configuration conf, Path file, TableRequest request)
      throws IOException {
    ParquetRows rows = ParquetRows.open(conf, file);
    try {
      return new ParquetCursor(file, rows, request);
    } catch (RuntimeException e) {
      rows.close();
      throw e;
    }
  }

  @Override
  public IdType idType() {
    return id.type();
  }

  @Override
  public List<String> features() {
    return features.stream().map(ParquetCell::column).toList();
  }

  @Override
  public Optional<Row> next(double[] values) throws IOException {
    if (!rows.next()) {
      return Optional.empty();
    }
    Optional<RecordId> key = id.value();
    if (key.isEmpty()) {
      String why = "the id is missing, or not UTF-8";
      return Optional.of(new Row.Bad(problem(Optional.of(id.column()), why)));
    }
    int at = 0;
    for (ParquetFeature cell : features) {
      Optional<String> fault = cell.encode(values, at);
      if (fault.isPresent()) {
        return Optional.of(new Row.Bad(problem(Optional.of(cell.column()), fault.get())));
      }
      at += cell.width();
    }
    return Optional.of(new Row.Good(key.get()));
  }

  @Override
  public long skip(long count) throws IOException {
    return rows.skip(count);
  }

  @Override
  public Problem problem(Optional<String> column, String why) {
    return rows.problem(column, why);
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
