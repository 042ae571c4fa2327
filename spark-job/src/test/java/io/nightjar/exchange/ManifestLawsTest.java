package io.nightjar.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.testing.Slow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/**
 * Tests that what is written in an exchange is read as it was, and that anything else is refused in
 * one way.
 */
class ManifestLawsTest {

  @Provide
  Arbitrary<String> digests() {
    return Arbitraries.longs().map(ManifestLawsTest::digest);
  }

  private static String digest(long seed) {
    byte[] bytes = new byte[32];
    new Random(seed).nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  @Provide
  Arbitrary<BlockName> names() {
    return Combinators.combine(
            Arbitraries.longs().between(0, 999_999_999_999_999L),
            Arbitraries.integers().between(0, 99),
            Arbitraries.integers().between(0, 9_999_999))
        .as(BlockName::new);
  }

  @Provide
  Arbitrary<Manifest> manifests() {
    Arbitrary<Section> sections =
        Combinators.combine(
                names(),
                names(),
                Arbitraries.longs().between(0, 1L << 40),
                Arbitraries.longs().between(1, 1L << 40),
                digests())
            .as(
                (name, first, offset, bytes, digest) ->
                    new Section(
                        name.toString(), BlockFileName.draw(first), offset, bytes, digest, ""));
    return Combinators.combine(
            jobs(),
            Arbitraries.integers().between(0, 99_999),
            Arbitraries.integers().between(0, 99),
            Arbitraries.of(Direction.class),
            digests(),
            sections.list().ofMaxSize(5).uniqueElements(Section::name))
        .as(
            (job, wave, round, direction, answers, all) ->
                Manifest.of(
                    job,
                    wave,
                    round,
                    direction,
                    round == 0 && direction == Direction.UP ? "" : answers,
                    all));
  }

  @Provide
  Arbitrary<JobDescription> jobs() {
    return Combinators.combine(
            Arbitraries.longs(),
            Arbitraries.longs(),
            digests(),
            digests(),
            Arbitraries.longs().between(1, 1L << 40),
            Arbitraries.integers().between(1, 32768))
        .as(
            (high, low, plan, owner, records, size) ->
                SampleOrders.of(
                    new UUID(high, low),
                    plan,
                    owner,
                    records,
                    size,
                    (int) Math.min(Integer.MAX_VALUE, 1 + records / size / 1000)));
  }

  @Property
  void aManifestIsReadAsItWasWritten(@ForAll("manifests") Manifest manifest) {
    byte[] json = ExchangeJson.write(manifest);

    Manifest read = ExchangeJson.read(json, Manifest.class);

    assertEquals(manifest, read);
    assertEquals(manifest.digest(), read.digest());
    assertArrayEquals(json, ExchangeJson.write(read));
    assertEquals(1, new String(json, StandardCharsets.UTF_8).lines().count());
  }

  /** Manifests of before list a file for each batch and draw. */
  @Property(tries = 20)
  void aManifestOfAnEarlierVersionSaysWhoCanFinishTheJob(@ForAll("manifests") Manifest manifest) {
    String json = new String(ExchangeJson.write(manifest), StandardCharsets.UTF_8);
    byte[] earlier =
        json.replace("\"version\":2", "\"version\":1").getBytes(StandardCharsets.UTF_8);

    ExchangeException refusal =
        assertThrows(ExchangeException.class, () -> ExchangeJson.read(earlier, Manifest.class));

    assertTrue(refusal.getMessage().contains("begun by an earlier version"), refusal.getMessage());
  }

  @Property
  void theOrderOfSectionsDoesNotMatter(
      @ForAll("manifests") Manifest manifest, @ForAll Random random) {
    List<Section> shuffled = new ArrayList<>(manifest.sections());
    Collections.shuffle(shuffled, random);
    JobDescription job = SampleOrders.of(manifest.job(), manifest.plan(), digest(9), 1, 1, 1);

    assertEquals(
        manifest.digest(),
        Manifest.of(
                job,
                manifest.wave(),
                manifest.round(),
                manifest.direction(),
                manifest.source(),
                shuffled)
            .digest());
  }

  @Property
  void aJobIsReadAsItWasWritten(@ForAll("jobs") JobDescription job) {
    assertEquals(job, ExchangeJson.read(ExchangeJson.write(job), JobDescription.class));
  }

  @Property
  void theWavesOfAJobHaveEveryRecordOnce(
      @ForAll @LongRange(min = 1, max = 300) long records,
      @ForAll @IntRange(min = 1, max = 20) int size,
      @ForAll @IntRange(min = 1, max = 20) int perWave) {
    JobDescription job =
        SampleOrders.of(new UUID(1, 2), digest(1), digest(2), records, size, perWave);
    long next = 0;
    long seen = 0;
    for (Wave wave : job.waves()) {
      assertEquals(next, wave.firstBatch());
      assertTrue(wave.batches() >= 1 && wave.batches() <= perWave);
      for (long batch = wave.firstBatch(); batch < wave.endBatch(); batch++) {
        assertTrue(job.records(batch) >= 1 && job.records(batch) <= size);
        seen += job.records(batch);
      }
      next = wave.endBatch();
    }
    assertEquals(job.batches(), next);
    assertEquals(records, seen);
  }

  /** A file with any change is read as exactly what it says, or refused with one plain line. */
  @Slow
  @Property(tries = 20_000)
  void aChangedManifestIsRefused(@ForAll("manifests") Manifest manifest, @ForAll Random random) {
    byte[] changed = change(ExchangeJson.write(manifest), random);
    try {
      Manifest read = ExchangeJson.read(changed, Manifest.class);
      assertArrayEquals(changed, ExchangeJson.write(read));
    } catch (ExchangeException e) {
      assertFalse(e.getMessage().codePoints().anyMatch(Character::isISOControl), e.getMessage());
    }
  }

  private static byte[] change(byte[] json, Random random) {
    byte[] changed = json.clone();
    for (int i = 0; i <= random.nextInt(3); i++) {
      int at = random.nextInt(Math.max(1, changed.length));
      int length = Math.min(random.nextInt(40), changed.length - at);
      changed =
          switch (random.nextInt(6)) {
            case 0 ->
                splice(changed, at, Math.min(1, length), new byte[] {(byte) random.nextInt()});
            case 1 -> splice(changed, at, length, new byte[0]);
            case 2 -> splice(changed, at, 0, Arrays.copyOfRange(changed, at, at + length));
            case 3 -> Arrays.copyOf(changed, at);
            case 4 -> splice(changed, at, 0, word(random).getBytes(StandardCharsets.UTF_8));
            default -> splice(changed, at, length, word(random).getBytes(StandardCharsets.UTF_8));
          };
    }
    return changed;
  }

  private static String word(Random random) {
    List<String> words =
        List.of(
            "null",
            "{}",
            "[]",
            "-1",
            "1e999",
            "99999999999999999999",
            "\"../../x\"",
            ",",
            ":",
            "\n",
            "\"\\u001b[2J\"",
            "[[[[[[[[[[",
            "{\"a\":",
            "\"job\":null,",
            "true",
            "0.5",
            "\\",
            " ");
    return words.get(random.nextInt(words.size()));
  }

  private static byte[] splice(byte[] bytes, int at, int removed, byte[] inserted) {
    byte[] result = new byte[bytes.length - removed + inserted.length];
    System.arraycopy(bytes, 0, result, 0, at);
    System.arraycopy(inserted, 0, result, at, inserted.length);
    System.arraycopy(
        bytes, at + removed, result, at + inserted.length, bytes.length - at - removed);
    return result;
  }

  @Property
  void aNameSaysWhichBlocksTheyAre(@ForAll("names") BlockName name) {
    assertEquals(name, BlockName.parse(name.toString()));
  }

  @Property
  void namesAreInTheOrderOfTheBlocks(@ForAll("names") BlockName a, @ForAll("names") BlockName b) {
    assertEquals(a.equals(b), a.compareTo(b) == 0);
    assertEquals(Integer.signum(a.compareTo(b)), -Integer.signum(b.compareTo(a)));
    if (a.batch() != b.batch()) {
      assertEquals(a.batch() < b.batch(), a.compareTo(b) < 0);
    }
  }

  @Property
  void whatIsNoNameIsRefused(@ForAll("names") BlockName name, @ForAll Random random) {
    String text = name.toString();
    int at = random.nextInt(text.length());
    String inserted = List.of("/", "..", "0", "-", "\0", "x", " ", "\u0661").get(random.nextInt(8));
    String changed = text.substring(0, at) + inserted + text.substring(at);
    try {
      assertEquals(changed, BlockName.parse(changed).toString());
    } catch (ExchangeException e) {
      assertFalse(e.getMessage().contains(inserted.equals("/") ? "/" : "\0"));
    }
    assertThrows(ExchangeException.class, () -> BlockName.parse("../" + text));
  }

  @Property
  void aFileHasANameThatNoneHadAndNoOtherIsTaken(
      @ForAll("names") BlockName first, @ForAll Random random) {
    String name = BlockFileName.draw(first);
    BlockFileName.check(name);
    assertNotEquals(name, BlockFileName.draw(first));

    int at = random.nextInt(name.length());
    String inserted = List.of("/", "..", "-", "\0", "x", " ", "\u0661").get(random.nextInt(7));
    String changed = name.substring(0, at) + inserted + name.substring(at);
    assertThrows(ExchangeException.class, () -> BlockFileName.check(changed), changed);
    assertThrows(ExchangeException.class, () -> BlockFileName.check("../" + name));
    assertThrows(
        ExchangeException.class,
        () -> new Section(first.toString(), changed, 0, 1, digest(random.nextLong()), ""));
  }

  @Property
  void aSectionBeginsAndEndsSomewhere(@ForAll("names") BlockName name) {
    String file = BlockFileName.draw(name);
    for (long[] place : new long[][] {{-1, 1}, {0, 0}, {0, -1}, {Long.MAX_VALUE, 1}}) {
      assertThrows(
          ExchangeException.class,
          () -> new Section(name.toString(), file, place[0], place[1], digest(1), ""));
    }
  }
}
