package io.nightjar.records;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/** Names of files and columns as messages show them. */
final class Names {

  private static final int MAX_QUOTED = 120;

  private Names() {}

  /** Returns a file's last name, quoted. */
  static String file(Path file) {
    return quote(file.getName());
  }

  /** Returns a name in quotes, on one line and shortened. */
  static String quote(String name) {
    StringBuilder quoted = new StringBuilder("\"");
    int shown = Math.min(name.length(), MAX_QUOTED);
    for (int i = 0; i < shown; i++) {
      char c = name.charAt(i);
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
    if (name.length() > shown) {
      quoted.append("... (%d characters)".formatted(name.length()));
    }
    return quoted.toString();
  }

  /** Returns {@code " (did you mean X?)"} for the known name nearest to this one, or nothing. */
  static String suggestion(String given, Collection<String> known) {
    return nearest(given, known).map(name -> " (did you mean " + quote(name) + "?)").orElse("");
  }

  private static Optional<String> nearest(String given, Collection<String> known) {
    Optional<String> nearest = Optional.empty();
    int smallest = Math.max(2, Math.min(given.length(), MAX_QUOTED) / 3) + 1;
    for (String name : known) {
      // The difference in length is a lower bound, and cheap.
      if (Math.abs(name.length() - given.length()) < smallest) {
        int distance = editDistance(given.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
        if (distance < smallest && distance < name.length()) {
          smallest = distance;
          nearest = Optional.of(name);
        }
      }
    }
    return nearest;
  }

  /** Levenshtein's distance. */
  private static int editDistance(String a, String b) {
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, j -> j);
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
