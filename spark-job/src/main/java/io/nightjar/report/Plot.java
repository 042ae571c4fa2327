package io.nightjar.report;

import java.util.Locale;

/**
 * A picture with a horizontal and a vertical axis, as SVG.
 *
 * <p>All pictures are {@value #WIDTH} units wide and grow and shrink with the page; letters are 12
 * of them high. Colours and letters come from the page's style, by class.
 */
final class Plot {

  static final int WIDTH = 400;

  private static final int LEFT = 56;
  private static final int RIGHT = 12;
  private static final int TOP = 10;
  private static final int BOTTOM = 46;

  private final Markup svg = new Markup();
  private final Scale x;
  private final Scale y;
  private final int height;

  /** The room below the horizontal axis for the numbers along it, where it has no title. */
  private static final int BOTTOM_WITHOUT_TITLE = 24;

  /**
   * Begins a picture.
   *
   * @param height the height of the whole picture
   * @param title what the picture is called, for those who do not see it
   * @param description what there is to see
   */
  Plot(int height, String title, String description, double[] xRange, double[] yRange) {
    this(height, BOTTOM, title, description, xRange, yRange);
  }

  private Plot(
      int height, int bottom, String title, String description, double[] xRange, double[] yRange) {
    this.height = height;
    this.x = new Scale(xRange[0], xRange[1], LEFT, WIDTH - RIGHT);
    this.y = new Scale(yRange[0], yRange[1], height - bottom, TOP);
    begin(svg, height, title, description);
  }

  /** Begins a picture whose horizontal axis needs no title. */
  static Plot untitled(
      int height, String title, String description, double[] xRange, double[] yRange) {
    return new Plot(height, BOTTOM_WITHOUT_TITLE, title, description, xRange, yRange);
  }

  static void begin(Markup svg, int height, String title, String description) {
    svg.open("svg", "viewBox", "0 0 %d %d".formatted(WIDTH, height), "role", "img");
    svg.element("title", title).element("desc", description);
  }

  Scale x() {
    return x;
  }

  Scale y() {
    return y;
  }

  /** Draws a vertical axis: a line across the picture and a number for each tick. */
  Plot yTick(double value, String label) {
    line("grid", x.start(), y.at(value), x.end(), y.at(value));
    return text("tick end", x.start() - 6, y.at(value) + 4, label);
  }

  Plot xTick(double value, String label) {
    line("axis", x.at(value), y.start(), x.at(value), y.start() + 4);
    return text("tick middle", x.at(value), y.start() + 17, label);
  }

  /** Draws a tick whose label ends where the axis does. */
  Plot xLastTick(double value, String label) {
    line("axis", x.at(value), y.start(), x.at(value), y.start() + 4);
    return text("tick end", WIDTH, y.start() + 17, label);
  }

  /** Draws the line along the bottom. */
  Plot xLine() {
    return line("axis", x.start(), y.start(), x.end(), y.start());
  }

  /** Draws a linear axis along the bottom. */
  Plot xAxis(String title, int ticks) {
    Ticks marks = Ticks.of(x.from(), x.to(), ticks);
    marks.values().forEach(value -> xTick(value, marks.label(value)));
    return xTitle(title);
  }

  Plot xTitle(String title) {
    xLine();
    return text("label middle", (x.start() + x.end()) / 2, height - 8, title);
  }

  /** Names the vertical axis, along it. */
  Plot yTitle(String title) {
    double middle = (y.start() + y.end()) / 2;
    svg.element(
        "text",
        title,
        "class",
        "label middle",
        "transform",
        "translate(12 %s) rotate(-90)".formatted(number(middle)));
    return this;
  }

  Plot line(String style, double x1, double y1, double x2, double y2) {
    svg.open(
            "line",
            "class",
            style,
            "x1",
            number(x1),
            "y1",
            number(y1),
            "x2",
            number(x2),
            "y2",
            number(y2))
        .close();
    return this;
  }

  Plot bar(String style, double left, double right, double value) {
    bar(svg, style, left, y.at(value), right - left, y.start() - y.at(value));
    return this;
  }

  Plot box(String style, double left, double top, double width, double height) {
    bar(svg, style, left, top, width, height);
    return this;
  }

  static void bar(Markup svg, String style, double left, double top, double width, double height) {
    svg.open(
            "rect",
            "class",
            style,
            "x",
            number(left),
            "y",
            number(top),
            "width",
            number(Math.max(width, 0)),
            "height",
            number(Math.max(height, 0)))
        .close();
  }

  Plot dot(String style, double centreX, double centreY) {
    svg.open("circle", "class", style, "cx", number(centreX), "cy", number(centreY), "r", "4")
        .close();
    return this;
  }

  Plot smallDot(String style, double centreX, double centreY) {
    svg.open("circle", "class", style, "cx", number(centreX), "cy", number(centreY), "r", "2.5")
        .close();
    return this;
  }

  /** Fills what is between points. */
  Plot area(String style, String points) {
    svg.open("polygon", "class", style, "points", points).close();
    return this;
  }

  /** Draws a line through points. */
  Plot path(String style, String points) {
    svg.open("polyline", "class", style, "points", points).close();
    return this;
  }

  Plot text(String style, double left, double base, String text) {
    text(svg, style, left, base, text);
    return this;
  }

  static void text(Markup svg, String style, double left, double base, String text) {
    svg.element("text", text, "class", style, "x", number(left), "y", number(base));
  }

  /** Returns a coordinate as text, to a hundredth of a unit. */
  static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /** Returns the picture. */
  String end() {
    return svg.close().toString();
  }
}
