package io.nightjar.model;

import java.util.Collection;
import java.util.Optional;

/** Words for error messages about text that somebody else wrote. */
public final class Text {

  /** The largest number of characters that a message repeats of foreign text. */
  private static final int MAX_QUOTED = 120;

  private Text() {}

  /** Returns the text in quotes, shortened, with everything that is not plain text escaped. */
  public static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    int shown = Math.min(text.length(), MAX_QUOTED);
    for (int i = 0; i < shown; i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (Character.isISOControl(c)
          || Character.isSurrogate(c)
          || Character.getType(c) == Character.FORMAT
          || c == '\u2028'
          || c == '\u2029') {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    quoted.append('"');
    if (text.length() > shown) {
      quoted.append("... (%d characters)".formatted(text.length()));
    }
    return quoted.toString();
  }

  /** Returns a key as a step of a path: as it is where it is a plain word, quoted elsewhere. */
  static String key(String key) {
    boolean plain =
        !key.isEmpty()
            && key.length() <= MAX_QUOTED
            && key.chars().allMatch(c -> (c < 128 && Character.isLetterOrDigit(c)) || c == '_');
    return plain ? key : quote(key);
  }

  /** Returns whether a code point is one that a reader sees, and that does nothing else. */
  public static boolean isSeen(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** Returns whether the text has no control characters and is well-formed Unicode. */
  public static boolean isOneLine(String text) {
    return text.codePoints()
        .noneMatch(
            c ->
                Character.isISOControl(c)
                    || c == 0x2028
                    || c == 0x2029
                    || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
  }

  /** Returns {@code "; did you mean X?"} for the known name nearest to this one, or nothing. */
  static String suggestion(String given, Collection<String> known) {
    return nearest(given, known).map(name -> "; did you mean " + quote(name) + "?").orElse("");
  }

  /** Returns the known name that differs least from this one, where any is near enough. */
  public static Optional<String> nearest(String given, Collection<String> known) {
    if (given.length() > MAX_QUOTED) {
      return Optional.empty();
    }
    Optional<String> nearest = Optional.empty();
    int smallest = Math.max(2, given.length() / 3) + 1;
    for (String name : known) {
      // The difference in length is a lower bound, and cheap.
      if (Math.abs(name.length() - given.length()) < smallest) {
        int distance = editDistance(given, name);
        if (distance < smallest && distance < name.length()) {
          smallest = distance;
          nearest = Optional.of(name);
        }
      }
    }
    return nearest;
  }

  /** Returns Levenshtein's distance of two texts; a difference in case alone does not count. */
  public static int editDistance(String a, String b) {
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
