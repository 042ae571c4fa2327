package io.nightjar.job;

import io.nightjar.identity.IdentityUnusableException;
import io.nightjar.identity.Passphrase;
import io.nightjar.identity.Terminal;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.alias.CredentialProvider;
import org.apache.hadoop.security.alias.CredentialProvider.CredentialEntry;
import org.apache.hadoop.security.alias.CredentialProviderFactory;

/**
 * Where the passphrase of keys comes from. The first that has one counts: the program, the file
 * that a setting names, the environment, a credential provider of Hadoop's, whoever sits at the
 * terminal.
 */
public final class Passphrases {

  /** The environment variable with the passphrase. */
  public static final String VARIABLE = "NIGHTJAR_PASSPHRASE";

  /** The environment variable with the passphrase that takes its place. */
  public static final String NEW_VARIABLE = "NIGHTJAR_NEW_PASSPHRASE";

  /** The passphrase's name in a credential provider of Hadoop's. */
  public static final String CREDENTIAL = "nightjar.passphrase";

  private static final String FILE = NightjarSettings.KEYS_PASSPHRASE_FILE.key();

  private final Optional<char[]> given;
  private final Map<String, String> environment;
  private final Optional<Console> console;

  private Passphrases(
      Optional<char[]> given, Map<String, String> environment, Optional<Console> console) {
    this.given = given;
    this.environment = environment;
    this.console = console;
  }

  /** Returns the passphrases of this process. */
  public static Passphrases ofThisProcess() {
    return new Passphrases(Optional.empty(), System.getenv(), Terminal.console());
  }

  /** Returns one that a program has, and wipes when it needs no more. */
  public static Passphrases of(char[] given) {
    return new Passphrases(Optional.of(given), Map.of(), Optional.empty());
  }

  /** Returns whether a program has given it, and nobody else has it. */
  boolean areOfProgram() {
    return given.isPresent();
  }

  /** Returns those of a process with another environment, at no terminal. */
  static Passphrases of(Map<String, String> environment) {
    return new Passphrases(Optional.empty(), environment, Optional.empty());
  }

  /**
   * Returns the passphrase, which the caller closes.
   *
   * @param confirm whether it is to be typed twice
   * @throws IdentityUnusableException if there is none
   */
  public Passphrase get(Settings settings, boolean confirm) throws IOException {
    if (given.isPresent()) {
      return Passphrase.of(given.get().clone());
    }
    Optional<Path> file = settings.get(NightjarSettings.KEYS_PASSPHRASE_FILE);
    if (file.isPresent()) {
      return Passphrase.read(file.get());
    }
    Optional<Passphrase> set = set(VARIABLE);
    if (set.isPresent()) {
      return set.get();
    }
    Optional<Passphrase> kept = kept(settings);
    if (kept.isPresent()) {
      return kept.get();
    }
    return typed(
        "Passphrase of the keys: ",
        confirm,
        "There is no passphrase: set %s or %s, or keep it as %s in a credential provider"
            .formatted(VARIABLE, FILE, CREDENTIAL));
  }

  /**
   * Returns the passphrase that is to take the other's place; the caller closes it.
   *
   * @param file a file with it, before everything else
   * @param option the option that names such a file, for messages
   * @throws IdentityUnusableException if there is none
   */
  public Passphrase replacement(Optional<Path> file, String option) throws IOException {
    if (file.isPresent()) {
      return Passphrase.read(file.get());
    }
    Optional<Passphrase> set = set(NEW_VARIABLE);
    return set.isPresent()
        ? set.get()
        : typed(
            "New passphrase of the keys: ",
            true,
            "There is no new passphrase: set %s, or give %s".formatted(NEW_VARIABLE, option));
  }

  private Optional<Passphrase> set(String variable) {
    return Optional.ofNullable(environment.get(variable))
        .filter(value -> !value.isEmpty())
        .map(value -> Passphrase.of(value.toCharArray()));
  }

  /** Asks the credential providers only: no secret is a setting, so none is read in the clear. */
  private static Optional<Passphrase> kept(Settings settings) throws IOException {
    Configuration configuration = HadoopConfigurations.of(settings);
    try {
      for (CredentialProvider provider : CredentialProviderFactory.getProviders(configuration)) {
        Optional<CredentialEntry> entry =
            Optional.ofNullable(provider.getCredentialEntry(CREDENTIAL));
        if (entry.isPresent()) {
          return Optional.of(Passphrase.of(entry.get().getCredential().clone()));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new IdentityUnusableException(
          "%s cannot be read from %s: %s"
              .formatted(
                  CREDENTIAL,
                  configuration.get(CredentialProviderFactory.CREDENTIAL_PROVIDER_PATH),
                  e.getMessage()),
          e);
    }
  }

  private Passphrase typed(String prompt, boolean confirm, String otherwise) {
    return Passphrase.typed(
        console.orElseThrow(() -> new IdentityUnusableException(otherwise)), prompt, confirm);
  }
}
