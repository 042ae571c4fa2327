package io.nightjar.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.model.Text;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SettingsLawsTest {

  /** Allowed values of a few settings and of some of Spark's keys. */
  private static final Map<String, List<String>> VALUES =
      Map.of(
          "spark.nightjar.job.samples", List.of("1", "2", "64"),
          "spark.nightjar.task.memory", List.of("16m", "1g"),
          "spark.nightjar.exchange.dir", List.of("", "hdfs:/x"),
          "spark.nightjar.exchange.keep", List.of("false", "TRUE"),
          "spark.executor.cores", List.of("1", "2"));

  record Pair(String key, String value) {
    String text() {
      return key + "=" + value;
    }
  }

  @Property
  void theLastSourceThatSetsAKeyHasTheSay(
      @ForAll @Size(max = 5) List<@Size(max = 4) List<@From("pairs") Pair>> sources) {
    Map<String, String> last = new HashMap<>();
    sources.forEach(source -> source.forEach(pair -> last.put(pair.key(), pair.value())));

    Settings settings = resolve(sources);

    Map<String, String> all = new HashMap<>(settings.toSparkConf());
    all.putAll(settings.sparkSettings());
    assertEquals(last, all);
  }

  @Property
  void sourcesInOneAreAsSourcesInARow(
      @ForAll @Size(max = 5) List<@Size(max = 4) List<@From("pairs") Pair>> sources) {
    List<Pair> joined = new ArrayList<>();
    sources.forEach(joined::addAll);

    assertEquals(resolve(sources).toSparkConf(), resolve(List.of(joined)).toSparkConf());
  }

  @Property
  void executorsGetTheSameSettingsThroughSparksConfiguration(
      @ForAll @Size(max = 8) List<@From("pairs") Pair> pairs) {
    Settings settings = resolve(List.of(pairs));

    Settings again = Settings.resolve(List.of(SettingSource.sparkConf(settings.toSparkConf())));

    for (Setting<?> setting : NightjarSettings.ALL) {
      assertEquals(settings.get(setting), again.get(setting));
      assertEquals(settings.isSet(setting), again.isSet(setting));
    }
  }

  @Property(tries = 2000)
  void aSlipInOneCharacterIsAnsweredWithTheRightKey(
      @ForAll("settings") Setting<?> setting,
      @ForAll @IntRange(max = 1000) int position,
      @ForAll("letters") char letter,
      @ForAll @IntRange(max = 2) int kind) {
    String name = setting.key().substring(Setting.PREFIX.length());
    int at = position % name.length();
    String slip =
        switch (kind) {
          case 0 -> name.substring(0, at) + name.substring(at + 1);
          case 1 -> name.substring(0, at) + letter + name.substring(at);
          default -> name.substring(0, at) + letter + name.substring(at + 1);
        };
    Assume.that(!slip.equals(name));

    InvalidSettingException refusal =
        assertThrows(
            InvalidSettingException.class,
            () -> resolve(List.of(List.of(new Pair(Setting.PREFIX + slip, "1")))));

    assertTrue(refusal.getMessage().contains(setting.key()), refusal.getMessage());
  }

  @Property(tries = 2000)
  void everyKeyIsTakenOrRefusedInAMessageOfOneLine(@ForAll String head, @ForAll String tail) {
    for (String key :
        List.of(
            head,
            "spark." + head,
            Setting.PREFIX + head + "." + tail,
            head + "passphrase" + tail)) {
      try {
        Keys.requireSparks(key, Origin.by("--conf"));
      } catch (InvalidSettingException e) {
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
      }
    }
  }

  @Property
  void distanceIsAMetric(
      @ForAll("names") String a, @ForAll("names") String b, @ForAll("names") String c) {
    assertEquals(0, Text.editDistance(a, a));
    assertEquals(Text.editDistance(a, b), Text.editDistance(b, a));
    assertTrue(Text.editDistance(a, c) <= Text.editDistance(a, b) + Text.editDistance(b, c));
    assertTrue(Text.editDistance(a, b) >= Math.abs(a.length() - b.length()));
    assertTrue(Text.editDistance(a, b) <= Math.max(a.length(), b.length()));
  }

  @Provide
  static Arbitrary<Pair> pairs() {
    return Arbitraries.of(VALUES.keySet())
        .flatMap(
            key ->
                Combinators.combine(Arbitraries.just(key), Arbitraries.of(VALUES.get(key)))
                    .as(Pair::new));
  }

  @Provide
  static Arbitrary<Setting<?>> settings() {
    return Arbitraries.of(NightjarSettings.ALL);
  }

  @Provide
  static Arbitrary<Character> letters() {
    return Arbitraries.chars().range('a', 'z');
  }

  @Provide
  static Arbitrary<String> names() {
    return Arbitraries.strings().withChars("abc").ofMaxLength(8);
  }

  private static Settings resolve(List<List<Pair>> sources) {
    return Settings.resolve(
        sources.stream()
            .map(pairs -> SettingSource.conf(pairs.stream().map(Pair::text).toList()))
            .toList());
  }
}
