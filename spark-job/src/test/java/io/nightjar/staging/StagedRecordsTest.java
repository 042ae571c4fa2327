package io.nightjar.staging;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.RealColumns;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.records.BatchGatherer;
import io.nightjar.records.IdType;
import io.nightjar.records.InvalidInputException;
import io.nightjar.records.RecordBatch;
import io.nightjar.records.RecordCensus;
import io.nightjar.records.RecordId;
import io.nightjar.records.RecordSetDigest;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagedRecordsTest {

  private static final Configuration CONF = HadoopFiles.configuration(new Configuration());
  private static final int BATCH = 2;

  /** Keys that somebody else finds again who has the same seed. */
  private record SeededKeys(int seed) implements StagingArea.Keys {
    @Override
    public StagingKey ofNew(UUID staged) {
      byte[] bytes = new byte[StagingKey.BYTES];
      bytes[0] = (byte) seed;
      return StagingKey.take(bytes);
    }

    @Override
    public List<StagingKey> known(UUID staged) {
      return List.of(new SeededKeys(seed + 100).ofNew(staged), ofNew(staged));
    }
  }

  private static final SeededKeys KEYS = new SeededKeys(1);

  @TempDir private Path directory;

  private Path own;
  private StagingArea area;

  @BeforeEach
  void prepare() throws IOException {
    own = directory.resolve("out/_nightjar");
    area = new StagingArea(new org.apache.hadoop.fs.Path(own.toUri()), CONF);
  }

  /** Returns records of one value each, given as an id and the value, in batches of one. */
  private static List<RecordBatch> records(String... lines) {
    return Arrays.stream(lines)
        .map(line -> line.split(",", -1))
        .map(
            cells ->
                new RecordBatch(
                    List.of(RecordId.of(cells[0])),
                    new RealColumns(1, 1, new double[] {Double.parseDouble(cells[1])})))
        .toList();
  }

  private static RecordCensus census(List<RecordBatch> records) {
    RecordSetDigest digest = new RecordSetDigest();
    records.forEach(one -> digest.add(one.ids().get(0), one.values().values()));
    return new RecordCensus(records.size(), IdType.STRING, digest.finish(records.size()), Map.of());
  }

  private static StagingArea.Source source(List<RecordBatch> records) {
    return (target, batchSize) -> {
      try (StagedFile file = target.create(0)) {
        for (int first = 0; first < records.size(); first += batchSize) {
          BatchGatherer batch = new BatchGatherer(1, batchSize);
          for (RecordBatch one :
              records.subList(first, Math.min(records.size(), first + batchSize))) {
            batch.row()[0] = one.values().get(0, 0);
            batch.add(one.ids().get(0));
          }
          file.add(batch.take());
        }
        return new StagingArea.Content(census(records), file.finish(), "", "");
      }
    };
  }

  private StagedRecords stage() throws IOException {
    return area.stage(
        "here",
        source(records("Eva K,0.25", "Bo L,0.5", "Ida M,1", "Pat N,0", "Kim O,0.75")),
        BATCH,
        KEYS);
  }

  private static List<String> texts(List<RecordId> ids) {
    return ids.stream().map(RecordId::text).toList();
  }

  private Path file(String name) throws IOException {
    try (Stream<Path> all = Files.walk(own)) {
      return all.filter(path -> path.endsWith(name)).findFirst().orElseThrow();
    }
  }

  private Map<Path, byte[]> files() throws IOException {
    Map<Path, byte[]> found = new TreeMap<>();
    try (Stream<Path> all = Files.walk(own)) {
      for (Path path : all.filter(Files::isRegularFile).toList()) {
        found.put(path, Files.readAllBytes(path));
      }
    }
    return found;
  }

  @Test
  void batchesAreReadInAnyOrderAndAgain() throws Exception {
    try (StagedRecords staged = stage()) {
      for (long batch : new long[] {2, 0, 1, 2}) {
        List<String> expected =
            List.of(List.of("Eva K", "Bo L"), List.of("Ida M", "Pat N"), List.of("Kim O"))
                .get((int) batch);
        assertEquals(expected, texts(staged.read(batch).ids()));
      }
      assertArrayEquals(new double[] {1, 0}, staged.values(1).values());
      assertArrayEquals(new double[] {0.25}, staged.first(1).values());
      List<RecordId> all = new ArrayList<>();
      staged.visit(all::add);
      assertEquals(List.of("Eva K", "Bo L", "Ida M", "Pat N", "Kim O"), texts(all));
    }
  }

  @Test
  void anotherProcessFindsThemWithTheSameKeysOnly() throws Exception {
    stage().close();

    try (StagedRecords found = area.find(KEYS).orElseThrow()) {
      assertEquals("here", found.source());
      assertEquals(5, found.census().records());
      assertEquals(
          census(records("Eva K,0.25", "Bo L,0.5", "Ida M,1", "Pat N,0", "Kim O,0.75")),
          found.census());
      assertEquals(List.of("Kim O"), texts(found.ids(2)));
    }
    assertTrue(area.find(new SeededKeys(2)).isEmpty());
  }

  @Test
  void nobodyElseCanReadThemOrEnterTheirDirectory() throws Exception {
    stage().close();

    for (Map.Entry<Path, byte[]> file : files().entrySet()) {
      String text = new String(file.getValue(), StandardCharsets.ISO_8859_1);
      for (String secret : List.of("Eva", "Kim O", "here", "\"records\"")) {
        assertFalse(text.contains(secret), file.getKey() + " has " + secret);
      }
      String hex = HexFormat.of().formatHex(file.getValue());
      assertFalse(hex.contains("000000000000d03f"), "0.25 as a double"); // little-endian
      assertEquals("rw-------", permissions(file.getKey()));
    }
    assertEquals("rwx------", permissions(file("index.njst").getParent()));
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void whereverAByteIsAnotherOneNothingIsReadFromThere() throws Exception {
    stage().close();
    for (Map.Entry<Path, byte[]> file : files().entrySet()) {
      for (int i = 0; i < file.getValue().length; i++) {
        byte[] changed = file.getValue().clone();
        changed[i] ^= 4;
        Files.write(file.getKey(), changed);
        assertNotAllRead(file.getKey() + ", byte " + i);
      }
      Files.write(file.getKey(), file.getValue());
    }
  }

  /** Reads everything; what is damaged takes the index with it, so that it is put back. */
  private void assertNotAllRead(String what) throws IOException {
    Map<Path, byte[]> before = files();
    boolean all = false;
    try (StagedRecords staged =
        area.find(KEYS).orElseThrow(() -> new StagingException("no index"))) {
      for (long batch = 0; batch < 3; batch++) {
        int unused = staged.read(batch).size();
      }
      all = true;
    } catch (StagingException e) {
      assertFalse(e.getMessage().contains("Eva"), e.getMessage());
    }
    assertFalse(all, what);
    for (Map.Entry<Path, byte[]> file : before.entrySet()) {
      Files.write(file.getKey(), file.getValue());
    }
  }

  @Test
  void batchesThatChangedPlacesAndFilesThatWereCutAreRefused() throws Exception {
    stage().close();
    Path records = file("records-00000.njst");
    byte[] bytes = Files.readAllBytes(records);
    byte[] swapped = bytes.clone();
    int piece = 4 + 2 * (1 + 4 + 5) + 16; // the ids of the first two batches are as long
    int second = FileCipher.HEADER_BYTES + piece + (4 + 4 + 1 + 4 + 2 * 8 + 2 + 16);
    System.arraycopy(bytes, FileCipher.HEADER_BYTES, swapped, second, piece);
    Files.write(records, swapped);
    assertNotAllRead("swapped");
    Files.write(records, Arrays.copyOf(bytes, bytes.length - 1));
    assertNotAllRead("cut");
    Files.delete(records);
    StagingException gone =
        assertThrows(StagingException.class, () -> area.find(KEYS).orElseThrow().read(0));
    assertTrue(gone.getMessage().contains("run the command again"), gone.getMessage());
    assertTrue(area.find(KEYS).isEmpty(), "damaged ones are not found again");
  }

  @Test
  void twoFilesOfTheSameRecordsUnderTheSameKeyHaveNothingInCommon() throws Exception {
    StagingKey key = KEYS.ofNew(UUID.randomUUID());
    FileCipher one = FileCipher.fresh(key);
    FileCipher other = FileCipher.fresh(key);
    byte[] piece = new byte[100];

    assertFalse(Arrays.equals(one.seal(0, piece), other.seal(0, piece)));
    assertFalse(Arrays.equals(one.seal(0, piece), one.seal(1, piece)));
    assertThrows(StagingException.class, () -> other.open(0, one.seal(0, piece)));
    assertThrows(StagingException.class, () -> one.open(1, one.seal(0, piece)));
    assertArrayEquals(piece, FileCipher.of(one.header(), key).open(7, one.seal(7, piece)));
  }

  /** Parts of a batch may come from several files. */
  @Test
  void aBatchIsPutTogetherOfItsPieces() throws Exception {
    try (StagedRecords staged =
        area.stage(
            "here",
            (target, batchSize) -> {
              List<Piece> pieces = new ArrayList<>();
              List<RecordBatch> all = records("1,0", "2,0.25", "3,0.5", "4,0.75", "5,1");
              for (int number = 0; number < 2; number++) {
                try (StagedFile file = target.create(7 - number)) {
                  for (RecordBatch one : number == 0 ? all.subList(0, 1) : all.subList(1, 5)) {
                    file.add(one);
                  }
                  pieces.addAll(file.finish());
                }
              }
              return new StagingArea.Content(census(all), pieces, "", "");
            },
            3,
            KEYS)) {
      assertArrayEquals(new double[] {0, 0.25, 0.5}, staged.values(0).values());
      assertEquals(List.of("1", "2", "3"), texts(staged.ids(0)));
      assertArrayEquals(new double[] {0.75, 1}, staged.values(1).values());
    }
  }

  private static StagedIndex index(RecordCensus census, List<Piece> pieces) {
    return StagedIndex.of("", new StagingArea.Content(census, pieces, "", ""), 2);
  }

  @Test
  void piecesThatDoNotMakeBatchesAreRefused() {
    RecordCensus census = new RecordCensus(4, IdType.LONG, "", Map.of());
    Piece two = new Piece(0, 0, 0, 1, 1, 2);
    Piece one = new Piece(0, 0, 0, 1, 1, 1);
    assertEquals(2, index(census, List.of(two, one, one)).batches().size());
    for (List<Piece> wrong :
        List.of(List.of(two), List.of(one, two, one), List.of(two, two, one))) {
      assertThrows(StagingException.class, () -> index(census, wrong).batches());
    }
  }

  @Test
  void idsOfAnyTypeAreKeptInTheirType() {
    List<RecordId> ids =
        List.of(
            RecordId.of(-7),
            RecordId.of("Eva"),
            RecordId.of(
                List.of(
                    1L,
                    2,
                    (short) 3,
                    (byte) 4,
                    "text",
                    new BigDecimal("-0.500"),
                    LocalDate.of(1999, 12, 31),
                    Instant.ofEpochSecond(-1, 999_999_000),
                    LocalDateTime.of(2026, 1, 2, 3, 4, 5, 6000),
                    true)));

    assertEquals(ids, IdCodec.decode(IdCodec.encode(ids)));
    byte[] bytes = IdCodec.encode(ids);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThrows(StagingException.class, () -> IdCodec.decode(cut), "cut at " + length);
    }
    assertThrows(
        IllegalArgumentException.class, () -> IdCodec.encode(List.of(RecordId.of(List.of(0.5)))));
  }

  @Test
  void aKeyThatIsClosedSealsNothing() {
    StagingKey key = StagingKey.draw();
    key.close();

    assertThrows(IllegalStateException.class, () -> FileCipher.fresh(key));
    assertThrows(IllegalArgumentException.class, () -> StagingKey.take(new byte[31]));
  }

  @Test
  void nothingIsLeftOfRecordsOfWhichOneIsBad() throws Exception {
    InvalidInputException refused =
        assertThrows(
            InvalidInputException.class,
            () ->
                area.stage(
                    "here",
                    (target, batchSize) -> {
                      try (StagedFile file = target.create(0)) {
                        file.add(records("1,0").get(0));
                      }
                      throw new InvalidInputException("row 2");
                    },
                    BATCH,
                    KEYS));

    assertEquals("row 2", refused.getMessage());
    assertTrue(area.find(KEYS).isEmpty());
    assertEquals(Map.of(), files());
  }

  @Test
  void whatAnEarlierProcessDidNotFinishIsNotFoundAndRemoved() throws Exception {
    stage().close();
    Files.delete(file("index.njst"));
    assertTrue(area.find(KEYS).isEmpty());

    area.stage("there", source(records("1,0")), BATCH, KEYS).close();

    assertEquals(2, files().size(), "one file of records, and its index");
    try (StagedRecords found = area.find(KEYS).orElseThrow()) {
      assertEquals("there", found.source());
    }
    area.remove();
    assertEquals(Map.of(), files());
  }
}
