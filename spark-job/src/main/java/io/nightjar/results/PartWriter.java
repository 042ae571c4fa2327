package io.nightjar.results;

import io.nightjar.model.Task;
import io.nightjar.protocol.Predictions;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetWriter;

/**
 * Writes predictions to one file of Parquet, in order, all or nothing.
 *
 * <p>The columns are {@code id}, which is a record's place in the input, and {@code prediction};
 * for a classification then {@code class} (if the classes have names other than their indexes),
 * {@code p_0} and so on, {@code entropy} and {@code mutual_information}; for a regression {@code
 * y_0} and so on (if there are several outputs; {@code prediction} is the first) and {@code sd_0}
 * and so on. Equal results give equal bytes, in whatever batches they come.
 *
 * <p>Rows go to a hidden file beside the one that is wanted. {@link #commit} renames it, in place
 * of an older file of that name; {@link #close} without it deletes it, so that a failure halfway
 * leaves no half of the results.
 */
public final class PartWriter implements Closeable {

  private final FileSystem files;
  private final Path file;
  private final Path temporary;
  private final Task task;
  private final int outputs;
  private final ParquetWriter<PartRow> rows;
  private State state = State.OPEN;

  private enum State {
    OPEN,
    COMMITTED,
    CLOSED
  }

  private PartWriter(
      FileSystem files,
      Path file,
      Path temporary,
      Task task,
      int outputs,
      ParquetWriter<PartRow> rows) {
    this.files = files;
    this.file = file;
    this.temporary = temporary;
    this.task = task;
    this.outputs = outputs;
    this.rows = rows;
  }

  /**
   * Opens a writer.
   *
   * @param file the file to be; its directory is made if need be
   * @param classes the names of a classification's classes; empty if they have none
   * @param outputs how many classes, or values, the model puts out
   */
  public static PartWriter open(
      Configuration conf, Path file, Task task, List<String> classes, int outputs)
      throws IOException {
    if (outputs < 1 || (!classes.isEmpty() && classes.size() != outputs)) {
      throw new IllegalArgumentException(
          "%d outputs with %d class names: there must be an output, and a name for each or none"
              .formatted(outputs, classes.size()));
    }
    FileSystem files = file.getFileSystem(conf);
    // The temporary file has a random name, so that two writers never write to one file.
    Path temporary = new Path(file.getParent(), "." + file.getName() + "." + UUID.randomUUID());
    ParquetWriter<PartRow> rows =
        PartRow.writer(conf, temporary, ResultColumn.of(task, classes, outputs));
    files.deleteOnExit(temporary); // in case the job is interrupted
    return new PartWriter(files, file, temporary, task, outputs, rows);
  }

  /**
   * Writes the predictions of a batch.
   *
   * @param first the place of its first record in the input, from 0
   * @throws IllegalArgumentException if the predictions are not for this task
   */
  public void write(long first, Predictions predictions) throws IOException {
    requireOpen();
    if (predictions.task() != task || predictions.mean().columns() != outputs) {
      throw new IllegalArgumentException(
          "%s of %d outputs: expected %s of %d outputs"
              .formatted(predictions, predictions.mean().columns(), task, outputs));
    }
    for (int j = 0; j < predictions.records(); j++) {
      rows.write(new PartRow(first + j, predictions, j));
    }
  }

  /** Finishes the file and gives it its name; nothing can be written afterwards. */
  public void commit() throws IOException {
    requireOpen();
    rows.close();
    // On HDFS an older file has to be removed first, so for a moment neither file is there.
    boolean renamed =
        files.rename(temporary, file)
            || (files.delete(file, false) && files.rename(temporary, file));
    if (!renamed) {
      throw new IOException("Cannot rename %s to '%s'".formatted(temporary, file));
    }
    files.cancelDeleteOnExit(temporary);
    state = State.COMMITTED;
  }

  private void requireOpen() {
    if (state != State.OPEN) {
      throw new IllegalStateException("The results are %s already".formatted(state));
    }
  }

  /** Deletes what was written unless it was committed. */
  @Override
  public void close() throws IOException {
    if (state == State.OPEN) {
      state = State.CLOSED;
      try {
        rows.close(); // some file systems make a file visible only now
      } finally {
        files.delete(temporary, false);
        files.cancelDeleteOnExit(temporary);
      }
    }
  }
}
