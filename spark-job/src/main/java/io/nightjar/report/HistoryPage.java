package io.nightjar.report;

import io.nightjar.history.ClassDrift;
import io.nightjar.history.Figure;
import io.nightjar.history.FigureText;
import io.nightjar.history.History;
import io.nightjar.history.JudgedNight;
import io.nightjar.history.Labelled;
import io.nightjar.history.Night;
import io.nightjar.history.Remark;
import io.nightjar.history.Scored;
import io.nightjar.history.Usual;
import io.nightjar.text.Amounts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/**
 * Makes a page of the nights of an output root: those that stand out with their reasons, a picture
 * of each figure night by night, and all figures in a table that leads to the pages of the nights.
 *
 * <p>Like the page of a report it is one file, well-formed as XML too, without scripts, and asks no
 * server for anything.
 */
public final class HistoryPage {

  /** The most classes that have a picture of their shares. */
  private static final int MOST_CLASSES = 6;

  private final History history;
  private final Optional<PageLinks> links;
  private final PageWriter page = new PageWriter();

  private HistoryPage(History history, Optional<PageLinks> links) {
    this.history = history;
    this.links = links;
  }

  /**
   * Returns the page.
   *
   * @param links lead to the pages of the nights, if it can
   */
  public static String of(History history, Optional<PageLinks> links) {
    return new HistoryPage(history, links).write();
  }

  private String write() {
    Markup markup = page.markup();
    page.begin("Nightjar: nights of " + Foreign.shorten(history.name()));
    header();
    markup.open("main").line();
    standingOut();
    pictures();
    table();
    judging();
    page.end();
    markup.open("footer").open("p");
    markup.text("The same figures, for programs, are printed by nightjar history --json.");
    markup.close().close().line();
    return page.document();
  }

  private Night last() {
    return history.nights().get(history.nights().size() - 1).night();
  }

  private void header() {
    Markup markup = page.markup();
    int nights = history.nights().size();
    markup.open("header").element("p", "Nightjar", "class", "brand");
    markup.element("h1", "Nights of " + Foreign.shorten(history.name()));
    markup.element(
        "p",
        nights == 1
            ? "one night, " + last().date()
            : "%d nights, %s to %s"
                .formatted(nights, history.nights().get(0).night().date(), last().date()));
    history.words().forEach(note -> markup.element("p", note + ".", "class", "warning"));
    markup.open("dl", "class", "tiles").line();
    page.tile("Last night", last().status().text(), last().date().toString());
    page.tile("Stand out", Long.toString(history.standOut()), "of %d nights".formatted(nights));
    tile(Figure.RECORDS, "Records");
    tile(Figure.SPEED, "Speed");
    tile(Figure.ACCURACY, "Accuracy");
    tile(Figure.ERROR, "RMSE");
    markup.close().line().close().line();
  }

  private void tile(Figure figure, String name) {
    List<JudgedNight> known =
        history.nights().stream()
            .filter(judged -> judged.night().value(figure).isPresent())
            .toList();
    if (!known.isEmpty()) {
      JudgedNight latest = known.get(known.size() - 1);
      page.tile(
          name,
          figure == Figure.SPEED
              ? Amounts.number(latest.night().value(figure).getAsDouble())
              : figure.text(latest.night().value(figure).getAsDouble()),
          (figure == Figure.SPEED ? "records/s, " : "") + latest.night().date());
    }
  }

  private void standingOut() {
    List<JudgedNight> odd =
        history.nights().stream()
            .filter(JudgedNight::standsOut)
            .sorted(Comparator.comparing((JudgedNight judged) -> judged.night().date()).reversed())
            .toList();
    page.section(
        "Nights that stand out",
        Optional.of(
            odd.isEmpty()
                ? "None does."
                : "The last comes first. Each is compared with the nights before it."));
    if (!odd.isEmpty()) {
      Markup markup = page.markup();
      markup.open("table", "class", "reasons", "aria-label", "Nights that stand out");
      markup.open("thead").open("tr");
      markup.element("th", "Night", "scope", "col").element("th", "Why", "scope", "col");
      markup.close().close().open("tbody").line();
      for (JudgedNight judged : odd) {
        markup.open("tr").open("th", "scope", "row");
        date(judged.night());
        markup.close().open("td").open("ul");
        reasons(judged).forEach(reason -> markup.element("li", reason));
        markup.close().close().close().line();
      }
      markup.close().close().line();
    }
    page.end();
  }

  private static List<String> reasons(JudgedNight judged) {
    return Stream.concat(
            judged.remarks().stream().map(Remark::text),
            judged.night().faults().stream().map(fault -> Foreign.shorten(fault, 400)))
        .toList();
  }

  /** Writes a night's date, as a link to its report where there is one. */
  private void date(Night night) {
    Markup markup = page.markup();
    if (night.hasPage() && links.isPresent()) {
      String link = links.get().to(night.name() + "/_report/report.html");
      markup.element("a", night.date().toString(), "href", link);
    } else {
      markup.text(night.date().toString());
    }
  }

  private void pictures() {
    page.section(
        "Night by night",
        Optional.of(
            "Grey is where a night would usually be, by the nights before it. A square is a night that stands out by that figure."));
    page.figures();
    for (Figure figure : Figure.values()) {
      if (figure != Figure.SECONDS) {
        picture(figure);
      }
    }
    drift();
    classes();
    page.end();
    page.end();
  }

  private static double scale(Figure figure) {
    return switch (figure) {
      case ACCURACY, OUTSIDE_RANGE, OUTSIDE_COLUMN -> 100;
      default -> 1;
    };
  }

  private static String unit(Figure figure) {
    return switch (figure) {
      case ACCURACY, OUTSIDE_RANGE, OUTSIDE_COLUMN -> ", %";
      case MARGIN -> ", bits";
      case ENTROPY, MUTUAL_INFORMATION -> ", nats";
      case SPEED -> ", records/s";
      default -> "";
    };
  }

  private void picture(Figure figure) {
    double scale = scale(figure);
    List<NightChart.Point> points =
        points(
            judged -> judged.night().value(figure),
            judged -> Optional.ofNullable(judged.usual().get(figure)).map(Usual::low),
            judged -> Optional.ofNullable(judged.usual().get(figure)).map(Usual::high),
            judged -> judged.standsOutBy(figure),
            scale);
    if (!points.isEmpty()) {
      draw(capitalised(figure.title()) + unit(figure), points, value -> figure.text(value / scale));
    }
  }

  private void drift() {
    List<NightChart.Point> points =
        points(
            judged ->
                judged
                    .drift()
                    .map(drift -> OptionalDouble.of(drift.stability()))
                    .orElse(OptionalDouble.empty()),
            judged -> Optional.of(0.0),
            judged -> judged.drift().map(ClassDrift::threshold),
            judged -> judged.drift().filter(ClassDrift::isLarge).isPresent(),
            1);
    if (!points.isEmpty()) {
      draw("Distance of the predicted classes from usual shares", points, Amounts::number);
    }
  }

  /** Draws the shares of the classes that were predicted most; of two the second says all. */
  private void classes() {
    Optional<Scored> latest =
        history.nights().stream()
            .flatMap(judged -> judged.night().scored().stream())
            .filter(scored -> !scored.counts().isEmpty())
            .reduce((first, second) -> second);
    if (latest.isEmpty()) {
      return;
    }
    int classes = latest.get().counts().size();
    List<Integer> shown =
        classes == 2
            ? List.of(1)
            : IntStream.range(0, classes)
                .boxed()
                .sorted(Comparator.comparingLong(c -> -latest.get().counts().get(c)))
                .limit(MOST_CLASSES)
                .sorted()
                .toList();
    for (int c : shown) {
      List<NightChart.Point> points =
          points(
              judged ->
                  judged
                      .night()
                      .scored()
                      .filter(scored -> scored.counts().size() == classes)
                      .map(scored -> OptionalDouble.of(scored.share(c)))
                      .orElse(OptionalDouble.empty()),
              judged -> Optional.empty(),
              judged -> Optional.empty(),
              judged -> judged.drift().filter(ClassDrift::isLarge).isPresent(),
              100);
      draw(
          "Predicted as “%s”, %%".formatted(Foreign.shorten(latest.get().className(c), 40)),
          points,
          value -> FigureText.share(value / 100));
    }
  }

  private List<NightChart.Point> points(
      Function<JudgedNight, OptionalDouble> value,
      Function<JudgedNight, Optional<Double>> low,
      Function<JudgedNight, Optional<Double>> high,
      Function<JudgedNight, Boolean> standsOut,
      double scale) {
    return history.nights().stream()
        .filter(judged -> value.apply(judged).isPresent())
        .map(
            judged ->
                new NightChart.Point(
                    judged.night().date(),
                    scale * value.apply(judged).getAsDouble(),
                    low.apply(judged).map(x -> scale * x),
                    high.apply(judged).map(x -> scale * x),
                    standsOut.apply(judged)))
        .toList();
  }

  private void draw(String title, List<NightChart.Point> points, Function<Double, String> text) {
    double latest = points.get(points.size() - 1).value();
    double median =
        new Median().evaluate(points.stream().mapToDouble(NightChart.Point::value).toArray());
    long odd = points.stream().filter(NightChart.Point::standsOut).count();
    String note =
        "last %s, median %s%s"
            .formatted(
                text.apply(latest),
                text.apply(median),
                odd == 0
                    ? ""
                    : odd == 1 ? ", 1 night stands out" : ", %d stand out".formatted(odd));
    page.figure(title, note);
    page.markup()
        .markup(
            NightChart.draw(
                title,
                "%d nights from %s to %s: %s."
                    .formatted(
                        points.size(),
                        points.get(0).date(),
                        points.get(points.size() - 1).date(),
                        note),
                points));
    page.details(
        title,
        List.of("Night", "Figure", "Usual"),
        points.stream()
            .map(
                point ->
                    List.of(
                        point.date() + (point.standsOut() ? " ■" : ""),
                        text.apply(point.value()),
                        point
                            .high()
                            .map(
                                high ->
                                    text.apply(point.low().orElse(0.0)) + " to " + text.apply(high))
                            .orElse("")))
            .toList());
    page.end();
  }

  private void table() {
    List<Figure> known = Stream.of(Figure.values()).filter(history::has).toList();
    boolean labels =
        history.nights().stream().anyMatch(judged -> judged.night().labelled().isPresent());
    page.section("All nights", Optional.empty());
    Markup markup = page.markup();
    HtmlTable.scroll(markup, "All nights");
    markup.open("table", "class", "nights", "aria-label", "All nights").open("thead").open("tr");
    List<String> head = new ArrayList<>(List.of("Night", "Status"));
    known.forEach(figure -> head.add(capitalised(figure.title())));
    if (labels) {
      head.add("Labels");
    }
    head.forEach(title -> markup.element("th", title, "scope", "col"));
    markup.close().close().open("tbody").line();
    for (int i = history.nights().size() - 1; i >= 0; i--) {
      row(history.nights().get(i), known, labels);
    }
    markup.close().close().close().line();
    page.end();
  }

  private void row(JudgedNight judged, List<Figure> known, boolean labels) {
    Markup markup = page.markup();
    Night night = judged.night();
    markup.open("tr").open("th", "scope", "row");
    date(night);
    markup.close();
    markup.element("td", night.status().text() + (judged.standsOut() ? ", stands out" : ""));
    for (Figure figure : known) {
      OptionalDouble value = night.value(figure);
      String text = value.isPresent() ? figure.text(value.getAsDouble()) : "";
      if (judged.standsOutBy(figure)) {
        markup.open("td", "class", "many").element("strong", text).close();
      } else {
        markup.element("td", text);
      }
    }
    if (labels) {
      markup.element("td", night.labelled().map(HistoryPage::labels).orElse(""));
    }
    markup.close().line();
  }

  private static String labels(Labelled labelled) {
    return Amounts.count(labelled.records()) + (labelled.late() ? ", later" : "");
  }

  private void judging() {
    page.section(
        "How nights are judged",
        Optional.of(
            "A figure is compared with its median over the %d nights before, as soon as %d of them have it. It stands out if it is further away than the median absolute deviation of those nights and chance explain, both at 1 in 1,000, and if the difference is worth a word. Predicted classes are compared by their population stability index. A night also stands out by its status, by a file that cannot be read, and by a noise margin below that of the plan."
                .formatted(history.judging().window(), history.judging().least())));
    page.end();
  }

  private static String capitalised(String words) {
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }
}
