package io.nightjar.records;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Writes results as CSV. */
final class CsvSink implements ResultSink {

  private final BufferedWriter out;
  private final List<ResultColumn> columns;

  CsvSink(OutputStream out, List<ResultColumn> columns) throws IOException {
    this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    this.columns = columns;
    line(ResultColumn::name);
  }

  @Override
  public void write(ResultRow row) throws IOException {
    line(column -> text(column, row));
  }

  private void line(Function<ResultColumn, String> cell) throws IOException {
    out.write(
        columns.stream().map(cell).map(CsvSink::quoted).collect(Collectors.joining(",", "", "\n")));
  }

  private static String text(ResultColumn column, ResultRow row) {
    if (column instanceof ResultColumn.Id) {
      return row.id().text();
    } else if (column instanceof ResultColumn.ClassIndex) {
      return Integer.toString(row.predictions().predictedClass(row.record()));
    } else if (column instanceof ResultColumn.ClassName named) {
      return named.classes().get(row.predictions().predictedClass(row.record()));
    } else {
      return Double.toString(
          ((ResultColumn.Real) column).source().of(row.predictions(), row.record()));
    }
  }

  private static String quoted(String text) {
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
