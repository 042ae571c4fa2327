package io.nightjar.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

  private static final String SAMPLES = NightjarSettings.JOB_SAMPLES.key();

  @TempDir private Path directory;

  @Test
  void laterSourcesOverrideEarlierOnes() throws IOException {
    Path file =
        file(SAMPLES + " 2\nspark.nightjar.waves.inFlight 3\nspark.nightjar.task.perCore 4\n");
    Settings settings =
        Settings.resolve(
            List.of(
                SettingSource.file(file),
                SettingSource.sparkConf(Map.of(SAMPLES, "5", "spark.nightjar.waves.inFlight", "6")),
                SettingSource.conf(List.of(SAMPLES + "=7", SAMPLES + "=8")),
                SettingSource.option("--samples", NightjarSettings.JOB_SAMPLES, "9")));

    assertEquals(9, settings.get(NightjarSettings.JOB_SAMPLES));
    assertEquals("--samples", settings.source(NightjarSettings.JOB_SAMPLES));
    assertEquals(6, settings.get(NightjarSettings.WAVES_IN_FLIGHT));
    assertEquals("Spark's configuration", settings.source(NightjarSettings.WAVES_IN_FLIGHT));
    assertEquals(4, settings.get(NightjarSettings.TASK_PER_CORE));
    assertEquals(file + ", line 3", settings.source(NightjarSettings.TASK_PER_CORE));
    assertEquals(500, settings.get(NightjarSettings.EXCHANGE_POLL_MILLIS));
    assertEquals("default", settings.source(NightjarSettings.EXCHANGE_POLL_MILLIS));
  }

  @Test
  void whatWasSetIsToldFromTheDefaults() {
    Settings settings = conf("spark.nightjar.task.memory= 64m ", SAMPLES + "=1");

    assertEquals("64m", settings.text(NightjarSettings.TASK_MEMORY));
    assertEquals("1g", settings.text(NightjarSettings.EXCHANGE_MAX_BLOCK_BYTES));
    assertTrue(settings.isSet(NightjarSettings.JOB_SAMPLES));
    assertFalse(settings.isSet(NightjarSettings.JOB_PROTOCOL));
    assertEquals(Map.of("spark.nightjar.task.memory", "64m", SAMPLES, "1"), settings.toSparkConf());
  }

  @Test
  void aBadValueIsRefusedWithItsPlace() throws IOException {
    Path file = file("\n# two at once\nspark.nightjar.waves.inFlight x\n");

    assertEquals(
        "spark.nightjar.waves.inFlight is \"x\"; it must be a whole number from 1 to 16 (set in %s, line 3)"
            .formatted(file),
        refusal(SettingSource.file(file)));
    assertEquals(
        "spark.nightjar.job.samples is \"65\"; it must be a whole number from 1 to 64 (set by --samples)",
        refusal(SettingSource.option("--samples", NightjarSettings.JOB_SAMPLES, "65")));
    assertEquals(
        "spark.nightjar.task.memory is \"1m\"; it must be a byte size of at least 16m, such as 512m or"
            + " 2g (set in Spark's configuration)",
        refusal(SettingSource.sparkConf(Map.of("spark.nightjar.task.memory", "1m"))));
  }

  @Test
  void aBadValueIsRefusedThoughAnotherSourceOverridesIt() {
    assertTrue(
        refusal(
                SettingSource.sparkConf(Map.of(SAMPLES, "many")),
                SettingSource.conf(List.of(SAMPLES + "=2")))
            .startsWith("spark.nightjar.job.samples is \"many\""));
  }

  @ParameterizedTest
  @CsvSource({
    "spark.nightjar.waves.inflight, spark.nightjar.waves.inFlight",
    "spark.nightjar.wave.batches, spark.nightjar.waves.batches",
    "spark.nightjar.plan.samples, spark.nightjar.job.samples",
    "spark.nightjar.exchange.pollMs, spark.nightjar.exchange.pollMillis",
    "spark.nigthjar.job.samples, spark.nightjar.job.samples",
    "spark.Nightjar.job.samples, spark.nightjar.job.samples",
    "nightjar.job.samples, spark.nightjar.job.samples",
    "job.samples, spark.nightjar.job.samples",
  })
  void anUnknownKeyIsRefusedWithTheNearestKnownOne(String key, String nearest) throws IOException {
    String message = "There is no setting %s; did you mean %s? (set %s)";

    assertEquals(
        message.formatted(key, nearest, "by --conf"),
        refusal(SettingSource.conf(List.of(key + "=2"))));
    Path file = file("spark.executor.cores 2\n" + key + " 2\n");
    assertEquals(
        message.formatted(key, nearest, "in " + file + ", line 2"),
        refusal(SettingSource.file(file)));
  }

  @Test
  void anUnknownKeyLikeNoOtherIsRefusedToo() {
    assertEquals(
        "There is no setting spark.nightjar.frobnicate; 'nightjar settings' lists them all (set by --conf)",
        refusal(SettingSource.conf(List.of("spark.nightjar.frobnicate=2"))));
    assertEquals(
        "There is no setting com.example.frobnicate; keys begin with spark. (set by --conf)",
        refusal(SettingSource.conf(List.of("com.example.frobnicate=2"))));
    assertEquals(
        "There is no setting \"\"; keys begin with spark. (set by --conf)",
        refusal(SettingSource.conf(List.of("=2"))));
    assertTrue(
        refusal(SettingSource.sparkConf(Map.of("spark.nightjar.frobnicate", "2")))
            .endsWith("(set in Spark's configuration)"));
  }

  @Test
  void keysOfSparksOwnAreKeptApart() throws IOException {
    Settings settings =
        Settings.resolve(
            List.of(
                SettingSource.file(file("spark.executor.memory 4g\nspark.executor.cores 2\n")),
                SettingSource.sparkConf(Map.of("spark.app.name", "x", "java.home", "/jdk")),
                SettingSource.conf(List.of("spark.executor.cores=8"))));

    assertEquals(
        Map.of("spark.executor.memory", "4g", "spark.executor.cores", "8"),
        settings.sparkSettings());
    assertEquals(Map.of(), settings.toSparkConf());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spark.nightjar.keys.passphrase",
        "spark.nightjar.keys.passPhrase",
        "spark.nightjar.keys.pass-phrase",
        "spark.nightjar.passphrase",
        "spark.nightjar.keys.password",
        "spark.nightjar.keys.passphraseFiel",
        "spark.nightjar.keys.pasphrase",
        "spark.nightjar.job.secret",
        "spark.nigthjar.keys.passphrase",
        "spark.hadoop.nightjar.passphrase",
        "NIGHTJAR_PASSPHRASE",
        "passphrase",
      })
  void aPassphraseIsNoSettingAndIsNotRepeated(String key) throws IOException {
    Path file = file(key + " hunter2\n");

    for (SettingSource source :
        List.of(SettingSource.file(file), SettingSource.conf(List.of(key + "=hunter2")))) {
      InvalidSettingException refusal =
          assertThrows(InvalidSettingException.class, () -> Settings.resolve(List.of(source)), key);
      assertTrue(refusal.getMessage().contains("no secret is a setting"), refusal.getMessage());
      assertTrue(refusal.getMessage().contains("NIGHTJAR_PASSPHRASE"), refusal.getMessage());
      assertTrue(
          refusal.getMessage().contains("spark.nightjar.keys.passphraseFile"),
          refusal.getMessage());
      StringWriter trace = new StringWriter();
      refusal.printStackTrace(new PrintWriter(trace, true));
      assertFalse(trace.toString().contains("hunter2"), trace.toString());
    }
  }

  @Test
  void aPassphraseInSparksConfigurationIsRefused() {
    String refusal =
        refusal(SettingSource.sparkConf(Map.of("spark.nightjar.keys.passphrase", "hunter2")));

    assertTrue(refusal.startsWith("spark.nightjar.keys.passphrase cannot be set"), refusal);
    assertFalse(refusal.contains("hunter2"), refusal);
  }

  @Test
  void secretsOfSparksOwnAreSparks() {
    assertEquals(
        Map.of("spark.ssl.keyPassword", "x"), conf("spark.ssl.keyPassword=x").sparkSettings());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spark.nightjar.keys.passphrase:hunter2",
        "spark.nightjar.keys.pass hunter2",
        "spark.nightjar.job.samples"
      })
  void aPairNeedsAnEqualsSign(String pair) {
    String refusal =
        assertThrows(InvalidSettingException.class, () -> SettingSource.conf(List.of(pair)))
            .getMessage();

    assertTrue(refusal.endsWith("(set by --conf)"), refusal);
    assertFalse(refusal.contains("hunter2"), refusal);
  }

  @Test
  void aValueMayHaveEqualsSigns() {
    assertEquals(
        "a=b", conf("spark.nightjar.input.idColumn=a=b").get(NightjarSettings.INPUT_ID_COLUMN));
  }

  @Test
  void settingsCannotBeChangedAfterwards() {
    Settings settings = conf();

    assertThrows(
        UnsupportedOperationException.class, () -> settings.toSparkConf().put(SAMPLES, "2"));
    assertThrows(
        UnsupportedOperationException.class, () -> settings.sparkSettings().put("spark.x", "2"));
  }

  private static Settings conf(String... pairs) {
    return Settings.resolve(List.of(SettingSource.conf(List.of(pairs))));
  }

  private static String refusal(SettingSource... sources) {
    return assertThrows(InvalidSettingException.class, () -> Settings.resolve(List.of(sources)))
        .getMessage();
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("nightjar.conf"), text);
  }
}
