package io.nightjar.settings;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.model.Text;
import io.nightjar.plan.AnswerBudget;
import io.nightjar.protocol.PlanOptions;
import io.nightjar.protocols.Protocols;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NightjarSettingsTest {

  /** Values that are just allowed, and values that just are not, by key without its prefix. */
  private static final String LIMITS =
      """
      plan.activationBits     | 2 12             | 1 13 8.0 +8 eight 8b 99999999999
      plan.weightBits         | 2 16             | 1 17 0x8
      plan.clipSigmas         | 0.001 4 8 8.0 8e0 1e-3 | 0 -1 8.001 NaN Infinity 4f 0x1p2 .5
      plan.modelPrivacy       | none bayesian NONE | bayes 1
      plan.statisticalBits    | 1 20 40          | 0 41 2.5
      plan.hiddenBits         | 0 60             | -1 61
      plan.modulusBits        | 2048 3072 4096   | 1024 2047 3073 8192
      job.samples             | 1 64             | 0 65
      job.protocol            | bayhenn BAYHENN cryptonets 2p-dnn 2P-DNN | paillier none
      job.seedFile            | /run/seed        | a\\0b
      waves.batches           | 0 100000         | -1 100001
      waves.inFlight          | 1 16             | 0 17 x
      task.memory             | 16m 16384k 16777216 1t | 15m 16777215 0 -16m 1.5g 16x 9000000p
      task.targetMillis       | 10 60000         | 9 60001 250ms
      task.perCore            | 1 64             | 0 65
      exchange.dir            | s3a://bucket/a hdfs:/x data/y | a\\0b a\\tb
      exchange.keep           | true false TRUE  | yes 1
      exchange.maxBlockBytes  | 1m 1g            | 1023k 0
      exchange.pollMillis     | 10 600000        | 9 600001
      exchange.timeout        | 1s 1000ms 2min 24h 365d | 0s 999ms 366d 24 24hours -1h 999999999999999999d
      executors.timeout       | 1s 10m 365d      | 0s 366d 10
      input.idColumn          | id patient-no    | a\\0b a\\rb
      input.mayBeEmpty        | true false       | yes 1
      output.format           | parquet csv      | auto idx
      report.riskClass        | yes 1            | a\\0b a\\rb
      owner.threads           | 0 1024           | -1 1025
      native.maxBytes         | 0 16m 64g        | 1 15m -1
      serve.stateDir          | /var/lib/x state | a\\0b s3a://bucket/state
      serve.identityDir       | /var/lib/x owner | a\\0b
      serve.healthDir         | /run/nightjar health | a\\0b
      serve.drainTimeout      | 1s 10m 1d        | 0s 2d 10
      serve.jobsPerOwner      | 1 16 1000000     | 0 1000001
      serve.bytesPerOwner     | 1k 1t            | 1023 0
      ledger.location         | jdbc:sqlite:/x.db jdbc:postgresql://h:5432/d?ssl=true hdfs:/x /y@z:a/b | a\\0b
      ledger.budget           | 1 1000000000000000 unlimited UNLIMITED | 0 -1 1e6 1000000000000001 none
      ledger.lineage          | mnist-mlp A_b.2  | a\\sb owls/barn
      ledger.owners           | /etc/owners anyone ANYONE ./anyone | a\\0b
      keys.passphraseFile     | /run/passphrase  | a\\0b
      openlineage.url         | /var/lib/x https://h:5000/api/v1/lineage | a\\0b
      openlineage.namespace   | nightjar a-b     | a\\sb
      """;

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = LIMITS)
  void valuesAreAllowedUpToTheirLimits(String name, String allowed, String refused) {
    Setting<?> setting = Keys.find(Setting.PREFIX + name).orElseThrow();
    for (String value : allowed.split(" ", -1)) {
      assertDoesNotThrow(() -> setting.parse(value, Origin.by("--conf")), value);
    }
    for (String escaped : refused.split(" ", -1)) {
      String value = escaped.translateEscapes();
      InvalidSettingException refusal =
          assertThrows(
              InvalidSettingException.class,
              () -> setting.parse(value, Origin.by("--conf")),
              value);
      assertEquals(
          "%s is %s; it must be %s (set by --conf)"
              .formatted(setting.key(), Text.quote(value), setting.allowed()),
          refusal.getMessage());
    }
  }

  @Test
  void everySettingHasItsLimitsTested() {
    assertEquals(
        NightjarSettings.ALL.stream().map(Setting::key).toList(),
        LIMITS.lines().map(line -> Setting.PREFIX + line.split(" ", 2)[0]).toList());
  }

  @Test
  void onlyPlacesTheLineageAndTheRiskClassMayBeEmpty() {
    Set<Setting<?>> mayBeEmpty = new HashSet<>(NightjarSettings.ALL);
    mayBeEmpty.removeIf(NightjarSettingsTest::refusesEmpty);

    assertEquals(
        Set.of(
            NightjarSettings.EXCHANGE_DIR,
            NightjarSettings.JOB_SEED_FILE,
            NightjarSettings.SERVE_STATE_DIR,
            NightjarSettings.SERVE_IDENTITY_DIR,
            NightjarSettings.SERVE_HEALTH_DIR,
            NightjarSettings.LEDGER_LOCATION,
            NightjarSettings.LEDGER_LINEAGE,
            NightjarSettings.REPORT_RISK_CLASS,
            NightjarSettings.KEYS_PASSPHRASE_FILE,
            NightjarSettings.OPENLINEAGE_URL,
            NightjarSettings.OPENLINEAGE_NAMESPACE),
        mayBeEmpty);
  }

  private static boolean refusesEmpty(Setting<?> setting) {
    try {
      Object unused = setting.parse("", Origin.by("--conf"));
      return false;
    } catch (InvalidSettingException e) {
      return true;
    }
  }

  @Test
  void theDefaults() {
    Settings settings = Settings.resolve(List.of());

    assertEquals(8, settings.get(NightjarSettings.PLAN_ACTIVATION_BITS));
    assertEquals(8, settings.get(NightjarSettings.PLAN_WEIGHT_BITS));
    assertEquals(4.0, settings.get(NightjarSettings.PLAN_CLIP_SIGMAS));
    assertEquals(20, settings.get(NightjarSettings.PLAN_STATISTICAL_BITS));
    assertEquals(1, settings.get(NightjarSettings.JOB_SAMPLES));
    assertEquals("bayhenn", settings.get(NightjarSettings.JOB_PROTOCOL).name());
    assertEquals(0, settings.get(NightjarSettings.WAVES_BATCHES));
    assertEquals(2, settings.get(NightjarSettings.WAVES_IN_FLIGHT));
    assertEquals(128L << 20, settings.get(NightjarSettings.TASK_MEMORY));
    assertEquals(250, settings.get(NightjarSettings.TASK_TARGET_MILLIS));
    assertEquals(2, settings.get(NightjarSettings.TASK_PER_CORE));
    assertEquals(Optional.empty(), settings.get(NightjarSettings.EXCHANGE_DIR));
    assertEquals(false, settings.get(NightjarSettings.EXCHANGE_KEEP));
    assertEquals(1L << 30, settings.get(NightjarSettings.EXCHANGE_MAX_BLOCK_BYTES));
    assertEquals(500, settings.get(NightjarSettings.EXCHANGE_POLL_MILLIS));
    assertEquals(Duration.ofHours(24), settings.get(NightjarSettings.EXCHANGE_TIMEOUT));
    assertEquals("id", settings.get(NightjarSettings.INPUT_ID_COLUMN));
    assertEquals(OutputFormat.PARQUET, settings.get(NightjarSettings.OUTPUT_FORMAT));
    assertEquals(0, settings.get(NightjarSettings.OWNER_THREADS));
    assertEquals(0L, settings.get(NightjarSettings.NATIVE_MAX_BYTES));
    assertEquals(Optional.empty(), settings.get(NightjarSettings.SERVE_STATE_DIR));
    assertEquals(Optional.empty(), settings.get(NightjarSettings.LEDGER_LOCATION));
    assertEquals(OptionalLong.empty(), settings.get(NightjarSettings.LEDGER_BUDGET));
    assertEquals(Optional.empty(), settings.get(NightjarSettings.LEDGER_OWNERS));
    assertEquals(Optional.empty(), settings.get(NightjarSettings.KEYS_PASSPHRASE_FILE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://ledger:owls@host/db",
        "jdbc:postgresql://host/db?user=ledger&password=owls",
        "jdbc:postgresql://host/db?Password=owls&ssl=true",
        "jdbc:sqlserver://host;user=ledger;pwd=owls",
        "JDBC:mysql://ledger:owls@host:3306/db",
        "jdbc:oracle:thin:ledger/owls@//host:1521/db"
      })
  void aLedgersLocationWithAPasswordIsRefusedAndNotRepeated(String url) {
    InvalidSettingException refusal =
        assertThrows(
            InvalidSettingException.class,
            () -> NightjarSettings.LEDGER_LOCATION.parse(url, Origin.by("--conf")));

    assertEquals(
        "spark.nightjar.ledger.location has a password in it, and no secret is a setting, for Spark"
            + " shows them: give it in the environment variable NIGHTJAR_LEDGER_PASSWORD"
            + " (set by --conf)",
        refusal.getMessage());
  }

  @Test
  void pathsAreReadAsPaths() {
    assertEquals(
        Optional.of(Path.of("/run/passphrase")),
        NightjarSettings.KEYS_PASSPHRASE_FILE.parse("/run/passphrase", Origin.by("--conf")));
  }

  /** The planner has the last word on these; what it refuses is refused here already. */
  @Test
  void thePlansLimitsAreThePlanners() {
    for (int bits = 0; bits <= 20; bits++) {
      String text = Integer.toString(bits);
      int value = bits;
      assertEquals(
          accepts(() -> PlanOptions.DEFAULT.withBits(value, 8)),
          accepts(() -> NightjarSettings.PLAN_ACTIVATION_BITS.parse(text, Origin.by("--conf"))),
          text);
      assertEquals(
          accepts(() -> PlanOptions.DEFAULT.withBits(8, value)),
          accepts(() -> NightjarSettings.PLAN_WEIGHT_BITS.parse(text, Origin.by("--conf"))),
          text);
      assertEquals(
          accepts(() -> PlanOptions.DEFAULT.withClip(value)),
          accepts(() -> NightjarSettings.PLAN_CLIP_SIGMAS.parse(text, Origin.by("--conf"))),
          text);
    }
    for (int bits = 0; bits <= 50; bits++) {
      String text = Integer.toString(bits);
      int value = bits;
      assertEquals(
          accepts(() -> AnswerBudget.UNLIMITED.within(value)),
          accepts(() -> NightjarSettings.PLAN_STATISTICAL_BITS.parse(text, Origin.by("--conf"))),
          text);
    }
  }

  private static boolean accepts(Runnable attempt) {
    try {
      attempt.run();
      return true;
    } catch (IllegalArgumentException | InvalidSettingException e) {
      return false;
    }
  }

  @Test
  void everyOptionOfAProtocolIsASettingWithItsDefault() {
    Settings settings = Settings.resolve(List.of());

    assertEquals(Set.copyOf(Protocols.options()), NightjarSettings.OWN.keySet());
    NightjarSettings.OWN.forEach(
        (option, setting) -> {
          assertEquals(Setting.PREFIX + option.key(), setting.key());
          assertEquals(option.standard(), settings.get(setting), setting.key());
        });
  }

  @Test
  void everyConstantIsNamedAsItsKey() {
    Set<Setting<?>> others = new HashSet<>(NightjarSettings.ALL);
    others.removeAll(NightjarSettings.OWN.values());
    for (Setting<?> setting : others) {
      String name =
          setting
              .key()
              .substring(Setting.PREFIX.length())
              .replaceAll("([A-Z])", "_$1")
              .replace('.', '_')
              .toUpperCase(Locale.ROOT);
      assertDoesNotThrow(
          () -> assertEquals(setting, NightjarSettings.class.getField(name).get(null)));
    }
  }

  @Test
  void keysFollowTheConventionAndAreUnique() {
    Set<String> keys = NightjarSettings.ALL.stream().map(Setting::key).collect(Collectors.toSet());

    assertEquals(NightjarSettings.ALL.size(), keys.size());
    for (String key : keys) {
      assertTrue(key.matches("spark\\.nightjar\\.[a-z]+\\.[a-z][A-Za-z]*"), key);
    }
    // Settings of one area stand together, in the documentation too.
    List<String> areas = NightjarSettings.ALL.stream().map(Setting::area).toList();
    for (String area : areas) {
      assertEquals(
          areas.stream().filter(area::equals).count(),
          areas.lastIndexOf(area) - areas.indexOf(area) + 1,
          area);
    }
  }

  @Test
  void everyDocIsOneSentenceThatFitsATable() {
    for (Setting<?> setting : NightjarSettings.ALL) {
      assertTrue(setting.doc().matches("[A-Z][^|\n]*[^. ]\\."), setting.doc());
      assertTrue(!setting.doc().contains(". "), setting.doc());
      assertTrue(setting.allowed().matches("[^|\n]*[^. ]"), setting.allowed());
    }
  }
}
