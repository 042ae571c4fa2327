package io.nightjar.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Collects formatted lines of a text for people. */
public final class TextLines {

  private final List<String> lines = new ArrayList<>();

  /** Adds a line. */
  public TextLines add(String format, Object... arguments) {
    lines.add(String.format(Locale.ROOT, format, arguments).stripTrailing());
    return this;
  }

  /** Adds lines as they are. */
  public TextLines addAll(List<String> more) {
    lines.addAll(more);
    return this;
  }

  /** Returns the lines. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  /** Returns the text, every line of it ending in a newline. */
  public String text() {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  /** Returns a title that fits a column of a table. */
  public static String shorten(String title, int width) {
    return title.length() <= width ? title : title.substring(0, width - 3) + "...";
  }
}
