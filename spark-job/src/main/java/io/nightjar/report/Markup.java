package io.nightjar.report;

import io.nightjar.model.Text;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes elements that are well-formed both as XML and as HTML, whatever text is put in them.
 *
 * <p>Attributes are given as names and values in turn. A text's characters that would be markup are
 * escaped, and those that cannot be seen, or that change the direction of what follows, are spelled
 * out.
 */
final class Markup {

  private final StringBuilder out = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /** Begins an element. */
  Markup open(String name, String... attributes) {
    tag(name, attributes);
    out.append('>');
    open.push(name);
    return this;
  }

  /** Ends the element begun last. */
  Markup close() {
    out.append("</").append(open.pop()).append('>');
    return this;
  }

  /** Writes an element that has no content, one of those that HTML knows to have none. */
  Markup empty(String name, String... attributes) {
    tag(name, attributes);
    out.append("/>");
    return this;
  }

  /** Writes an element with a text in it. */
  Markup element(String name, String text, String... attributes) {
    return open(name, attributes).text(text).close();
  }

  /** Writes a text. */
  Markup text(String text) {
    out.append(escape(text));
    return this;
  }

  /** Begins a new line, for whoever reads the source. */
  Markup line() {
    out.append('\n');
    return this;
  }

  /** Writes what is markup already. */
  Markup markup(String markup) {
    out.append(markup);
    return this;
  }

  private void tag(String name, String... attributes) {
    out.append('<').append(name);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      out.append(escape(attributes[i + 1])).append('"');
    }
  }

  /** Returns everything; all elements must have ended. */
  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("The element %s has not ended".formatted(open.peek()));
    }
    return out.toString();
  }

  static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints().forEach(c -> escape(escaped, c));
    return escaped.toString();
  }

  private static void escape(StringBuilder escaped, int c) {
    switch (c) {
      case '&' -> escaped.append("&amp;");
      case '<' -> escaped.append("&lt;");
      case '>' -> escaped.append("&gt;");
      case '"' -> escaped.append("&quot;");
      case '\'' -> escaped.append("&#39;");
      default -> {
        if (Text.isSeen(c)) {
          escaped.appendCodePoint(c);
        } else {
          escaped.append("\\u%04x".formatted(c));
        }
      }
    }
  }
}
