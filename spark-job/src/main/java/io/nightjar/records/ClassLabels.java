package io.nightjar.records;

import java.io.IOException;
import java.util.Objects;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The true class of every record of an input, in the order of the records. It keeps a byte for each
 * record, or as many as the number of classes takes.
 */
public final class ClassLabels implements Labels {

  /** The bytes of the classes, the lowest first. */
  private final byte[][] bytes;

  private final int size;

  /**
   * Creates labels, of which all are the first class.
   *
   * @param records how many there are
   * @param classes how many classes there are
   */
  public ClassLabels(long records, int classes) {
    this.size = Math.toIntExact(records);
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, classes - 1));
    this.bytes = new byte[(bits + Byte.SIZE - 1) / Byte.SIZE][size];
  }

  /**
   * Reads labels that are IDX: the index of a class for every record, in the order of the records.
   *
   * @param records how many records there are
   * @param limited whether these are only the first of an input, and so may the labels be
   * @throws InvalidInputException if they are others than of these records, or one is no class
   */
  public static ClassLabels ofIdx(
      Configuration conf, Path path, long records, boolean limited, LabelClasses classes)
      throws IOException {
    ClassLabels labels = new ClassLabels(records, classes.count());
    long bad = 0;
    long firstBad = 0;
    byte[] label = new byte[1];
    try (IdxFile file = IdxFile.labels(path.getFileSystem(conf), path)) {
      if (file.count() < labels.size || (file.count() > labels.size && !limited)) {
        throw new InvalidInputException(
            "%s has %d labels for %d records: is it the file that belongs to them?"
                .formatted(Names.file(path), file.count(), labels.size));
      }
      for (int j = 0; j < labels.size; j++) {
        file.next(label);
        OptionalInt found = classes.find(Byte.toUnsignedInt(label[0]));
        if (found.isEmpty()) {
          firstBad = bad == 0 ? j + 1L : firstBad;
          bad++;
        }
        labels.set(j, found.orElse(0));
      }
      if (!limited) {
        file.next(label); // refuses what comes after the end
      }
    }
    if (bad > 0) {
      throw new InvalidInputException(
          "%d of %d labels in %s are no class, the first of them in row %d: a label is %s"
              .formatted(bad, labels.size, Names.file(path), firstBad, classes.allowedIndexes()));
    }
    return labels;
  }

  /** Sets the class of a record, given by its place in the input, from 0. */
  public void set(long record, int label) {
    int place = (int) Objects.checkIndex(record, (long) size);
    for (int k = 0; k < bytes.length; k++) {
      bytes[k][place] = (byte) (label >>> (k * Byte.SIZE));
    }
  }

  @Override
  public int size() {
    return size;
  }

  /** Returns the class of a record, given by its place in the input, from 0. */
  public int get(int record) {
    int label = 0;
    for (int k = 0; k < bytes.length; k++) {
      label |= Byte.toUnsignedInt(bytes[k][record]) << (k * Byte.SIZE);
    }
    return label;
  }

  @Override
  public double[] label(int record) {
    return new double[] {get(record)};
  }

  @Override
  public void set(long record, double[] label) {
    set(record, (int) label[0]);
  }

  @Override
  public String toString() {
    return "ClassLabels[%d records]".formatted(size);
  }
}
