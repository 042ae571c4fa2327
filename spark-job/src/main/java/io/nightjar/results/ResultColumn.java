package io.nightjar.results;

import io.nightjar.model.Task;
import io.nightjar.protocol.Predictions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A column of the results: its name, its type, and where its values come from. */
sealed interface ResultColumn {

  /** Returns the column's name. */
  String name();

  /** The places of the records. */
  record Place(String name) implements ResultColumn {}

  /** The classes predicted, as indexes. */
  record ClassIndex(String name) implements ResultColumn {}

  /** The classes predicted, by name. */
  record ClassName(String name, List<String> classes) implements ResultColumn {}

  /** Real numbers. */
  record Real(String name, Source source) implements ResultColumn {}

  /** Finds a real number among the predictions. */
  interface Source {
    double of(Predictions predictions, int record);
  }

  /**
   * Returns the columns of a task, in order.
   *
   * @param classes the names of the classes; empty if they have none
   * @param outputs how many classes, or values, a model puts out
   */
  static List<ResultColumn> of(Task task, List<String> classes, int outputs) {
    List<ResultColumn> columns = new ArrayList<>();
    columns.add(new Place("id"));
    columns.addAll(
        switch (task) {
          case CLASSIFICATION -> classification(classes, outputs);
          case REGRESSION -> regression(outputs);
        });
    return List.copyOf(columns);
  }

  private static List<ResultColumn> classification(List<String> classes, int outputs) {
    List<ResultColumn> columns = new ArrayList<>();
    columns.add(new ClassIndex("prediction"));
    boolean named =
        IntStream.range(0, classes.size())
            .anyMatch(c -> !classes.get(c).equals(Integer.toString(c)));
    if (named) {
      columns.add(new ClassName("class", List.copyOf(classes)));
    }
    for (int c = 0; c < outputs; c++) {
      int output = c;
      columns.add(new Real("p_" + c, (p, record) -> p.mean().get(output, record)));
    }
    columns.add(new Real("entropy", Predictions::entropy));
    columns.add(new Real("mutual_information", Predictions::mutualInformation));
    return columns;
  }

  private static List<ResultColumn> regression(int outputs) {
    List<ResultColumn> columns = new ArrayList<>();
    columns.add(new Real("prediction", (p, record) -> p.mean().get(0, record)));
    for (int k = 0; outputs > 1 && k < outputs; k++) {
      int output = k;
      columns.add(new Real("y_" + k, (p, record) -> p.mean().get(output, record)));
    }
    for (int k = 0; k < outputs; k++) {
      int output = k;
      columns.add(new Real("sd_" + k, (p, record) -> p.deviation().get(output, record)));
    }
    return columns;
  }
}
