package io.nightjar.report;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Writes tables. */
final class HtmlTable {

  /** The share of a class's records above which a mistake is shown as a frequent one. */
  private static final double FREQUENT = 0.05;

  /** So many columns fit a telephone. */
  private static final int MOST_NARROW = 3;

  private HtmlTable() {}

  /**
   * Writes rows, each of which begins with its name; a head that is empty is left out.
   *
   * @param what names the table for those who do not see it
   */
  static void write(Markup page, String what, List<String> head, List<List<String>> rows) {
    begin(page, what, head);
    rows.forEach(row -> row(page, row, "td", "row"));
    page.close().close();
    if (head.size() > MOST_NARROW) {
      page.close();
    }
    page.line();
  }

  private static void begin(Markup page, String what, List<String> head) {
    if (head.size() > MOST_NARROW) {
      scroll(page, what);
    }
    page.open("table", "aria-label", what);
    if (!head.isEmpty()) {
      page.open("thead");
      row(page, head, "th", "col");
      page.close();
    }
    page.open("tbody");
  }

  /** Begins what is wider than a narrow page, so that it moves by itself. */
  static void scroll(Markup page, String what) {
    page.open(
        "div",
        "class",
        "scroll",
        "tabindex",
        "0",
        "role",
        "region",
        "aria-label",
        what + ", table");
  }

  /** Writes rows that have a bar behind them, as a picture of their sizes. */
  static final class Bars {
    private final Markup page;

    Bars(Markup page, String what, List<String> head) {
      this.page = page;
      scroll(page, what);
      page.open("table", "class", "bars", "aria-label", what).open("thead");
      page.open("tr").element("th", head.get(0), "scope", "col");
      page.element("td", "", "class", "bar");
      head.subList(1, head.size()).forEach(cell -> page.element("th", cell, "scope", "col"));
      page.close().close().open("tbody");
    }

    /**
     * Writes a row.
     *
     * @param length of the bar, from 0 to 1
     */
    void row(List<String> cells, double length) {
      page.open("tr").element("th", cells.get(0), "scope", "row");
      page.open("td", "class", "bar");
      page.open(
          "svg",
          "viewBox",
          "0 0 100 8",
          "preserveAspectRatio",
          "none",
          "aria-hidden",
          "true",
          "focusable",
          "false");
      Plot.bar(page, "accent", 0, 0, 100 * length, 8);
      page.close().close();
      cells.subList(1, cells.size()).forEach(cell -> page.element("td", cell));
      page.close().line();
    }

    void end() {
      page.close().close().close().line();
    }
  }

  private static void row(Markup page, List<String> cells, String others, String scope) {
    page.open("tr");
    page.element("th", cells.get(0), "scope", scope);
    for (String cell : cells.subList(1, cells.size())) {
      if (others.equals("th")) {
        page.element("th", cell, "scope", scope);
      } else {
        page.element("td", cell);
      }
    }
    page.close().line();
  }

  private static final int MOST_OF_A_NAME = 24;

  /** The least count that is written in thousands. */
  private static final long LARGE = 10_000;

  /** Writes how often each class was taken for which; columns have the classes' numbers. */
  static void confusion(Markup page, List<List<Long>> rows, List<String> classes) {
    scroll(page, "Confusion matrix");
    page.open("table", "class", "matrix", "aria-label", "Confusion matrix").open("thead");
    List<String> numbers = IntStream.range(0, rows.size()).mapToObj(Integer::toString).toList();
    row(page, Stream.concat(Stream.of("truth"), numbers.stream()).toList(), "th", "col");
    page.close().open("tbody");
    for (int truth = 0; truth < rows.size(); truth++) {
      page.open("tr");
      if (isNamed(truth, classes)) {
        String name = truth + " " + Foreign.shorten(classes.get(truth), MOST_OF_A_NAME);
        page.element("th", name, "scope", "row", "class", "named");
      } else {
        page.element("th", Integer.toString(truth), "scope", "row");
      }
      long all = rows.get(truth).stream().mapToLong(Long::longValue).sum();
      for (int predicted = 0; predicted < rows.size(); predicted++) {
        long count = rows.get(truth).get(predicted);
        String style = style(truth == predicted, count, all);
        String figure = count < LARGE ? NumberText.count(count) : NumberText.brief(count);
        page.element("td", figure, "class", style);
      }
      page.close().line();
    }
    page.close().close().close().line();
  }

  private static String style(boolean right, long count, long all) {
    if (count == 0) {
      return "none";
    }
    if (right) {
      return "right";
    }
    return count > FREQUENT * all ? "many" : "few";
  }

  private static boolean isNamed(int number, List<String> classes) {
    return number < classes.size() && !classes.get(number).equals(Integer.toString(number));
  }
}
