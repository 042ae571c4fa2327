package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.identity.IdentityUnusableException;
import io.nightjar.identity.Passphrase;
import io.nightjar.settings.SettingSource;
import io.nightjar.settings.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.alias.CredentialProvider;
import org.apache.hadoop.security.alias.CredentialProviderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PassphrasesTest {

  private static final String PROVIDERS =
      "spark.hadoop." + CredentialProviderFactory.CREDENTIAL_PROVIDER_PATH;
  private static final Map<String, String> ENVIRONMENT =
      Map.of("NIGHTJAR_PASSPHRASE", "of the environment");

  @TempDir private Path directory;

  private static Settings settings(String... pairs) {
    return Settings.resolve(List.of(SettingSource.conf(Arrays.asList(pairs))));
  }

  private static String get(Map<String, String> environment, String... pairs) throws IOException {
    try (Passphrase passphrase = Passphrases.of(environment).get(settings(pairs), false)) {
      return new String(passphrase.characters());
    }
  }

  private String file(String text) throws IOException {
    return "spark.nightjar.keys.passphraseFile="
        + Files.writeString(directory.resolve("passphrase"), text);
  }

  /** Makes a keystore as {@code hadoop credential create} does, and returns the setting for it. */
  private String keystore(String alias, String passphrase) throws IOException {
    String path = "localjceks://file" + directory.resolve("secrets.jceks");
    Configuration configuration = new Configuration(false);
    configuration.set(CredentialProviderFactory.CREDENTIAL_PROVIDER_PATH, path);
    CredentialProvider provider = CredentialProviderFactory.getProviders(configuration).get(0);
    CredentialProvider.CredentialEntry unused =
        provider.createCredentialEntry(alias, passphrase.toCharArray());
    provider.flush();
    return PROVIDERS + "=" + path;
  }

  @Test
  void aCredentialProviderHasIt() throws IOException {
    String keystore = keystore("nightjar.passphrase", "of the keystore");
    assertFalse(
        new String(
                Files.readAllBytes(directory.resolve("secrets.jceks")), StandardCharsets.ISO_8859_1)
            .contains("of the keystore"));

    assertEquals("of the keystore", get(Map.of(), keystore));
    assertEquals("of the keystore", get(Map.of(), keystore), "reading it does not use it up");
  }

  @Test
  void aFileIsBeforeTheEnvironmentAndThatBeforeAProvider() throws IOException {
    String keystore = keystore("nightjar.passphrase", "of the keystore");
    String file = file("of the file\n");

    assertEquals("of the file", get(ENVIRONMENT, file, keystore));
    assertEquals("of the environment", get(ENVIRONMENT, keystore));
    assertEquals("of the keystore", get(Map.of("NIGHTJAR_PASSPHRASE", ""), keystore));
  }

  @Test
  void aProviderWithOtherCredentialsHasNone() throws IOException {
    String keystore = keystore("another.alias", "of the keystore");

    IdentityUnusableException refusal =
        assertThrows(IdentityUnusableException.class, () -> get(Map.of(), keystore));

    assertEquals(
        "There is no passphrase: set NIGHTJAR_PASSPHRASE or spark.nightjar.keys.passphraseFile, or"
            + " keep it as nightjar.passphrase in a credential provider",
        refusal.getMessage());
  }

  /** Hadoop itself would fall back to a setting of that name, which Spark shows. */
  @Test
  void noPassphraseIsTakenFromHadoopsConfiguration() {
    System.setProperty("spark.hadoop.nightjar.passphrase", "in the clear");
    try {
      assertThrows(IdentityUnusableException.class, () -> get(Map.of()));
    } finally {
      System.clearProperty("spark.hadoop.nightjar.passphrase");
    }
  }

  @Test
  void aProviderThatCannotBeReadIsNamed() throws IOException {
    Path damaged = Files.writeString(directory.resolve("damaged.jceks"), "no keystore");
    String path = "localjceks://file" + damaged;

    IdentityUnusableException refusal =
        assertThrows(IdentityUnusableException.class, () -> get(Map.of(), PROVIDERS + "=" + path));

    assertTrue(
        refusal.getMessage().startsWith("nightjar.passphrase cannot be read from " + path + ": "),
        refusal.getMessage());
  }

  @Test
  void aNewPassphraseComesFromAFileOrAVariableOfItsOwn() throws IOException {
    Path file = Files.writeString(directory.resolve("new"), "new of the file");
    Map<String, String> environment =
        Map.of("NIGHTJAR_PASSPHRASE", "the old one", "NIGHTJAR_NEW_PASSPHRASE", "the new one");

    try (Passphrase fromFile =
            Passphrases.of(environment).replacement(Optional.of(file), "--option");
        Passphrase fromVariable =
            Passphrases.of(environment).replacement(Optional.empty(), "--option")) {
      assertEquals("new of the file", new String(fromFile.characters()));
      assertEquals("the new one", new String(fromVariable.characters()));
    }
    IdentityUnusableException refusal =
        assertThrows(
            IdentityUnusableException.class,
            () -> Passphrases.of(ENVIRONMENT).replacement(Optional.empty(), "--option"));
    assertEquals(
        "There is no new passphrase: set NIGHTJAR_NEW_PASSPHRASE, or give --option",
        refusal.getMessage());
  }
}
