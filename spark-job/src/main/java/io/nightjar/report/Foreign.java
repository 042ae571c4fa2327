package io.nightjar.report;

/** Shortens text that others wrote to what a page has room for. */
final class Foreign {

  private static final int MOST = 80;

  private Foreign() {}

  static String shorten(String text) {
    return shorten(text, MOST);
  }

  /** Returns at most so many characters of the text; the last one says where some are missing. */
  static String shorten(String text, int most) {
    if (text.codePointCount(0, text.length()) <= most) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, most - 1)) + "…";
  }
}
