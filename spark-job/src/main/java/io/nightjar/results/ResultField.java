package io.nightjar.results;

import io.nightjar.model.Task;
import java.util.List;

/**
 * A column of results that is no id, for whoever has to know what there will be.
 *
 * @param name what it is called
 * @param kind what it holds
 */
public record ResultField(String name, Kind kind) {

  /** What a column holds. */
  public enum Kind {
    /** The index of a class. */
    CLASS,
    /** The name of a class. */
    CLASS_NAME,
    /** A real number. */
    REAL
  }

  /**
   * Returns the columns of a task, in order.
   *
   * @param classes the names of a classification's classes; empty if they have none
   * @param outputs how many classes, or values, the model puts out
   */
  public static List<ResultField> of(Task task, List<String> classes, int outputs) {
    return ResultColumn.of(task, classes, outputs).stream()
        .skip(1)
        .map(column -> new ResultField(column.name(), kind(column)))
        .toList();
  }

  private static Kind kind(ResultColumn column) {
    if (column instanceof ResultColumn.ClassIndex) {
      return Kind.CLASS;
    }
    return column instanceof ResultColumn.ClassName ? Kind.CLASS_NAME : Kind.REAL;
  }
}
