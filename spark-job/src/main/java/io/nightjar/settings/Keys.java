package io.nightjar.settings;

import io.nightjar.model.Text;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Tells which keys are settings and which are Spark's own, and what to say about the rest. */
final class Keys {

  private static final String SPARK = "spark.";
  private static final String AREA = "nightjar";

  /** How many letters of a word may be wrong; no area of Spark is that near to {@link #AREA}. */
  private static final int SLIP = 2;

  private static final List<String> SECRETS = List.of("passphrase", "password", "passwd", "secret");

  /**
   * The words for secrets that are recognised even if misspelt: so long that no other word is near.
   */
  private static final List<String> MISSPELT = List.of("passphrase", "password");

  private static final Map<String, Setting<?>> KNOWN =
      NightjarSettings.ALL.stream().collect(Collectors.toMap(Setting::key, Function.identity()));

  private static final List<String> NAMES =
      NightjarSettings.ALL.stream()
          .map(setting -> setting.key().substring(Setting.PREFIX.length()))
          .toList();

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._-]{1,120}");

  private Keys() {}

  static Optional<Setting<?>> find(String key) {
    return Optional.ofNullable(KNOWN.get(key));
  }

  /** Returns whether a key is Nightjar's, known or not, or meant to be. */
  static boolean isOurs(String key) {
    if (!key.startsWith(SPARK)) {
      return false;
    }
    int end = key.indexOf('.', SPARK.length());
    String area = key.substring(SPARK.length(), end < 0 ? key.length() : end);
    return isSlip(area, AREA);
  }

  /**
   * Checks that a key that is no setting is Spark's own. No message has the value: it may be a
   * secret.
   */
  static void requireSparks(String key, Origin origin) {
    boolean sparks = key.startsWith(SPARK) && !isOurs(key);
    if (looksSecret(key) && (!sparks || letters(key).contains(AREA))) {
      throw new InvalidSettingException(noSecrets(shown(key), origin));
    }
    if (!sparks) {
      throw new InvalidSettingException(unknown(key, origin));
    }
  }

  /**
   * Returns the message about a text that should have been {@code KEY=VALUE}, without any value.
   */
  static String notAPair(String text, Origin origin) {
    String key = text.split("[^A-Za-z0-9._-]", 2)[0];
    return looksSecret(text)
        ? noSecrets("What looks like a secret", origin)
        : "There is no '=' after %s; it must be KEY=VALUE %s".formatted(shown(key), origin);
  }

  private static String unknown(String key, Origin origin) {
    Optional<String> nearest = Text.nearest(name(key), NAMES).map(name -> Setting.PREFIX + name);
    if (nearest.equals(Optional.of(NightjarSettings.KEYS_PASSPHRASE_FILE.key()))) {
      return noSecrets(shown(key), origin);
    }
    String hint =
        nearest
            .map("did you mean %s?"::formatted)
            .orElse(
                key.startsWith(SPARK)
                    ? "'nightjar settings' lists them all"
                    : "keys begin with " + SPARK);
    return "There is no setting %s; %s %s".formatted(shown(key), hint, origin);
  }

  private static String noSecrets(String key, Origin origin) {
    return ("%s cannot be set: no secret is a setting, for Spark shows them. Give the passphrase in"
            + " the environment variable NIGHTJAR_PASSPHRASE, or in a file that %s names %s")
        .formatted(key, NightjarSettings.KEYS_PASSPHRASE_FILE.key(), origin);
  }

  private static boolean looksSecret(String key) {
    String letters = letters(key);
    return SECRETS.stream().anyMatch(letters::contains)
        || Arrays.stream(key.split("[^A-Za-z]+", -1)).anyMatch(Keys::isMisspelt);
  }

  private static boolean isMisspelt(String word) {
    return MISSPELT.stream().anyMatch(secret -> isSlip(word, secret));
  }

  private static boolean isSlip(String word, String meant) {
    return Math.abs(word.length() - meant.length()) <= SLIP
        && Text.editDistance(word, meant) <= SLIP;
  }

  private static String letters(String key) {
    return key.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
  }

  /** Returns a key as messages show it: as it is if it looks like a key, otherwise in quotes. */
  private static String shown(String key) {
    return PLAIN.matcher(key).matches() ? key : Text.quote(key);
  }

  /** Returns what remains of a key without as much of the common beginning as it has. */
  private static String name(String key) {
    String rest = key.startsWith(SPARK) ? key.substring(SPARK.length()) : key;
    int dot = rest.indexOf('.');
    return dot >= 0 && isOurs(SPARK + rest) ? rest.substring(dot + 1) : rest;
  }
}
