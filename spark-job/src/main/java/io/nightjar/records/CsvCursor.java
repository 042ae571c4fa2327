package io.nightjar.records;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The rows of a CSV file. */
final class CsvCursor implements RowCursor {

  private final CsvRows rows;
  private final List<Encoding> encodings;
  private final int id;
  private final int[] places;
  private final List<String> features;

  private CsvCursor(CsvRows rows, TableColumns columns, TableRequest request) {
    this.rows = rows;
    this.encodings = request.encodings();
    this.id = columns.id();
    this.places = columns.features().stream().mapToInt(Integer::intValue).toArray();
    this.features = columns.features().stream().map(rows.header()::get).toList();
  }

  static CsvCursor open(FileSystem files, Path file, TableRequest request) throws IOException {
    CsvRows rows = CsvRows.open(files, file, request.encodings().size() + 1);
    try {
      return new CsvCursor(rows, TableColumns.find(file, rows.header(), request), request);
    } catch (RuntimeException e) {
      rows.close();
      throw e;
    }
  }

  @Override
  public IdType idType() {
    return IdType.STRING;
  }

  @Override
  public List<String> features() {
    return features;
  }

  @Override
  public Optional<Row> next(double[] values) throws IOException {
    Optional<String[]> cells = rows.next();
    if (cells.isEmpty()) {
      return Optional.empty();
    }
    Optional<Problem> problem =
        rows.misfit(cells.get())
            .or(() -> missingId(cells.get()))
            .or(() -> fill(cells.get(), values));
    return Optional.of(
        problem.isPresent()
            ? new Row.Bad(problem.get())
            : new Row.Good(RecordId.of(cells.get()[id])));
  }

  private Optional<Problem> missingId(String[] cells) {
    return cells[id].isBlank()
        ? Optional.of(problem(Optional.of(rows.header().get(id)), "the id is missing"))
        : Optional.empty();
  }

  private Optional<Problem> fill(String[] cells, double[] values) {
    int at = 0;
    for (int k = 0; k < places.length; k++) {
      Encoding encoding = encodings.get(k);
      Optional<String> fault = encoding.text(cells[places[k]], values, at);
      if (fault.isPresent()) {
        return Optional.of(problem(Optional.of(features.get(k)), fault.get()));
      }
      at += encoding.width();
    }
    return Optional.empty();
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = 0;
    while (skipped < count && rows.next().isPresent()) {
      skipped++;
    }
    return skipped;
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
