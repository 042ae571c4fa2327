package io.nightjar.records;

import io.nightjar.model.InputSpec;
import io.nightjar.model.Range;
import io.nightjar.model.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Assertions;

/** Records as a test expects them, with ways to read them. */
record Records(List<RecordId> ids, List<List<Double>> rows) {

  static final Range UNIT = new Range(0, 1);

  /** What a model takes that names its features. */
  static InputSpec named(Range range, String... features) {
    return new InputSpec(Shape.flat(features.length), range, List.of(features));
  }

  /** What a model takes that names no features. */
  static InputSpec unnamed(Range range, Shape shape) {
    return new InputSpec(shape, range, List.of());
  }

  static RecordInput open(Path path, InputSpec spec) {
    return open(path, spec, RecordOptions.defaults());
  }

  static RecordInput open(Path path, InputSpec spec, RecordOptions options) {
    try {
      return RecordInput.open(Folder.CONF, path, spec, options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static RecordCensus census(Path path, InputSpec spec) {
    try {
      return open(path, spec).census();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads what is left after so many records, in batches of this size. */
  static Records read(RecordInput input, long skip, int batch) {
    try (RecordReader reader = input.reader()) {
      reader.skip(skip);
      return readAll(reader, batch);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Records readAll(RecordReader reader, int batch) throws IOException {
    Records all = new Records(new ArrayList<>(), new ArrayList<>());
    for (Optional<RecordBatch> next = reader.next(batch);
        next.isPresent();
        next = reader.next(batch)) {
      all.add(next.get());
    }
    return all;
  }

  private void add(RecordBatch batch) {
    ids.addAll(batch.ids());
    for (int j = 0; j < batch.size(); j++) {
      List<Double> row = new ArrayList<>();
      for (int k = 0; k < batch.values().columns(); k++) {
        row.add(batch.values().get(k, j));
      }
      rows.add(row);
    }
  }

  Records drop(int count) {
    int from = Math.min(count, ids.size());
    return new Records(ids.subList(from, ids.size()), rows.subList(from, rows.size()));
  }

  /** Expects a refusal whose message has all these parts and is on one line. */
  static String refused(Work work, String... parts) {
    InvalidInputException refusal = Assertions.assertThrows(InvalidInputException.class, work::run);
    String message = refusal.getMessage();
    for (String part : parts) {
      Assertions.assertTrue(message.contains(part), message + " should have: " + part);
    }
    Assertions.assertEquals(1, message.lines().count(), message);
    for (Throwable t = refusal; t != null; t = t.getCause()) {
      Assertions.assertFalse(String.valueOf(t.getMessage()).contains("SECRET"), t.getMessage());
      Assertions.assertFalse(String.valueOf(t.getMessage()).contains("31337"), t.getMessage());
    }
    return message;
  }

  /** A task that may fail. */
  interface Work {
    void run() throws Exception;
  }
}
