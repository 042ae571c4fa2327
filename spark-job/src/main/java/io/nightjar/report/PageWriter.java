package io.nightjar.report;

import java.util.List;
import java.util.Optional;

/** Writes what all sections of a page are made of. */
final class PageWriter {

  private final Markup markup = new Markup();

  Markup markup() {
    return markup;
  }

  /** Begins a page that is one file and asks no server for anything. */
  void begin(String title) {
    markup.open("html", "lang", "en").line().open("head").line();
    markup.empty("meta", "charset", "utf-8").line();
    markup
        .empty("meta", "http-equiv", "Content-Security-Policy", "content", Stylesheet.policy())
        .line();
    markup
        .empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
        .line();
    markup.element("title", title).line();
    markup.open("style").markup(Stylesheet.CSS).close().line().close().line();
    markup.open("body").line();
  }

  /** Ends the page and returns it. */
  String document() {
    markup.close().close().line();
    return "<!DOCTYPE html>\n" + markup;
  }

  /** Begins a section, which may have a sentence under its heading. */
  void section(String title, Optional<String> text) {
    markup.open("section").element("h2", title);
    text.ifPresent(this::paragraph);
    markup.line();
  }

  /** Begins a part of a section, which may have a sentence under its heading. */
  void part(String title, Optional<String> text) {
    markup.open("div", "class", "part").element("h3", title);
    text.ifPresent(this::paragraph);
    markup.line();
  }

  void paragraph(String text) {
    markup.element("p", text).line();
  }

  /** Begins figures that stand beside each other where there is room. */
  void figures() {
    markup.open("div", "class", "figures").line();
  }

  void figure(String title, String note, String... attributes) {
    markup.open("figure", attributes).open("figcaption").text(title);
    if (!note.isEmpty()) {
      markup.element("span", note);
    }
    markup.close().line();
  }

  /** Ends what was begun last. */
  void end() {
    markup.close().line();
  }

  /** Writes a figure's numbers, folded. */
  void details(String what, List<String> head, List<List<String>> rows) {
    markup.open("details").element("summary", "Numbers: " + what);
    HtmlTable.write(markup, what, head, rows);
    markup.close().line();
  }

  void table(String what, List<String> head, List<List<String>> rows) {
    HtmlTable.write(markup, what, head, rows);
  }

  void tile(String name, String value, String note) {
    markup.open("div").element("dt", name).open("dd").text(value).element("span", note);
    markup.close().close().line();
  }

  void fact(String name, String value) {
    markup.open("div").element("dt", name).element("dd", value).close().line();
  }

  void code(String name, String value) {
    markup.open("div", "class", "wide").element("dt", name);
    markup.element("dd", value, "class", "code").close().line();
  }

  @Override
  public String toString() {
    return markup.toString();
  }
}
