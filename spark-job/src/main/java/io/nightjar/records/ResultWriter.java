package io.nightjar.records;

import io.nightjar.model.Task;
import io.nightjar.protocol.Predictions;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes predictions to one file, in order, all or nothing.
 *
 * <p>The columns are {@code id} and {@code prediction}; for a classification then {@code class} (if
 * the classes have names other than their indexes), {@code p_0} and so on, {@code entropy} and
 * {@code mutual_information}; for a regression {@code y_0} and so on (if there are several outputs;
 * {@code prediction} is the first) and {@code sd_0} and so on. Equal results give equal bytes, in
 * whatever batches they come.
 *
 * <p>Rows go to a hidden file beside the one that is wanted. {@link #commit} renames it, in place
 * of an older file of that name; {@link #close} without it deletes it, so that a failure halfway
 * leaves no half of the results.
 */
public final class ResultWriter implements Closeable {

  private final FileSystem files;
  private final Path file;
  private final Path temporary;
  private final IdType idType;
  private final Task task;
  private final int outputs;
  private final ResultSink sink;
  private State state = State.OPEN;

  private enum State {
    OPEN,
    COMMITTED,
    CLOSED
  }

  private ResultWriter(
      FileSystem files,
      Path file,
      Path temporary,
      IdType idType,
      Task task,
      int outputs,
      ResultSink sink) {
    this.files = files;
    this.file = file;
    this.temporary = temporary;
    this.idType = idType;
    this.task = task;
    this.outputs = outputs;
    this.sink = sink;
  }

  /**
   * Opens a writer.
   *
   * @param file the file to be; its directory is made if need be
   * @param classes the names of a classification's classes; empty if they have none
   * @param outputs how many classes, or values, the model puts out
   * @throws InvalidInputException if the file is a directory
   */
  public static ResultWriter open(
      Configuration conf,
      Path file,
      ResultFormat format,
      IdType idType,
      Task task,
      List<String> classes,
      int outputs)
      throws IOException {
    if (outputs < 1 || (!classes.isEmpty() && classes.size() != outputs)) {
      throw new IllegalArgumentException(
          "%d outputs with %d class names: there must be an output, and a name for each or none"
              .formatted(outputs, classes.size()));
    }
    FileSystem files = file.getFileSystem(conf);
    if (files.exists(file) && files.getFileStatus(file).isDirectory()) {
      throw new InvalidInputException(
          "%s is a directory: results are written to a file"
              .formatted(Names.quote(file.toString())));
    }
    List<ResultColumn> columns = ResultColumn.of(idType, task, classes, outputs);
    // The temporary file has a random name, so that two writers never write to one file.
    Path temporary = new Path(file.getParent(), "." + file.getName() + "." + UUID.randomUUID());
    ResultSink sink =
        switch (format) {
          case PARQUET -> new ParquetSink(conf, temporary, columns);
          case CSV -> new CsvSink(files.create(temporary, false), columns);
        };
    files.deleteOnExit(temporary); // in case the job is interrupted
    return new ResultWriter(files, file, temporary, idType, task, outputs, sink);
  }

  /**
   * Writes the predictions of a batch.
   *
   * @param ids the ids of its records
   * @throws IllegalArgumentException if the predictions are not for these records or this task
   */
  public void write(List<RecordId> ids, Predictions predictions) throws IOException {
    requireOpen();
    if (ids.size() != predictions.records()
        || predictions.task() != task
        || predictions.mean().columns() != outputs) {
      throw new IllegalArgumentException(
          "%s of %d outputs for %d ids: expected %s of %d outputs for as many records as ids"
              .formatted(predictions, predictions.mean().columns(), ids.size(), task, outputs));
    }
    for (int j = 0; j < ids.size(); j++) {
      if (ids.get(j).type() != idType) {
        throw new IllegalArgumentException(
            "An id of type %s among ids of type %s".formatted(ids.get(j).type(), idType));
      }
      sink.write(new ResultRow(ids.get(j), predictions, j));
    }
  }

  /** Finishes the file and gives it its name; nothing can be written afterwards. */
  public void commit() throws IOException {
    requireOpen();
    sink.close();
    // On HDFS an older file has to be removed first, so for a moment neither file is there.
    boolean renamed =
        files.rename(temporary, file)
            || (files.delete(file, false) && files.rename(temporary, file));
    if (!renamed) {
      throw new IOException(
          "Cannot rename %s to %s".formatted(temporary, Names.quote(file.toString())));
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
        sink.close(); // some file systems make a file visible only now
      } finally {
        files.delete(temporary, false);
        files.cancelDeleteOnExit(temporary);
      }
    }
  }
}
