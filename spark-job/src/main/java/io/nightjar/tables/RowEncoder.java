package io.nightjar.tables;

import io.nightjar.model.InputSpec;
import io.nightjar.plan.InputJson;
import io.nightjar.records.TableCells;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;

/** Makes values of rows. */
final class RowEncoder implements Serializable {

  private static final long serialVersionUID = 1;

  private final RowLayout layout;
  private final String input;
  private final String title;
  private final List<TableCells.Column> columns;

  /**
   * Creates the encoder of a table's rows.
   *
   * @param layout where cells are in a row
   * @param input what a record is
   * @param title what messages call the table
   * @param columns its columns
   */
  RowEncoder(RowLayout layout, InputSpec input, String title, List<TableCells.Column> columns) {
    this.layout = layout;
    this.input = InputJson.write(input);
    this.title = title;
    this.columns = List.copyOf(columns);
  }

  /** Returns where cells are in a row. */
  RowLayout layout() {
    return layout;
  }

  /** Returns what makes values of cells, for one pass. */
  TableCells cells() {
    return TableCells.find(InputJson.read(input), layout.idColumns(), title, columns);
  }

  /**
   * Turns a row into values.
   *
   * @param cells those of this pass
   * @param values where they go; undefined after a bad row
   * @return what is wrong with the row, if anything is
   */
  Optional<TableCells.Fault> encode(Row row, TableCells cells, double[] values) {
    return layout.fault(row).or(() -> cells.encode(layout.cells(row), values));
  }
}
