package io.nightjar.tables;

import io.nightjar.crypto.natives.Blake3;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What may be said of the options of a data source, of which some are secrets. */
final class SourceOptions {

  private static final Pattern SECRET =
      Pattern.compile("(?i).*(passw|secret|token|credential|access.?key|encryption.*key).*");

  private SourceOptions() {}

  /**
   * Returns what tells options from others: their digest, but for secrets, which could be guessed
   * from it.
   */
  static String digest(Map<String, String> options) {
    TreeMap<String, String> telling = new TreeMap<>(options);
    telling.keySet().removeIf(SourceOptions::isSecret);
    return HexFormat.of()
        .formatHex(new Blake3().digest(telling.toString().getBytes(StandardCharsets.UTF_8)));
  }

  /** Returns whether any of them is a secret. */
  static boolean haveSecrets(Map<String, String> options) {
    return options.keySet().stream().anyMatch(SourceOptions::isSecret);
  }

  /** Returns a text without the secrets that may be in it. */
  static String without(Map<String, String> options, String text) {
    String without = text;
    for (Map.Entry<String, String> option : options.entrySet()) {
      if (isSecret(option.getKey()) && !option.getValue().isEmpty()) {
        without = without.replace(option.getValue(), "***");
      }
    }
    return without;
  }

  private static boolean isSecret(String name) {
    return SECRET.matcher(name).matches();
  }
}
