package io.nightjar.records;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.RealColumns;
import io.nightjar.model.Task;
import io.nightjar.protocol.Predictions;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResultWriterTest {

  private static final List<String> NAMES = List.of("ill", "well, \"very\"");

  private final Folder folder = new Folder();

  @AfterEach
  void deleteFolder() {
    folder.close();
  }

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

  private static List<RecordId> numbers(int first, int count) {
    return IntStream.range(first, first + count).mapToObj(i -> RecordId.of(10L * i)).toList();
  }

  private ResultWriter open(String name, ResultFormat format, IdType type, List<String> classes)
      throws IOException {
    return ResultWriter.open(
        Folder.CONF, folder.path(name), format, type, Task.CLASSIFICATION, classes, 2);
  }

  private List<Group> groups(Path path) throws IOException {
    List<Group> groups = new ArrayList<>();
    try (ParquetReader<Group> reader =
        ParquetReader.builder(new GroupReadSupport(), path).withConf(Folder.CONF).build()) {
      for (Group group = reader.read(); group != null; group = reader.read()) {
        groups.add(group);
      }
    }
    return groups;
  }

  private List<String> files() throws IOException {
    try (Stream<java.nio.file.Path> all = Files.list(folder.local("."))) {
      return all.map(path -> path.getFileName().toString())
          .filter(name -> !name.endsWith(".crc"))
          .sorted()
          .toList();
    }
  }

  @Test
  void csvHasTheColumnsOfAClassification() throws Exception {
    try (ResultWriter writer = open("out.csv", ResultFormat.CSV, IdType.STRING, NAMES)) {
      writer.write(
          List.of(RecordId.of("a,\"b\"\n"), RecordId.of("=1+1")),
          Predictions.average(
              Task.CLASSIFICATION,
              List.of(new RealColumns(2, 2, new double[] {0.5, 0.25, 0.5, 0.75}))));
      writer.commit();
    }

    double entropy = -(0.25 * StrictMath.log(0.25) + 0.75 * StrictMath.log(0.75));
    assertEquals(
        """
        id,prediction,class,p_0,p_1,entropy,mutual_information
        "a,""b""\n",0,ill,0.5,0.5,0.6931471805599453,0.0
        =1+1,1,"well, ""very""\",0.25,0.75,%s,0.0
        """
            .formatted(entropy),
        Files.readString(folder.local("out.csv")));
  }

  @Test
  void parquetHasTheColumnsOfAClassification() throws Exception {
    Predictions predictions = classified(0, 3);
    try (ResultWriter writer = open("out.parquet", ResultFormat.PARQUET, IdType.LONG, NAMES)) {
      writer.write(numbers(0, 3), predictions);
      writer.commit();
    }

    List<Group> groups = groups(folder.path("out.parquet"));
    assertEquals(3, groups.size());
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
        groups.get(0).getType().toString());
    for (int j = 0; j < 3; j++) {
      Group group = groups.get(j);
      assertEquals(10L * j, group.getLong("id", 0));
      assertEquals(predictions.predictedClass(j), group.getInteger("prediction", 0));
      assertEquals(NAMES.get(predictions.predictedClass(j)), group.getString("class", 0));
      assertEquals(predictions.mean().get(0, j), group.getDouble("p_0", 0));
      assertEquals(predictions.mean().get(1, j), group.getDouble("p_1", 0));
      assertEquals(predictions.entropy(j), group.getDouble("entropy", 0));
      assertEquals(predictions.mutualInformation(j), group.getDouble("mutual_information", 0));
    }
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(folder.path("out.parquet"), Folder.CONF))) {
      assertEquals(
          CompressionCodecName.SNAPPY, reader.getRowGroups().get(0).getColumns().get(0).getCodec());
    }
  }

  @Test
  void classesThatAreTheirIndexesNeedNoNames() throws Exception {
    for (List<String> classes : List.of(List.<String>of(), List.of("0", "1"))) {
      try (ResultWriter writer = open("out.csv", ResultFormat.CSV, IdType.LONG, classes)) {
        writer.commit();
      }
      assertEquals(
          "id,prediction,p_0,p_1,entropy,mutual_information\n",
          Files.readString(folder.local("out.csv")));
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
      try (ResultWriter writer =
          ResultWriter.open(
              Folder.CONF,
              folder.path(outputs + ".csv"),
              ResultFormat.CSV,
              IdType.LONG,
              Task.REGRESSION,
              List.of(),
              outputs)) {
        writer.write(List.of(RecordId.of(-7)), predictions);
        writer.commit();
      }
    }

    assertEquals("id,prediction,sd_0\n-7,2.0,1.0\n", Files.readString(folder.local("1.csv")));
    assertEquals(
        "id,prediction,y_0,y_1,sd_0,sd_1\n-7,2.0,2.0,5.0,1.0,0.0\n",
        Files.readString(folder.local("2.csv")));
  }

  @ParameterizedTest
  @EnumSource
  void equalResultsGiveEqualBytesInWhateverBatches(ResultFormat format) throws Exception {
    int records = 3000;
    List<byte[]> written = new ArrayList<>();
    for (int batch : List.of(records, 1, 700, records)) {
      try (ResultWriter writer = open("out", format, IdType.LONG, NAMES)) {
        for (int first = 0; first < records; first += batch) {
          int count = Math.min(batch, records - first);
          writer.write(numbers(first, count), classified(first, count));
        }
        writer.commit();
      }
      written.add(Files.readAllBytes(folder.local("out")));
    }

    for (byte[] bytes : written) {
      assertArrayEquals(written.get(0), bytes);
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsThereUntilItIsCommitted(ResultFormat format) throws Exception {
    try (ResultWriter writer = open("out", format, IdType.LONG, List.of())) {
      writer.write(numbers(0, 2), classified(0, 2));
      assertTrue(files().stream().noneMatch("out"::equals));
      assertEquals(1, files().size());
      assertTrue(files().get(0).startsWith(".out."), files().toString());

      writer.commit();
      assertEquals(List.of("out"), files());
      assertThrows(IllegalStateException.class, writer::commit);
      assertThrows(
          IllegalStateException.class, () -> writer.write(numbers(0, 2), classified(0, 2)));
    }
    assertEquals(List.of("out"), files());
  }

  @ParameterizedTest
  @EnumSource
  void aFailureLeavesNothingButAnOlderFile(ResultFormat format) throws Exception {
    folder.text("out", "older");

    assertThrows(
        IllegalArgumentException.class,
        () -> {
          try (ResultWriter writer = open("out", format, IdType.LONG, List.of())) {
            writer.write(numbers(0, 2), classified(0, 2));
            writer.write(numbers(0, 3), classified(0, 2));
          }
        });

    assertEquals(List.of("out"), files());
    assertEquals("older", Files.readString(folder.local("out")));
  }

  @ParameterizedTest
  @EnumSource
  void anOlderFileIsReplaced(ResultFormat format) throws Exception {
    for (int count : List.of(2, 5)) {
      try (ResultWriter writer = open("out", format, IdType.LONG, List.of())) {
        writer.write(numbers(0, count), classified(0, count));
        writer.commit();
      }
    }

    int rows =
        format == ResultFormat.CSV
            ? Files.readAllLines(folder.local("out")).size() - 1
            : groups(folder.path("out")).size();
    assertEquals(5, rows);
    assertEquals(List.of("out"), files());
  }

  @Test
  void resultsAreReadableAsRecords() throws Exception {
    try (ResultWriter writer = open("out.parquet", ResultFormat.PARQUET, IdType.LONG, NAMES)) {
      writer.write(numbers(0, 4), classified(0, 4));
      writer.commit();
    }

    assertEquals(
        numbers(0, 4),
        Records.read(
                Records.open(
                    folder.path("out.parquet"), Records.named(Records.UNIT, "p_1", "entropy")),
                0,
                3)
            .ids());
  }

  @Test
  void misuseIsRefused() throws Exception {
    folder.text("directory/x", "");
    Records.refused(
        () -> open("directory", ResultFormat.CSV, IdType.LONG, List.of()), "is a directory");
    assertThrows(
        IllegalArgumentException.class,
        () -> open("out", ResultFormat.CSV, IdType.LONG, List.of("a", "b", "c")));
    try (ResultWriter writer = open("out", ResultFormat.CSV, IdType.STRING, List.of())) {
      assertThrows(
          IllegalArgumentException.class, () -> writer.write(numbers(0, 2), classified(0, 2)));
      Predictions regression =
          Predictions.average(Task.REGRESSION, List.of(new RealColumns(2, 1, new double[] {1, 5})));
      assertThrows(
          IllegalArgumentException.class,
          () -> writer.write(List.of(RecordId.of("a")), regression));
    }
  }
}
