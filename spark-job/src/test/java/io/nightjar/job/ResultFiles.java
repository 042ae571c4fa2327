package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;

/** Reads results that are files of Parquet, with nothing but Parquet's own reader. */
public final class ResultFiles {

  private ResultFiles() {}

  /** Returns the names of the files in a directory, or in one file. */
  public static List<Path> in(Path output) throws IOException {
    if (!Files.isDirectory(output)) {
      return List.of(output);
    }
    try (Stream<Path> files = Files.list(output)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("part-"))
          .sorted()
          .toList();
    }
  }

  /** Returns the names of the columns. */
  public static List<String> columns(Path output) throws IOException {
    try (ParquetReader<Group> rows = open(in(output).get(0))) {
      return rows.read().getType().getFields().stream().map(field -> field.getName()).toList();
    }
  }

  /** Returns, by id, the texts of the cells that follow it; no id is there twice. */
  public static SortedMap<Long, List<String>> read(Path output) throws IOException {
    SortedMap<Long, List<String>> results = new TreeMap<>();
    for (Path file : in(output)) {
      try (ParquetReader<Group> rows = open(file)) {
        for (Group row = rows.read(); row != null; row = rows.read()) {
          assertEquals("id", row.getType().getFieldName(0));
          List<String> cells = new ArrayList<>();
          for (int k = 1; k < row.getType().getFieldCount(); k++) {
            cells.add(row.getValueToString(k, 0));
          }
          assertNull(results.put(Long.valueOf(row.getValueToString(0, 0)), cells));
        }
      }
    }
    return results;
  }

  private static ParquetReader<Group> open(Path file) throws IOException {
    return ParquetReader.builder(
            new GroupReadSupport(), new org.apache.hadoop.fs.Path(file.toUri()))
        .build();
  }
}
