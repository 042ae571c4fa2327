package io.nightjar.records;

import io.nightjar.model.InputSpec;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The records of a data owner, checked against what a model takes.
 *
 * <p>The path is a file, or a directory of CSV or Parquet files as Spark writes it; nothing outside
 * it is read. In a table, the id column and the model's features or columns are found by name, in
 * any order, and other columns are ignored; for a model that names no features, all columns but the
 * id are taken in the order of the file. In IDX, a record's id is its number, from 0, and bytes
 * from 0 to 255 stand for the model's range. A value outside that range is refused, not clamped;
 * where the model has columns, they say how cells become values, and what a missing one means.
 *
 * <p>Opening finds the files; {@link #census} and {@link #reader} each go over the rows anew and
 * can be called as often as wanted.
 */
public final class RecordInput {

  private final Configuration conf;
  private final InputFiles files;
  private final InputSpec spec;
  private final RecordOptions options;

  private RecordInput(Configuration conf, InputFiles files, InputSpec spec, RecordOptions options) {
    this.conf = conf;
    this.files = files;
    this.spec = spec;
    this.options = options;
    request(); // which refuses an id column that is a feature
  }

  /**
   * Finds the files of an input.
   *
   * @param spec what the model takes
   * @throws InvalidInputException if there are none, or of no or several formats
   */
  public static RecordInput open(
      Configuration conf, Path path, InputSpec spec, RecordOptions options) throws IOException {
    return new RecordInput(conf, InputFiles.find(conf, path), spec, options);
  }

  /** Returns what the files are written in. */
  public RecordFormat format() {
    return files.format();
  }

  /**
   * Goes over all records once and checks every one; a limit ends it early.
   *
   * <p>Ids must differ, for which it keeps up to 64 bytes of each in memory.
   *
   * @throws InvalidInputException if any row is bad; the message counts them and shows the first
   */
  public RecordCensus census() throws IOException {
    return census((id, values) -> {});
  }

  /**
   * Goes over all records as {@link #census()} does, and hands them over in batches on the way,
   * until the first that is bad.
   *
   * @param batchSize how many records a batch has; the last may have fewer
   */
  public RecordCensus census(int batchSize, BatchTaker taker) throws IOException {
    int columns = spec.shape().size();
    BatchGatherer batch = new BatchGatherer(columns, batchSize);
    RecordCensus census =
        census(
            (id, values) -> {
              System.arraycopy(values, 0, batch.row(), 0, columns);
              batch.add(id);
              if (batch.isFull()) {
                taker.take(batch.take());
              }
            });
    if (!batch.isEmpty()) {
      taker.take(batch.take());
    }
    return census;
  }

  private RecordCensus census(Census.RowTaker taker) throws IOException {
    Census census = new Census(options.idColumn(), spec.shape().size(), taker);
    TableRequest request = request();
    try (FilesCursor cursor = cursor(request)) {
      return census.of(cursor, request);
    }
  }

  /**
   * Starts reading at the first record.
   *
   * @throws InvalidInputException if the first file cannot be read as a census would have
   */
  public RecordReader reader() throws IOException {
    return new RecordReader(cursor(request()), spec.shape().size());
  }

  /** Returns a new request for each pass, because a request counts. */
  private TableRequest request() {
    return TableRequest.of(spec, options.idColumn());
  }

  private FilesCursor cursor(TableRequest wanted) throws IOException {
    return FilesCursor.open(conf, files, spec, wanted, options.limit().orElse(Long.MAX_VALUE));
  }
}
