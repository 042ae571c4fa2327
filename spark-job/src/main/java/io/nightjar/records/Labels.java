package io.nightjar.records;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The true class of every record of an input, in the order of the records.
 *
 * <p>A table has the input's id column and a column {@code label}, or one other column whatever its
 * name; its rows may be in any order, and more than the records. IDX has labels in the order of the
 * records. In a table a label is the name of a class or its index, and where a name is a number the
 * name counts; in IDX it is the index.
 *
 * <p>It keeps four bytes for each record; while it reads a table, all of its ids too.
 */
public final class Labels {

  private int[] classes = new int[1 << 10];
  private int size;

  private Labels() {}

  /**
   * Reads the labels of records, over whose ids it goes once.
   *
   * @param records the ids of the records
   * @param options how the records were read
   * @param classNames the model's classes; empty if they have no names
   * @param classCount how many classes the model has
   * @throws InvalidInputException if a record has no label, or a label is no class
   */
  public static Labels read(
      Configuration conf,
      Path path,
      RecordIds records,
      RecordOptions options,
      List<String> classNames,
      int classCount)
      throws IOException {
    InputFiles files = InputFiles.find(conf, path);
    LabelClasses known = new LabelClasses(classNames, classCount);
    Labels labels = new Labels();
    if (files.format() == RecordFormat.IDX) {
      labels.number(files, records, options, known);
    } else {
      labels.join(path, records, LabelTable.read(conf, files, options.idColumn(), known));
    }
    return labels;
  }

  private void join(Path path, RecordIds records, Map<String, Integer> byId) throws IOException {
    long[] missing = new long[2]; // how many, and the place of the first
    records.visit(
        id -> {
          Optional<Integer> label = Optional.ofNullable(byId.get(id.text()));
          if (label.isEmpty() && missing[0]++ == 0) {
            missing[1] = size + 1L;
          }
          add(label.orElse(0));
        });
    if (missing[0] > 0) {
      throw new InvalidInputException(
          ("%d of %d records have no label in %s, the first of them is record %d:"
                  + " each id must have a row there")
              .formatted(missing[0], size, Names.file(path), missing[1]));
    }
  }

  private void number(
      InputFiles files, RecordIds records, RecordOptions options, LabelClasses known)
      throws IOException {
    records.visit(id -> add(0));
    Path path = files.paths().get(0);
    Problems problems = new Problems();
    byte[] label = new byte[1];
    try (IdxFile file = IdxFile.labels(files.files(), path)) {
      boolean limited = options.limit().isPresent();
      if (file.count() < size || (file.count() > size && !limited)) {
        throw new InvalidInputException(
            "%s has %d labels for %d records: is it the file that belongs to them?"
                .formatted(Names.file(path), file.count(), size));
      }
      for (int j = 0; j < size; j++) {
        file.next(label);
        OptionalInt found = known.find(Byte.toUnsignedInt(label[0]));
        if (found.isEmpty()) {
          problems.add(
              new Problem(
                  path,
                  j + 1L,
                  OptionalLong.empty(),
                  Optional.empty(),
                  "not a class: a label is " + known.allowedIndexes()));
        }
        classes[j] = found.orElse(0);
      }
      if (!limited) {
        file.next(label); // refuses what comes after the end
      }
    }
    problems.throwIfAny(size);
  }

  private void add(int label) {
    if (size == classes.length) {
      classes = Arrays.copyOf(classes, Math.multiplyExact(size, 2));
    }
    classes[size++] = label;
  }

  /** Returns how many records there are. */
  public int size() {
    return size;
  }

  /** Returns the class of a record, given by its place in the input, from 0. */
  public int get(int record) {
    return classes[Objects.checkIndex(record, size)];
  }

  @Override
  public String toString() {
    return "Labels[%d records]".formatted(size);
  }
}
