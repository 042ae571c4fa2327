package io.nightjar.settings;

/**
 * The place that a value comes from.
 *
 * @param preposition what joins it to "set": {@code in} a file, {@code by} an option
 * @param place the file and line, or the option
 */
record Origin(String preposition, String place) {

  static Origin in(String place) {
    return new Origin("in", place);
  }

  static Origin by(String option) {
    return new Origin("by", option);
  }

  /** Returns the words with which a message ends. */
  @Override
  public String toString() {
    return "(set %s %s)".formatted(preposition, place);
  }
}
