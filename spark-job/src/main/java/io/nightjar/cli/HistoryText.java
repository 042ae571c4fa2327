package io.nightjar.cli;

import io.nightjar.history.Figure;
import io.nightjar.history.FigureText;
import io.nightjar.history.History;
import io.nightjar.history.JudgedNight;
import io.nightjar.history.Night;
import io.nightjar.history.Remark;
import io.nightjar.model.Text;
import io.nightjar.text.Amounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** The nights of an output root as text of at most {@value #WIDTH} columns. */
final class HistoryText {

  static final int WIDTH = 80;

  /** A column, whose cells are shorter than it is wide. */
  private enum Column {
    RECORDS("records", 9),
    SPEED("rec/s", 8),
    TIME("time", 11),
    RIGHT("right", 9),
    UNSURE("unsure", 8),
    OUTSIDE("outside", 9);

    private final String title;
    private final int width;

    Column(String title, int width) {
      this.title = title;
      this.width = width;
    }

    /** Returns what is in it: the first of these figures that a night has. */
    private List<Figure> figures() {
      return switch (this) {
        case RECORDS -> List.of(Figure.RECORDS);
        case SPEED -> List.of(Figure.SPEED);
        case TIME -> List.of(Figure.SECONDS);
        case RIGHT -> List.of(Figure.ACCURACY, Figure.ERROR);
        case UNSURE -> List.of(Figure.ENTROPY, Figure.DEVIATION);
        case OUTSIDE -> List.of(Figure.OUTSIDE_RANGE, Figure.OUTSIDE_COLUMN);
      };
    }
  }

  private final History history;
  private final StringBuilder text = new StringBuilder();

  private HistoryText(History history) {
    this.history = history;
  }

  static String of(History history) {
    HistoryText page = new HistoryText(history);
    page.write();
    return page.text.toString();
  }

  private void write() {
    wrapped("", "Nights of " + plain(history.root()) + ":");
    text.append('\n');
    line(
        "  night      status",
        Stream.of(Column.values()).map(column -> padded(column.title, column.width)).toList());
    history.nights().forEach(this::night);
    text.append('\n');
    wrapped("", (history.standOut() > 0 ? "! stands out. " : "No night stands out. ") + legend());
    history.nights().stream().filter(HistoryText::hasWords).forEach(this::words);
    notes();
  }

  private String legend() {
    List<String> words = new ArrayList<>();
    boolean classes = history.has(Figure.ACCURACY);
    if (classes || history.has(Figure.ERROR)) {
      words.add(classes ? "right: of the records with labels" : "right: root mean square error");
    }
    if (history.has(Figure.ENTROPY)) {
      words.add("unsure: mean entropy");
    } else if (history.has(Figure.DEVIATION)) {
      words.add("unsure: mean standard deviation over the draws");
    }
    words.add("outside: values outside the model's range");
    return String.join("; ", words) + ".";
  }

  private static String padded(String word, int width) {
    return " ".repeat(Math.max(0, width - word.length())) + word;
  }

  private void line(String begin, List<String> cells) {
    String line = String.format(Locale.ROOT, "%-26s", begin) + String.join("", cells);
    text.append(line.stripTrailing()).append('\n');
  }

  private void night(JudgedNight judged) {
    Night night = judged.night();
    line(
        "%s %s %s".formatted(judged.standsOut() ? "!" : " ", night.date(), night.status().text()),
        Stream.of(Column.values())
            .map(column -> padded(cell(night, column), column.width))
            .toList());
  }

  private static String cell(Night night, Column column) {
    for (Figure figure : column.figures()) {
      OptionalDouble known = night.value(figure);
      if (known.isPresent()) {
        double value = known.getAsDouble();
        String written =
            switch (column) {
              case SPEED -> Amounts.number(value);
              case TIME -> Amounts.seconds(coarse(value));
              default -> FigureText.plain(figure.text(value));
            };
        String narrow = written.length() < column.width ? written : written.replace(",", "");
        return narrow.length() < column.width ? narrow : String.format(Locale.ROOT, "%.1e", value);
      }
    }
    return "";
  }

  /** Returns a time in as whole units as there is room for. */
  private static double coarse(double seconds) {
    double unit = seconds < 10 * 60 ? 0 : seconds < 10 * 3600 ? 60 : 3600;
    return unit == 0 ? seconds : unit * Math.rint(seconds / unit);
  }

  private static boolean hasWords(JudgedNight judged) {
    return !judged.remarks().isEmpty() || !judged.night().faults().isEmpty();
  }

  private void words(JudgedNight judged) {
    text.append('\n')
        .append(judged.night().date())
        .append(judged.standsOut() ? " stands out:" : ":")
        .append('\n');
    Stream.concat(judged.remarks().stream().map(Remark::text), judged.night().faults().stream())
        .forEach(words -> wrapped("  - ", plain(words)));
  }

  private void notes() {
    for (String note : history.words()) {
      text.append('\n');
      wrapped("", plain(note) + ".");
    }
  }

  /** Returns a text that does nothing to a terminal, whoever wrote it. */
  private static String plain(String words) {
    return words
        .codePoints()
        .map(c -> Text.isSeen(c) ? c : '?')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** Writes a text in lines that are no longer than a terminal is wide; long words are cut. */
  private void wrapped(String begin, String words) {
    String indent = " ".repeat(begin.length());
    StringBuilder line = new StringBuilder(begin);
    int start = begin.length();
    for (String word : words.split(" ", -1)) {
      String rest = word;
      if (line.length() > start && line.length() + 1 + rest.length() > WIDTH) {
        text.append(FigureText.plain(line.toString())).append('\n');
        line = new StringBuilder(indent);
      }
      if (line.length() > start) {
        line.append(' ');
      }
      while (line.length() + rest.length() > WIDTH) {
        int room = WIDTH - line.length();
        text.append(FigureText.plain(line + rest.substring(0, room))).append('\n');
        rest = rest.substring(room);
        line = new StringBuilder(indent);
      }
      line.append(rest);
    }
    text.append(FigureText.plain(line.toString())).append('\n');
  }
}
