package io.nightjar.records;

import io.nightjar.model.InputSpec;
import io.nightjar.model.Range;
import io.nightjar.model.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Assertions;

/** Records as a test expects them, with ways to read them. */
record Records(List<RecordId> ids, List<List<Double>> rows) {

  static final Range UNIT = new Range(0, 1);

  /** What a model takes that names no features. */
  static InputSpec unnamed(Range range, Shape shape) {
    return new InputSpec(shape, range, List.of());
  }

  static IdxRecords open(Path path, InputSpec spec) {
    return new IdxRecords(Folder.CONF, path, spec, OptionalLong.empty());
  }

  static RecordCensus census(Path path, InputSpec spec) {
    try {
      return open(path, spec).census();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads all, in batches of this size. */
  static Records read(IdxRecords images, int batch) {
    Records all = new Records(new ArrayList<>(), new ArrayList<>());
    List<Integer> sizes = new ArrayList<>();
    try {
      images.read(
          batch,
          next -> {
            all.add(next);
            sizes.add(next.size());
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (int i = 0; i < sizes.size() - 1; i++) {
      Assertions.assertEquals(batch, sizes.get(i), "only the last may have fewer");
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

  /** Expects a refusal whose message has all these parts and is on one line. */
  static String refused(Work work, String... parts) {
    InvalidInputException refusal = Assertions.assertThrows(InvalidInputException.class, work::run);
    String message = refusal.getMessage();
    for (String part : parts) {
      Assertions.assertTrue(message.contains(part), message + " should have: " + part);
    }
    Assertions.assertEquals(1, message.lines().count(), message);
    return message;
  }

  /** A task that may fail. */
  interface Work {
    void run() throws Exception;
  }
}
