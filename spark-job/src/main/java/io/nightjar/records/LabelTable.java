package io.nightjar.records;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Reads labels from tables into a map. */
final class LabelTable {

  private static final String COLUMN = "label";

  private final String idColumn;
  private final LabelClasses classes;
  private final Map<String, Integer> labels = new HashMap<>();
  private final Problems problems = new Problems();
  private long rows;

  private LabelTable(String idColumn, LabelClasses classes) {
    this.idColumn = idColumn;
    this.classes = classes;
  }

  /** Returns the class of each id, as text. */
  static Map<String, Integer> read(
      Configuration conf, InputFiles files, String idColumn, LabelClasses classes)
      throws IOException {
    LabelTable table = new LabelTable(idColumn, classes);
    try {
      for (Path path : files.paths()) {
        if (files.format() == RecordFormat.PARQUET) {
          table.parquet(conf, path);
        } else {
          table.csv(files, path);
        }
      }
    } catch (InvalidInputException e) {
      throw table.problems.before(table.rows, e);
    }
    table.problems.throwIfAny(table.rows);
    return table.labels;
  }

  private void csv(InputFiles files, Path path) throws IOException {
    try (CsvRows rows = CsvRows.open(files.files(), path, 2)) {
      int id = TableColumns.id(path, rows.header(), idColumn);
      int label = labelColumn(path, rows.header(), id);
      String name = rows.header().get(label);
      for (Optional<String[]> row = rows.next(); row.isPresent(); row = rows.next()) {
        String[] cells = row.get();
        rows.misfit(cells)
            .ifPresentOrElse(
                this::refuse,
                () -> add(filled(cells[id]), filled(cells[label]), name, rows::problem));
      }
    }
  }

  private static Optional<String> filled(String cell) {
    return Optional.of(cell).filter(text -> !text.isBlank());
  }

  private void parquet(Configuration conf, Path path) throws IOException {
    try (ParquetRows rows = ParquetRows.open(conf, path)) {
      List<String> names = rows.columns();
      int idPlace = TableColumns.id(path, names, idColumn);
      String name = names.get(labelColumn(path, names, idPlace));
      ParquetKey id = ParquetKey.of(path, "an id", rows.type(idColumn));
      ParquetKey label = ParquetKey.of(path, "a label", rows.type(name));
      rows.select(List.of(id, label));
      while (rows.next()) {
        add(id.value().map(RecordId::text), label.value().map(RecordId::text), name, rows::problem);
      }
    }
  }

  private static int labelColumn(Path file, List<String> names, int id) {
    if (names.contains(COLUMN) && names.indexOf(COLUMN) != id) {
      return TableColumns.only(file, names, COLUMN);
    }
    if (names.size() != 2) {
      throw new InvalidInputException(
          ("%s has %d columns and none of them is %s: name the column of the labels so,"
                  + " or leave only it and the id")
              .formatted(Names.file(file), names.size(), Names.quote(COLUMN)));
    }
    return 1 - id;
  }

  private void add(
      Optional<String> id, Optional<String> label, String column, ProblemSource source) {
    if (id.isEmpty()) {
      refuse(source.problem(Optional.of(idColumn), "the id is missing, or not UTF-8"));
    } else if (label.isEmpty()) {
      refuse(source.problem(Optional.of(column), "the label is missing"));
    } else {
      OptionalInt known = classes.find(label.get());
      if (known.isEmpty()) {
        refuse(source.problem(Optional.of(column), "not a class: a label is " + classes.allowed()));
      } else if (labels.putIfAbsent(id.get(), known.getAsInt()) != null) {
        refuse(source.problem(Optional.of(idColumn), "a row before this one has the same id"));
      } else {
        rows++;
      }
    }
  }

  private void refuse(Problem problem) {
    rows++;
    problems.add(problem);
  }

  /** Describes something wrong with the row that was read last. */
  private interface ProblemSource {
    Problem problem(Optional<String> column, String why);
  }
}
