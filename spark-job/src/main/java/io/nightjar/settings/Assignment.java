package io.nightjar.settings;

/** A key, the text that it was given, and where that was; nothing is checked yet. */
record Assignment(String key, String value, Origin origin) {

  /** Takes off the white space around the value, as Spark does. */
  Assignment {
    value = value.strip();
  }

  /** Returns the key and where it was set; the value may be a secret given to a wrong key. */
  @Override
  public String toString() {
    return key + " " + origin;
  }
}
