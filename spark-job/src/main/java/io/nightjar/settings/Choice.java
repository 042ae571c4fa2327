package io.nightjar.settings;

import java.util.Locale;

/** A value out of a few, as an enum. */
public interface Choice {

  /** Returns the constant's name in Java. */
  String name();

  /**
   * Returns the value as settings, options and reports write it: {@code ON_FAILURE} is {@code
   * onFailure}.
   */
  default String text() {
    StringBuilder text = new StringBuilder();
    for (String word : name().toLowerCase(Locale.ROOT).split("_", -1)) {
      text.append(text.isEmpty() ? word.charAt(0) : Character.toUpperCase(word.charAt(0)));
      text.append(word, 1, word.length());
    }
    return text.toString();
  }
}
