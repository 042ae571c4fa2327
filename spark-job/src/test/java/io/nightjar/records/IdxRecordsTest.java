package io.nightjar.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.RealColumns;
import io.nightjar.model.InputSpec;
import io.nightjar.model.NumberColumn;
import io.nightjar.model.Range;
import io.nightjar.model.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdxRecordsTest {

  private static final InputSpec IMAGES = Records.unnamed(Records.UNIT, new Shape(1, 2, 3));

  private final Folder folder = new Folder();

  @AfterEach
  void deleteFolder() {
    folder.close();
  }

  @Test
  void theIdIsTheRowNumberAndBytesCoverTheRange() {
    byte[] items = {0, (byte) 255, 51, 102, 1, 2, 3, 4, 5, 6, 7, 8};
    Path idx = folder.bytes("train-images-idx3-ubyte", Idx.images(2, 2, 3, items));

    Records read = Records.read(Records.open(idx, IMAGES), 9);

    assertEquals(List.of(RecordId.of(0), RecordId.of(1)), read.ids());
    assertEquals(List.of(0.0, 1.0, 0.2, 0.4, 1 / 255.0, 2 / 255.0), read.rows().get(0));
    assertEquals(
        List.of(-3.0, 7.0),
        Records.read(
                Records.open(
                    folder.bytes("b.idx", Idx.of(0x802, new int[] {1, 2}, new byte[] {0, -1})),
                    Records.unnamed(new Range(-3, 7), Shape.flat(2))),
                9)
            .rows()
            .get(0));
  }

  @Test
  void itMayBeZippedAndFlat() {
    byte[] items = Idx.counting(12);
    byte[] flat = Idx.of(0x802, new int[] {2, 6}, items);
    RecordCensus census = Records.census(folder.bytes("a", Idx.images(2, 2, 3, items)), IMAGES);

    assertEquals(2, census.records());
    assertEquals(IdType.LONG, census.idType());
    assertEquals(census, Records.census(folder.bytes("b", Folder.gzip(flat)), IMAGES));
    assertEquals(
        census.digest(),
        Records.census(folder.path("a"), Records.unnamed(Records.UNIT, Shape.flat(6))).digest());
  }

  @Test
  void aLimitMakesItsEndIrrelevant() throws Exception {
    Path idx = folder.bytes("a", Idx.images(3, 2, 3, Idx.counting(12)));

    assertEquals(
        2, new IdxRecords(Folder.CONF, idx, IMAGES, OptionalLong.of(2)).census().records());
    Records.refused(() -> Records.census(idx, IMAGES), "\"a\" ends within row 3 of 3");
  }

  @Test
  void aSampleIsFromAllOverTheFileAndNeedsNoMoreRoomThanItHas() throws Exception {
    Path idx = folder.bytes("a", Idx.images(7, 2, 3, Idx.counting(42)));

    assertEquals(List.of(0L, 3L, 6L), sample(idx, 3));
    assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L), sample(idx, Integer.MAX_VALUE));
  }

  private static List<Long> sample(Path idx, int most) throws Exception {
    List<RecordBatch> batches = new ArrayList<>();
    new IdxRecords(Folder.CONF, idx, IMAGES, OptionalLong.empty()).sample(most, batches::add);
    assertEquals(1, batches.size());
    return batches.get(0).ids().stream().map(id -> Long.valueOf(id.text())).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 4, 5, 15, 16, 21, 22, 27})
  void aTruncatedFileIsRefused(int length) {
    byte[] whole = Idx.images(2, 2, 3, Idx.counting(12));
    String where =
        length < 16 ? "within its header" : length < 22 ? "within row 1 of 2" : "within row 2 of 2";

    Records.refused(
        () -> Records.census(folder.bytes("a.idx", Arrays.copyOf(whole, length)), IMAGES),
        "\"a.idx\" ends " + where);
    if (length > 1) {
      byte[] zipped = Folder.gzip(Arrays.copyOf(whole, length));
      Records.refused(
          () -> Records.census(folder.bytes("a.idx.gz", zipped), IMAGES),
          "\"a.idx.gz\" ends " + where);
    }
  }

  @Test
  void zippedImagesThatAreCutOffAreRefused() {
    byte[] zipped = Folder.gzip(Idx.images(2, 2, 3, Idx.counting(12)));

    Records.refused(
        () ->
            Records.census(
                folder.bytes("a.idx.gz", Arrays.copyOf(zipped, zipped.length - 14)), IMAGES),
        "\"a.idx.gz\"");
  }

  @Test
  void bytesAfterTheEndAreRefused() {
    byte[] whole = Idx.images(2, 2, 3, Idx.counting(13));

    Records.refused(
        () -> Records.census(folder.bytes("a.idx", whole), IMAGES),
        "\"a.idx\" has more bytes than the 2 items of its header");
  }

  @ParameterizedTest
  @ValueSource(ints = {0x801, 0x804, 0xd03, 0x903, 0x10803})
  void anotherMagicNumberIsRefused(int magic) {
    Records.refused(
        () ->
            Records.census(
                folder.bytes("a.idx", Idx.of(magic, new int[] {1, 2, 3}, new byte[6])), IMAGES),
        "\"a.idx\" begins with 0x%08x".formatted(magic),
        "0x00000802 or 0x00000803");
  }

  @Test
  void imagesOfAnotherSizeAreRefused() {
    Records.refused(
        () -> Records.census(folder.bytes("a", Idx.images(1, 3, 2, new byte[6])), IMAGES),
        "\"a\" has images of 3x2 bytes: the model takes 1x2x3, which is 6 values");
    Records.refused(
        () ->
            Records.census(folder.bytes("a", Idx.images(1, 1 << 16, 1 << 16, new byte[6])), IMAGES),
        "\"a\" has images of 65536x65536 bytes");
    Records.refused(
        () ->
            Records.census(folder.bytes("a", Idx.of(0x802, new int[] {1, 5}, new byte[5])), IMAGES),
        "\"a\" has images of 5 bytes");
  }

  @Test
  void modelsThatReadColumnsByNameTakeNoImages() {
    InputSpec spec =
        new InputSpec(
            Shape.flat(1),
            Records.UNIT,
            List.of(),
            List.of(new NumberColumn("age", 0, 1, OptionalDouble.empty())));

    Records.refused(
        () -> Records.census(folder.bytes("a", Idx.of(0x802, new int[] {1, 1}, new byte[1])), spec),
        "\"a\" is IDX: the model takes a table's columns by name");
  }

  @Test
  void batchesOfAnySizeHaveTheSameRecords() {
    Path idx = folder.bytes("a", Idx.images(10, 2, 3, Idx.counting(60)));
    Records all = Records.read(Records.open(idx, IMAGES), 10);

    for (int batch : new int[] {1, 3, 9, 11, 100}) {
      assertEquals(all, Records.read(Records.open(idx, IMAGES), batch));
    }
  }

  @Test
  void theDigestTellsOtherImagesAndAnotherOrderApart() {
    byte[] images = Idx.counting(12);
    String digest = Records.census(folder.bytes("a", Idx.images(2, 2, 3, images)), IMAGES).digest();
    byte[] changed = images.clone();
    changed[11] ^= 1;
    byte[] swapped = new byte[12];
    System.arraycopy(images, 0, swapped, 6, 6);
    System.arraycopy(images, 6, swapped, 0, 6);

    assertTrue(digest.matches("[0-9a-f]{64}"), digest);
    for (byte[] other : List.of(changed, swapped)) {
      assertNotEquals(
          digest, Records.census(folder.bytes("b", Idx.images(2, 2, 3, other)), IMAGES).digest());
    }
    assertNotEquals(
        digest,
        Records.census(folder.bytes("b", Idx.images(1, 2, 3, Idx.counting(6))), IMAGES).digest());
  }

  @Test
  void idsAndBatchesDoNotShowThemselves() {
    RecordBatch batch =
        new RecordBatch(List.of(RecordId.of("SECRET")), new RealColumns(1, 1, new double[] {31}));

    assertEquals("RecordBatch[1 records]", batch.toString());
    assertEquals("[RecordId[STRING]]", batch.ids().toString());
    assertEquals("RecordId[LONG]", RecordId.of(31337).toString());
  }
}
