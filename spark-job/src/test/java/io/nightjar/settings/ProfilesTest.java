package io.nightjar.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the files in {@code conf} that are written by hand. */
class ProfilesTest {

  /** Surefire sets basedir to the module's folder. */
  private static final Path CONF = Path.of(System.getProperty("basedir", "."), "..", "conf");

  static List<Path> profiles() throws IOException {
    try (Stream<Path> files = Files.list(CONF.resolve("profiles"))) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void aProfileSetsSomeSettingsToAllowedValues(Path profile) {
    Settings settings = Settings.resolve(List.of(SettingSource.file(profile)));

    assertTrue(NightjarSettings.ALL.stream().anyMatch(settings::isSet));
    for (Setting<?> setting : NightjarSettings.ALL) {
      if (settings.isSet(setting)) {
        assertTrue(!settings.get(setting).equals(setting.defaultValue()), setting::key);
      }
    }
  }

  @Test
  void sparksDefaultsLeaveNightjarsSettingsAlone() {
    Settings settings =
        Settings.resolve(List.of(SettingSource.file(CONF.resolve("spark-defaults.conf"))));

    assertEquals(List.of(), NightjarSettings.ALL.stream().filter(settings::isSet).toList());
    assertEquals("1g", settings.sparkSettings().get("spark.executor.memory"));
  }

  /** Posterior and secrets pass over Spark's connections, and through its files. */
  @ParameterizedTest
  @ValueSource(strings = {"spark-defaults.conf", "profiles/cluster.conf"})
  void onAClusterConnectionsAreAuthenticatedAndEncryptedAndFilesEncrypted(String file) {
    Settings settings = Settings.resolve(List.of(SettingSource.file(CONF.resolve(file))));

    for (String key :
        List.of(
            "spark.authenticate", "spark.network.crypto.enabled", "spark.io.encryption.enabled")) {
      assertEquals("true", settings.sparkSettings().get(key), key);
    }
  }
}
