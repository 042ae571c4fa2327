package io.nightjar.records;

import io.nightjar.model.InputSpec;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The rows of all files of an input, one file after another, up to the limit. */
final class FilesCursor implements Closeable {

  private final Configuration conf;
  private final InputFiles input;
  private final InputSpec spec;
  private TableRequest request;
  private RowCursor current;
  private int next = 1;
  private long left;

  private FilesCursor(
      Configuration conf, InputFiles input, InputSpec spec, TableRequest request, long limit)
      throws IOException {
    this.conf = conf;
    this.input = input;
    this.spec = spec;
    this.request = request;
    this.left = limit;
    this.current = open(input.paths().get(0));
    // All files must have the columns of the first.
    this.request =
        request.features().isPresent() ? request : request.withFeatures(current.features());
  }

  static FilesCursor open(
      Configuration conf, InputFiles input, InputSpec spec, TableRequest request, long limit)
      throws IOException {
    return new FilesCursor(conf, input, spec, request, limit);
  }

  IdType idType() {
    return current.idType();
  }

  /** Returns whether ids are row numbers, of which no two are equal. */
  boolean numbered() {
    return input.format().isNumbered();
  }

  /** Reads the next row, as {@link RowCursor#next} does. */
  Optional<Row> next(double[] values) throws IOException {
    while (left > 0) {
      Optional<Row> row = current.next(values);
      if (row.isPresent()) {
        left--;
        return row;
      }
      if (!advance()) {
        break;
      }
    }
    return Optional.empty();
  }

  /** Passes over rows, to the end if there are not as many. */
  void skip(long rows) throws IOException {
    long most = Math.min(rows, left);
    long skipped = current.skip(most);
    while (skipped < most && advance()) {
      skipped += current.skip(most - skipped);
    }
    left -= skipped;
  }

  /** Describes something wrong with the row that was read last. */
  Problem problem(Optional<String> column, String why) {
    return current.problem(column, why);
  }

  private boolean advance() throws IOException {
    if (next == input.paths().size()) {
      return false;
    }
    Path path = input.paths().get(next);
    RowCursor following = open(path);
    RowCursor finished = current;
    current = following; // closed by close(), whatever happens from here on
    next++;
    finished.close();
    if (following.idType() != finished.idType()) {
      throw new InvalidInputException(
          "%s has ids of type %s, the files before it %s: all must have the same"
              .formatted(Names.file(path), following.idType(), finished.idType()));
    }
    return true;
  }

  private RowCursor open(Path path) throws IOException {
    return input.format().open(conf, input.files(), path, spec, request);
  }

  @Override
  public void close() throws IOException {
    current.close();
  }
}
