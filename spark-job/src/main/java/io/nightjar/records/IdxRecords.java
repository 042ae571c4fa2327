package io.nightjar.records;

import io.nightjar.model.InputSpec;
import io.nightjar.model.Range;
import io.nightjar.model.Shape;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The images of an IDX file as records. An image's id is its number, from 0, and bytes from 0 to
 * 255 stand for the model's range, with both ends exact.
 */
public final class IdxRecords {

  private static final int WHITE = 255;

  private final Configuration conf;
  private final Path path;
  private final InputSpec spec;
  private final long limit;

  /**
   * Describes the images.
   *
   * @param spec what the model takes
   * @param limit how many are read from the start; all if absent
   */
  public IdxRecords(Configuration conf, Path path, InputSpec spec, OptionalLong limit) {
    this.conf = conf;
    this.path = path;
    this.spec = spec;
    this.limit = limit.orElse(Long.MAX_VALUE);
  }

  /**
   * Goes over all images.
   *
   * @throws InvalidInputException if they do not fit the model, or the file is damaged
   */
  public RecordCensus census() throws IOException {
    return read(1, batch -> {});
  }

  /**
   * Goes over all images as {@link #census()} does, and hands them over in batches on the way.
   *
   * @param batchSize how many records a batch has; the last may have fewer
   */
  public RecordCensus read(int batchSize, BatchTaker taker) throws IOException {
    return read(batchSize, 1, taker);
  }

  /** Hands over at most so many images, with as many between any two of them. */
  public void sample(int most, BatchTaker taker) throws IOException {
    long count;
    try (IdxFile file = IdxFile.images(path.getFileSystem(conf), path)) {
      count = Math.max(1, Math.min(file.count(), limit));
    }
    read((int) Math.min(most, count), (count + most - 1) / most, taker);
  }

  private RecordCensus read(int batchSize, long every, BatchTaker taker) throws IOException {
    try (IdxFile file = IdxFile.images(path.getFileSystem(conf), path)) {
      requireFit(file);
      byte[] image = new byte[spec.shape().size()];
      double[] valueOf = values(spec.range());
      BatchGatherer batch = new BatchGatherer(image.length, batchSize);
      RecordSetDigest digest = new RecordSetDigest();
      long records = 0;
      for (; records < limit && file.next(image); records++) {
        if (records % every != 0) {
          continue;
        }
        double[] row = batch.row();
        for (int k = 0; k < image.length; k++) {
          row[k] = valueOf[Byte.toUnsignedInt(image[k])];
        }
        RecordId id = RecordId.of(records);
        digest.add(id, row);
        batch.add(id);
        if (batch.isFull()) {
          taker.take(batch.take());
        }
      }
      if (!batch.isEmpty()) {
        taker.take(batch.take());
      }
      return new RecordCensus(records, IdType.LONG, digest.finish(records), Map.of());
    }
  }

  private void requireFit(IdxFile file) {
    if (!spec.columns().isEmpty()) {
      throw new InvalidInputException(
          "%s is IDX: the model takes a table's columns by name, so give it a table"
              .formatted(Names.file(path)));
    }
    if (!fits(file.item(), spec.shape())) {
      throw new InvalidInputException(
          "%s has images of %s bytes: the model takes %s, which is %d values"
              .formatted(Names.file(path), file.itemText(), spec.shape(), spec.shape().size()));
    }
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

  /** Returns the value of each byte. */
  private static double[] values(Range range) {
    double[] values = new double[WHITE + 1];
    for (int b = 0; b <= WHITE; b++) {
      values[b] = range.at(b / (double) WHITE);
    }
    return values;
  }
}
