package io.nightjar.records;

import io.nightjar.model.InputSpec;
import io.nightjar.model.Range;
import io.nightjar.model.Shape;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The images of an IDX file; an image's id is its number, from 0. */
final class IdxCursor implements RowCursor {

  private static final int WHITE = 255;

  private final Path path;
  private final IdxFile file;
  private final byte[] image;
  private final double[] valueOf;

  private IdxCursor(Path path, IdxFile file, InputSpec spec) {
    this.path = path;
    this.file = file;
    this.image = new byte[spec.shape().size()];
    this.valueOf = values(spec.range());
  }

  static IdxCursor open(FileSystem files, Path path, InputSpec spec) throws IOException {
    if (!spec.columns().isEmpty()) {
      throw new InvalidInputException(
          "%s is IDX: the model takes a table's columns by name, so give it CSV or Parquet"
              .formatted(Names.file(path)));
    }
    IdxFile file = IdxFile.images(files, path);
    if (!fits(file.item(), spec.shape())) {
      file.close();
      throw new InvalidInputException(
          "%s has images of %s bytes: the model takes %s, which is %d values"
              .formatted(Names.file(path), file.itemText(), spec.shape(), spec.shape().size()));
    }
    return new IdxCursor(path, file, spec);
  }

  /**
   * Returns whether images of these dimensions fit a model. Height and width have to match where
   * the model has them; a flat model takes an image row by row.
   */
  private static boolean fits(List<Long> item, Shape shape) {
    boolean flat = item.size() == 1 || shape.isFlat();
    boolean small = item.stream().allMatch(side -> side <= Shape.MAX_SIZE); // no overflow below
    return small
        && item.stream().reduce(1L, (a, b) -> a * b) == shape.size()
        && (flat || item.equals(List.of((long) shape.height(), (long) shape.width())));
  }

  /**
   * Returns the value of each byte: 0 to 255 are spread linearly over the range, with both ends
   * exact.
   */
  private static double[] values(Range range) {
    double[] values = new double[WHITE + 1];
    for (int b = 0; b <= WHITE; b++) {
      values[b] = range.at(b / (double) WHITE);
    }
    return values;
  }

  @Override
  public IdType idType() {
    return IdType.LONG;
  }

  @Override
  public List<String> features() {
    return List.of();
  }

  @Override
  public Optional<Row> next(double[] values) throws IOException {
    long number = file.position();
    if (!file.next(image)) {
      return Optional.empty();
    }
    for (int k = 0; k < image.length; k++) {
      values[k] = valueOf[Byte.toUnsignedInt(image[k])];
    }
    return Optional.of(new Row.Good(RecordId.of(number)));
  }

  @Override
  public long skip(long rows) throws IOException {
    return file.skip(rows, image.length);
  }

  @Override
  public Problem problem(Optional<String> column, String why) {
    return new Problem(path, file.position(), OptionalLong.empty(), column, why);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
