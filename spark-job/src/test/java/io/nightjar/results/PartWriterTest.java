package io.nightjar.results;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.RealColumns;
import io.nightjar.job.ResultFiles;
import io.nightjar.model.Task;
import io.nightjar.protocol.Predictions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartWriterTest {

  private static final Configuration CONF = new Configuration();
  private static final List<String> NAMES = List.of("ill", "well, \"very\"");

  @TempDir private Path directory;

  /** Returns two draws of two classes for each record, which depend on its number only. */
  private static Predictions classified(int first, int count) {
    return Predictions.average(
        Task.CLASSIFICATION, List.of(draw(first, count, 0.25), draw(first, count, 0.75)));
  }

  private static RealColumns draw(int first, int count, double p) {
    double[] values = new double[2 * count];
    for (int j = 0; j < count; j++) {
      values[j] = p / (first + j + 1);
      values[count + j] = 1 - values[j];
    }
    return new RealColumns(2, count, values);
  }

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }

  private PartWriter open(List<String> classes) throws IOException {
    return PartWriter.open(CONF, hadoop(directory.resolve("out")), Task.CLASSIFICATION, classes, 2);
  }

  private Map<Long, List<String>> rows() throws IOException {
    return ResultFiles.read(directory.resolve("out"));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(path -> path.getFileName().toString())
          .filter(name -> !name.endsWith(".crc"))
          .sorted()
          .toList();
    }
  }

  @Test
  void theColumnsAreThoseOfAClassification() throws Exception {
    Predictions predictions = classified(0, 3);
    try (PartWriter writer = open(NAMES)) {
      writer.write(7, predictions);
      writer.commit();
    }

    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(hadoop(directory.resolve("out")), CONF))) {
      ParquetMetadata metadata = reader.getFooter();
      assertEquals(
          """
          message results {
            required int64 id;
            required int32 prediction;
            required binary class (STRING);
            required double p_0;
            required double p_1;
            required double entropy;
            required double mutual_information;
          }
          """,
          metadata.getFileMetaData().getSchema().toString());
      assertEquals(
          CompressionCodecName.SNAPPY, metadata.getBlocks().get(0).getColumns().get(0).getCodec());
    }
    for (int j = 0; j < 3; j++) {
      int predicted = predictions.predictedClass(j);
      assertEquals(
          List.of(
              Integer.toString(predicted),
              NAMES.get(predicted),
              Double.toString(predictions.mean().get(0, j)),
              Double.toString(predictions.mean().get(1, j)),
              Double.toString(predictions.entropy(j)),
              Double.toString(predictions.mutualInformation(j))),
          rows().get(7L + j));
    }
  }

  @Test
  void classesThatAreTheirIndexesNeedNoNames() throws Exception {
    for (List<String> classes : List.of(List.<String>of(), List.of("0", "1"))) {
      try (PartWriter writer = open(classes)) {
        writer.write(0, classified(0, 1));
        writer.commit();
      }
      assertEquals(
          List.of("id", "prediction", "p_0", "p_1", "entropy", "mutual_information"),
          ResultFiles.columns(directory.resolve("out")));
    }
  }

  @Test
  void aRegressionHasValuesAndDeviations() throws Exception {
    Predictions one =
        Predictions.average(
            Task.REGRESSION,
            List.of(
                new RealColumns(1, 1, new double[] {1}), new RealColumns(1, 1, new double[] {3})));
    Predictions two =
        Predictions.average(
            Task.REGRESSION,
            List.of(
                new RealColumns(2, 1, new double[] {1, 5}),
                new RealColumns(2, 1, new double[] {3, 5})));
    for (Predictions predictions : List.of(one, two)) {
      int outputs = predictions.mean().columns();
      try (PartWriter writer =
          PartWriter.open(
              CONF, hadoop(directory.resolve("" + outputs)), Task.REGRESSION, List.of(), outputs)) {
        writer.write(5, predictions);
        writer.commit();
      }
    }

    assertEquals(List.of("id", "prediction", "sd_0"), ResultFiles.columns(directory.resolve("1")));
    assertEquals(Map.of(5L, List.of("2.0", "1.0")), ResultFiles.read(directory.resolve("1")));
    assertEquals(
        List.of("id", "prediction", "y_0", "y_1", "sd_0", "sd_1"),
        ResultFiles.columns(directory.resolve("2")));
    assertEquals(
        Map.of(5L, List.of("2.0", "2.0", "5.0", "1.0", "0.0")),
        ResultFiles.read(directory.resolve("2")));
  }

  @Test
  void equalResultsGiveEqualBytesInWhateverBatches() throws Exception {
    int records = 3000;
    List<byte[]> written = new ArrayList<>();
    for (int batch : List.of(records, 1, 700, records)) {
      try (PartWriter writer = open(NAMES)) {
        for (int first = 0; first < records; first += batch) {
          writer.write(first, classified(first, Math.min(batch, records - first)));
        }
        writer.commit();
      }
      written.add(Files.readAllBytes(directory.resolve("out")));
    }

    for (byte[] bytes : written) {
      assertArrayEquals(written.get(0), bytes);
    }
  }

  @Test
  void nothingIsThereUntilItIsCommitted() throws Exception {
    try (PartWriter writer = open(List.of())) {
      writer.write(0, classified(0, 2));
      assertEquals(1, files().size());
      assertTrue(files().get(0).startsWith(".out."), files().toString());

      writer.commit();
      assertEquals(List.of("out"), files());
      assertThrows(IllegalStateException.class, writer::commit);
      assertThrows(IllegalStateException.class, () -> writer.write(0, classified(0, 2)));
    }
    assertEquals(List.of("out"), files());
  }

  @Test
  void aFailureLeavesNothingButAnOlderFile() throws Exception {
    Files.writeString(directory.resolve("out"), "older");
    Predictions regression =
        Predictions.average(Task.REGRESSION, List.of(new RealColumns(2, 1, new double[] {1, 5})));

    assertThrows(
        IllegalArgumentException.class,
        () -> {
          try (PartWriter writer = open(List.of())) {
            writer.write(0, classified(0, 2));
            writer.write(2, regression);
          }
        });

    assertEquals(List.of("out"), files());
    assertEquals("older", Files.readString(directory.resolve("out")));
    assertThrows(IllegalArgumentException.class, () -> open(List.of("a", "b", "c")));
  }

  @Test
  void anOlderFileIsReplaced() throws Exception {
    for (int count : List.of(2, 5)) {
      try (PartWriter writer = open(List.of())) {
        writer.write(0, classified(0, count));
        writer.commit();
      }
    }

    assertEquals(5, rows().size());
    assertEquals(List.of("out"), files());
  }
}
