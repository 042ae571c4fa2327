package io.nightjar.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Labels that are IDX, and how all are kept. */
class ClassLabelsTest {

  private static final LabelClasses CLASSES = new LabelClasses(List.of("ill", "well", "7"), 3);

  private final Folder folder = new Folder();

  @AfterEach
  void deleteFolder() {
    folder.close();
  }

  private static List<Integer> read(Path path, long records, boolean limited) throws IOException {
    ClassLabels labels = ClassLabels.ofIdx(Folder.CONF, path, records, limited, CLASSES);
    List<Integer> all = new ArrayList<>();
    for (int j = 0; j < labels.size(); j++) {
      all.add(labels.get(j));
    }
    return all;
  }

  @Test
  void idxHasThemInTheOrderOfTheRecords() throws Exception {
    byte[] labels = Idx.labels(2, 0, 1);

    assertEquals(List.of(2, 0, 1), read(folder.bytes("l-idx1-ubyte", labels), 3, false));
    Path zipped = folder.bytes("l.gz", Folder.gzip(labels));
    assertEquals(List.of(2, 0, 1), read(zipped, 3, false));
    assertEquals(List.of(2, 0), read(zipped, 2, true));
  }

  @Test
  void badLabelsAreRefusedWithoutTheirValues() {
    Records.refused(
        () -> read(folder.bytes("l.idx", Idx.labels(0, 3, 200)), 3, false),
        "2 of 3 labels in \"l.idx\" are no class, the first of them in row 2",
        ": a label is from 0 to 2");
  }

  @Test
  void idxMustBelongToTheRecords() {
    Records.refused(
        () -> read(folder.bytes("l.idx", Idx.labels(0, 1)), 3, false),
        "\"l.idx\" has 2 labels for 3 records");
    Records.refused(
        () -> read(folder.bytes("l.idx", Idx.labels(0, 1, 1, 1)), 3, false),
        "\"l.idx\" has 4 labels for 3 records");
    Records.refused(
        () -> read(folder.bytes("l.idx", Idx.images(3, 1, 1, new byte[3])), 3, false),
        "\"l.idx\" begins with 0x00000803",
        "0x00000801");
    byte[] whole = Idx.labels(0, 1, 2);
    Records.refused(
        () -> read(folder.bytes("l.idx", Arrays.copyOf(whole, whole.length - 1)), 3, false),
        "\"l.idx\" ends within row 3 of 3");
    Records.refused(
        () -> read(folder.bytes("l.idx", Arrays.copyOf(whole, whole.length + 1)), 3, false),
        "\"l.idx\" has more bytes");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 256, 257, 65_537, Integer.MAX_VALUE})
  void classesOfModelsWithManyAreKeptWhole(int classes) {
    ClassLabels labels = new ClassLabels(3, classes);
    labels.set(0, classes - 1);
    labels.set(2, classes / 2);

    assertEquals(
        List.of(classes - 1, 0, classes / 2), List.of(labels.get(0), labels.get(1), labels.get(2)));
    assertThrows(IndexOutOfBoundsException.class, () -> labels.set(3, 0));
  }

  @Test
  void namesMustBeForAllClassesOrNone() {
    assertThrows(IllegalArgumentException.class, () -> new LabelClasses(List.of("ill"), 2));
  }
}
