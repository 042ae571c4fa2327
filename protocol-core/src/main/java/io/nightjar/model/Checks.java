package io.nightjar.model;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Checks that several types share; each throws {@link InvalidModelException}. */
final class Checks {

  private static final int MAX_NAME_LENGTH = 100;
  private static final int MAX_LABEL_LENGTH = 1000;

  private Checks() {}

  /**
   * Checks a name that ends up in files, tensor names and reports, and so may have no separators
   * and no characters that mean anything there.
   */
  static String name(String what, String name) {
    boolean valid = !name.isEmpty() && name.length() <= MAX_NAME_LENGTH;
    for (int i = 0; valid && i < name.length(); i++) {
      char c = name.charAt(i);
      valid =
          (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || c == '_'
              || c == '.'
              || c == '-';
    }
    if (!valid) {
      throw new InvalidModelException(
          "%s %s: it must have from 1 to %d characters out of A-Z, a-z, 0-9, '_', '.' and '-'"
              .formatted(what, Text.quote(name), MAX_NAME_LENGTH));
    }
    return name;
  }

  /** Checks a label for people, which may be any text on one line. */
  static void label(String what, String label) {
    if (label.isBlank() || label.length() > MAX_LABEL_LENGTH || !Text.isOneLine(label)) {
      throw new InvalidModelException(
          "%s %s: it must have from 1 to %d characters, no control characters, not only spaces"
              .formatted(what, Text.quote(label), MAX_LABEL_LENGTH));
    }
  }

  /** Checks labels for people, such as those of classes and columns; each may be given once. */
  static List<String> labels(String what, List<String> labels) {
    Set<String> seen = new HashSet<>();
    for (String label : labels) {
      label(what, label);
      if (!seen.add(label)) {
        throw new InvalidModelException(
            "%s %s is given more than once".formatted(what, Text.quote(label)));
      }
    }
    return List.copyOf(labels);
  }

  static void between(String what, long value, long min, long max) {
    if (value < min || value > max) {
      throw new InvalidModelException(
          "%s is %d: it must be from %d to %d".formatted(what, value, min, max));
    }
  }

  static void finite(String what, double value) {
    if (!Double.isFinite(value)) {
      throw new InvalidModelException("%s is %s: it must be finite".formatted(what, value));
    }
  }
}
