package io.nightjar.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.draw.InputDigest;
import io.nightjar.exchange.BlockName;
import io.nightjar.exchange.Direction;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.Manifest;
import io.nightjar.exchange.SampleOrders;
import io.nightjar.exchange.Section;
import io.nightjar.exchange.Wave;
import io.nightjar.protocol.ProtocolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The memory of what was uploaded, however batches are cut into waves. */
class SeenInputsTest {

  private static final int BATCHES = 12;
  private static final int DRAWS = 2;

  private static final JobDescription JOB =
      SampleOrders.of(UUID.randomUUID(), "0".repeat(64), "1".repeat(64), BATCHES * 10, 10, 1);

  @TempDir private Path directory;

  private SeenInputs open() throws IOException {
    return new SeenInputs(
        new org.apache.hadoop.fs.Path(directory.toUri()),
        HadoopFiles.configuration(new Configuration()));
  }

  private static String hex(long batch, int draw, int version) {
    return "%016x%016x%016x%016x".formatted(batch, draw, version, 7);
  }

  private static Section section(long batch, int draw, int version) {
    String name = new BlockName(batch, draw, 0).toString();
    String file = name + ".0123456789abcdef.njb";
    return new Section(name, file, 0, 100, hex(batch, draw, version), "");
  }

  /** The uploads of a wave, of which each batch has a version. */
  private static Manifest uploads(Wave wave, int round, Map<Long, Integer> versions) {
    List<Section> sections = new ArrayList<>();
    for (long batch = wave.firstBatch(); batch < wave.endBatch(); batch++) {
      for (int draw = 0; draw < (round == 0 ? 1 : DRAWS); draw++) {
        sections.add(section(batch, draw, versions.getOrDefault(batch, 0)));
      }
    }
    String source = round == 0 ? "" : "2".repeat(64);
    return Manifest.of(JOB, wave.index(), round, Direction.UP, source, sections);
  }

  private static void see(SeenInputs inputs, Wave wave, Map<Long, Integer> versions)
      throws IOException {
    inputs.see(wave, uploads(wave, 1, versions));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void assertRefused(String upload, SeenInputs inputs, Wave wave, int version) {
    Map<Long, Integer> versions = new HashMap<>();
    for (long batch = wave.firstBatch(); batch < wave.endBatch(); batch++) {
      versions.put(batch, version);
    }
    ProtocolException refusal =
        assertThrows(ProtocolException.class, () -> see(inputs, wave, versions));
    assertTrue(refusal.getMessage().startsWith("The upload " + upload), refusal.getMessage());
  }

  @Test
  void aRoundOfAWaveIsOneFileThatNobodyElseReads() throws IOException {
    see(open(), new Wave(1, 3, 4), Map.of());
    see(open(), new Wave(1, 3, 4), Map.of());

    assertEquals(List.of("round-01.batches-0000003-0000006"), files());
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(directory.resolve("round-01.batches-0000003-0000006"))));
  }

  @Test
  void anotherUploadForABatchIsRefusedInAnyCut() throws IOException {
    see(open(), new Wave(0, 0, 6), Map.of());

    for (SeenInputs inputs : List.of(open(), open())) {
      assertRefused("batch-0000000.draw-00.", inputs, new Wave(0, 0, 6), 1);
      assertRefused("batch-0000005.", inputs, new Wave(5, 5, 1), 1);
      assertRefused("batch-0000004.", inputs, new Wave(1, 4, 4), 1);
      assertRefused("batch-0000000.", inputs, new Wave(0, 0, 12), 1);
    }
    assertEquals(1, files().size());
  }

  @Test
  void theSameUploadsAreTheSameInAnyCut() throws IOException {
    SeenInputs inputs = open();
    see(inputs, new Wave(0, 0, 6), Map.of());
    see(inputs, new Wave(5, 5, 1), Map.of());
    see(inputs, new Wave(1, 4, 4), Map.of());

    assertEquals(
        List.of("round-01.batches-0000000-0000005", "round-01.batches-0000004-0000007"), files());
    assertRefused("batch-0000007.", inputs, new Wave(0, 7, 1), 1);
  }

  @Test
  void roundsAreRememberedEachByItself() throws IOException {
    SeenInputs inputs = open();
    Wave wave = new Wave(0, 0, 2);
    inputs.see(wave, uploads(wave, 0, Map.of()));
    inputs.see(wave, uploads(wave, 1, Map.of(0L, 1, 1L, 2)));

    assertEquals(InputDigest.ofHex(hex(1, 0, 0)), inputs.digest(1, 0, 0));
    assertEquals(InputDigest.ofHex(hex(1, 1, 2)), inputs.digest(1, 1, 1));
  }

  @Test
  void whatWasNotSeenHasNoDigest() throws IOException {
    SeenInputs inputs = open();
    see(inputs, new Wave(0, 2, 1), Map.of());

    assertThrows(IllegalStateException.class, () -> inputs.digest(1, 1, 0));
    assertThrows(IllegalStateException.class, () -> inputs.digest(2, 0, 0));
    assertThrows(IllegalStateException.class, () -> inputs.digest(2, 1, DRAWS));
  }

  @Test
  void aWaveThatIsForgottenIsSeenForTheFirstTimeAgain() throws IOException {
    SeenInputs inputs = open();
    see(inputs, new Wave(0, 0, 2), Map.of());
    see(inputs, new Wave(1, 2, 2), Map.of());
    assertEquals(InputDigest.ofHex(hex(2, 0, 0)), inputs.digest(2, 1, 0));

    inputs.forget(new Wave(1, 2, 2));
    see(inputs, new Wave(1, 2, 2), Map.of(2L, 1, 3L, 1));

    assertEquals(InputDigest.ofHex(hex(2, 0, 1)), inputs.digest(2, 1, 0));
    assertRefused("batch-0000000.", open(), new Wave(0, 0, 2), 1);
    assertRefused("batch-0000002.", open(), new Wave(1, 2, 2), 2);
  }

  @Test
  void aMemoryThatIsDamagedIsNotTakenForNone() throws IOException {
    see(open(), new Wave(0, 0, 2), Map.of());
    Files.writeString(directory.resolve(files().get(0)), "{}\n");

    ExchangeException failure =
        assertThrows(ExchangeException.class, () -> see(open(), new Wave(0, 0, 2), Map.of()));

    assertTrue(failure.getMessage().contains(files().get(0)), failure.getMessage());
  }

  /** Against a map of every batch, draw and round, by a memory that is opened again and again. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void anyCutsOfAnyUploadsAreTakenOrRefusedBatchByBatch(int seed) throws IOException {
    Random random = new Random(seed);
    Map<List<Long>, Integer> known = new HashMap<>();
    SeenInputs inputs = open();
    int refused = 0;
    for (int i = 0; i < 120; i++) {
      int round = random.nextInt(3);
      int first = random.nextInt(BATCHES);
      Wave wave = new Wave(random.nextInt(99), first, 1 + random.nextInt(BATCHES - first));
      Map<Long, Integer> versions = new HashMap<>();
      boolean expected = true;
      for (long batch = wave.firstBatch(); batch < wave.endBatch(); batch++) {
        Integer before = known.get(List.of(batch, (long) round));
        int version = before != null && random.nextInt(20) > 0 ? before : random.nextInt(3);
        versions.put(batch, version);
        expected &= before == null || before == version;
      }
      Manifest uploads = uploads(wave, round, versions);
      if (expected) {
        inputs.see(wave, uploads);
        versions.forEach((batch, version) -> known.put(List.of(batch, (long) round), version));
      } else {
        SeenInputs asked = inputs;
        assertThrows(ProtocolException.class, () -> asked.see(wave, uploads));
        refused++;
      }
      inputs = random.nextInt(4) == 0 ? open() : inputs;
    }
    assertTrue(refused > 5, "refused " + refused);
    for (Map.Entry<List<Long>, Integer> upload : known.entrySet()) {
      long batch = upload.getKey().get(0);
      int round = upload.getKey().get(1).intValue();
      assertEquals(
          InputDigest.ofHex(hex(batch, 0, upload.getValue())), inputs.digest(batch, round, 0));
    }
  }
}
