package io.nightjar.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nightjar.model.InputSpec;
import io.nightjar.model.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LabelsTest {

  private static final InputSpec SPEC = Records.named(Records.UNIT, "x");
  private static final List<String> NAMES = List.of("ill", "well", "7");

  private final Folder folder = new Folder();
  private RecordInput records;

  @BeforeEach
  void writeRecords() {
    records = Records.open(folder.lines("in.csv", "id,x", "a,0", "b,1", "c,0.5"), SPEC);
  }

  @AfterEach
  void deleteFolder() {
    folder.close();
  }

  private List<Integer> read(Path path) throws IOException {
    return read(path, records, RecordOptions.defaults());
  }

  private static List<Integer> read(Path path, RecordInput input, RecordOptions options)
      throws IOException {
    Labels labels = Labels.read(Folder.CONF, path, Records.ids(input), options, NAMES, 3);
    List<Integer> all = new ArrayList<>();
    for (int j = 0; j < labels.size(); j++) {
      all.add(labels.get(j));
    }
    return all;
  }

  @Test
  void theyAreJoinedByIdWhateverTheirOrder() throws Exception {
    assertEquals(
        List.of(0, 1, 2),
        read(folder.lines("l.csv", "x,label,id", "1,2,c", "1,ill,a", "1,1,d", "1, well ,b")));
  }

  @Test
  void withoutAColumnLabelTheOnlyOtherOneIsTaken() throws Exception {
    assertEquals(
        List.of(1, 1, 0), read(folder.lines("l.csv", "id,outcome", "c,0", "b,1", "a,well")));
    Records.refused(
        () -> read(folder.lines("l.csv", "id,outcome,day", "c,0,1")),
        "\"l.csv\" has 3 columns and none of them is \"label\"");
    Records.refused(
        () -> read(folder.lines("l.csv", "Id,label", "c,0")), "no column \"id\"", "\"Id\"");
  }

  @Test
  void aNameThatIsANumberIsAName() throws Exception {
    assertEquals(List.of(2, 2, 1), read(folder.lines("l.csv", "id,label", "a,7", "b,2", "c,1")));
  }

  @Test
  void parquetHasThemAsTextOrNumbers() throws Exception {
    Path text =
        folder.parquet(
            "l.parquet",
            "optional binary label (STRING); optional binary id (STRING);",
            List.of(
                row -> row.append("label", "well").append("id", "c"),
                row -> row.append("label", "0").append("id", "b"),
                row -> row.append("label", "7").append("id", "a")));
    Path numbers =
        folder.parquet(
            "n.parquet",
            "optional int32 label; optional int64 id;",
            List.of(
                row -> row.append("label", 1).append("id", -5L),
                row -> row.append("label", 7).append("id", 10L)));
    RecordInput numbered =
        Records.open(
            folder.parquet(
                "in.parquet",
                "required int32 id; required double x;",
                List.of(
                    row -> row.append("id", 10).append("x", 0.0),
                    row -> row.append("id", -5).append("x", 0.0))),
            SPEC);

    assertEquals(List.of(2, 0, 1), read(text));
    assertEquals(List.of(2, 1), read(numbers, numbered, RecordOptions.defaults()));
    assertEquals(
        List.of(0, 1),
        read(
            folder.lines("m.csv", "id,label", "-5,1", "10,ill"),
            numbered,
            RecordOptions.defaults()));
    Records.refused(
        () ->
            read(
                folder.parquet(
                    "d.parquet", "required double label; required int32 id;", List.of())),
        "\"d.parquet\" column \"label\" is double: a label must be");
  }

  @Test
  void idxHasThemInTheOrderOfTheRecords() throws Exception {
    byte[] labels = Idx.labels(2, 0, 1);

    assertEquals(List.of(2, 0, 1), read(folder.bytes("l-idx1-ubyte", labels)));
    assertEquals(List.of(2, 0, 1), read(folder.bytes("l.gz", Folder.gzip(labels))));
    RecordOptions two = RecordOptions.defaults().withLimit(2);
    RecordInput first =
        Records.open(
            folder.bytes("in.idx", Idx.of(0x802, new int[] {3, 1}, new byte[3])),
            Records.unnamed(Records.UNIT, Shape.flat(1)),
            two);
    assertEquals(List.of(2, 0), read(folder.path("l.gz"), first, two));
  }

  @Test
  void recordsWithoutALabelAreRefusedWithoutTheirIds() {
    Path labels = folder.lines("l.csv", "id,label", "a,1", "SECRET,1");

    Records.refused(
        () -> read(labels),
        "2 of 3 records have no label in \"l.csv\", the first of them is record 2");
  }

  @Test
  void badLabelsAreRefusedWithoutTheirValues() {
    Records.refused(
        () ->
            read(
                folder.lines(
                    "l.csv",
                    "id,label",
                    "a,SECRET",
                    "b,3",
                    "c,",
                    "a,-1",
                    ",1",
                    "SECRET",
                    "d,1",
                    "d,1")),
        "7 of 8 rows are bad",
        "\"l.csv\" row 1 (line 2), column \"label\": not a class: a label is from 0 to 2, or a",
        "row 2 (line 3), column \"label\": not a class",
        "row 3 (line 4), column \"label\": the label is missing",
        "row 4 (line 5), column \"label\": not a class",
        "row 5 (line 6), column \"id\": the id is missing",
        "and 2 more");
    Records.refused(
        () -> read(folder.lines("l.csv", "id,label", "d,1", "d,1")),
        "row 2 (line 3), column \"id\": a row before this one has the same id");
    Records.refused(
        () -> read(folder.bytes("l.idx", Idx.labels(0, 3, 200))),
        "2 of 3 rows are bad: \"l.idx\" row 2: not a class: a label is from 0 to 2;",
        "\"l.idx\" row 3");
  }

  @Test
  void idxMustBelongToTheRecords() {
    Records.refused(
        () -> read(folder.bytes("l.idx", Idx.labels(0, 1))),
        "\"l.idx\" has 2 labels for 3 records");
    Records.refused(
        () -> read(folder.bytes("l.idx", Idx.labels(0, 1, 1, 1))),
        "\"l.idx\" has 4 labels for 3 records");
    Records.refused(
        () -> read(folder.bytes("l.idx", Idx.images(3, 1, 1, new byte[3]))),
        "\"l.idx\" begins with 0x00000803",
        "0x00000801");
    byte[] whole = Idx.labels(0, 1, 2);
    Records.refused(
        () -> read(folder.bytes("l.idx", Arrays.copyOf(whole, whole.length - 1))),
        "\"l.idx\" ends within row 3 of 3");
    Records.refused(
        () -> read(folder.bytes("l.idx", Arrays.copyOf(whole, whole.length + 1))),
        "\"l.idx\" has more bytes");
  }

  @Test
  void namesMustBeForAllClassesOrNone() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Labels.read(
                Folder.CONF,
                folder.path("in.csv"),
                Records.ids(records),
                RecordOptions.defaults(),
                NAMES,
                4));
  }
}
