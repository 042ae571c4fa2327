package io.nightjar.settings;

import java.util.Collection;
import java.util.Optional;

/** Words for messages about what somebody wrote. */
final class Text {

  /** The most characters of foreign text in a message. */
  private static final int MAX_QUOTED = 120;

  private Text() {}

  /** Returns the text in single quotes, shortened, with everything that is not plain escaped. */
  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("'");
    int shown = Math.min(text.length(), MAX_QUOTED);
    for (int i = 0; i < shown; i++) {
      char c = text.charAt(i);
      if (c == '\'' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (breaksLine(c)
          || Character.isSurrogate(c)
          || Character.getType(c) == Character.FORMAT) {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    quoted.append('\'');
    if (text.length() > shown) {
      quoted.append("... (%d characters)".formatted(text.length()));
    }
    return quoted.toString();
  }

  /** Returns a key as it is where it is made as keys are, quoted elsewhere. */
  static String key(String key) {
    boolean plain =
        !key.isEmpty()
            && key.length() <= MAX_QUOTED
            && key.chars()
                .allMatch(
                    c ->
                        (c < 128 && Character.isLetterOrDigit(c))
                            || c == '.'
                            || c == '_'
                            || c == '-');
    return plain ? key : quote(key);
  }

  /** Returns whether the text has no control characters. */
  static boolean isOneLine(String text) {
    return text.chars().noneMatch(Text::breaksLine);
  }

  private static boolean breaksLine(int c) {
    return Character.isISOControl(c) || c == 0x2028 || c == 0x2029;
  }

  /** Returns the known name that differs least from this one, where any is near enough. */
  static Optional<String> nearest(String given, Collection<String> known) {
    if (given.length() > MAX_QUOTED) {
      return Optional.empty();
    }
    Optional<String> nearest = Optional.empty();
    int smallest = Math.max(2, given.length() / 3) + 1;
    for (String name : known) {
      int distance = distance(given, name);
      if (distance < smallest) {
        smallest = distance;
        nearest = Optional.of(name);
      }
    }
    return nearest;
  }

  /** Levenshtein's distance, to which a difference of case adds nothing. */
  static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    int[] current = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        boolean same =
            Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
        int replaced = previous[j - 1] + (same ? 0 : 1);
        current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
      }
      int[] swap = previous;
      previous = current;
      current = swap;
    }
    return previous[b.length()];
  }
}
