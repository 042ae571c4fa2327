package io.nightjar.report;

import java.util.ArrayList;
import java.util.List;

/** Draws how many records have which predicted and which true value, as squares. */
final class ParityChart {

  private static final int HEIGHT = 378; // so that squares are squares
  private static final int TICKS = 5;

  /** Shades, from few records to many. */
  private static final int SHADES = 6;

  private ParityChart() {}

  static String draw(ParityGrid.Squares squares, String title) {
    double from = squares.from();
    double to = from + squares.size() * squares.width();
    long most = squares.squares().stream().mapToLong(square -> square.get(2)).max().orElse(1);
    long all = squares.squares().stream().mapToLong(square -> square.get(2)).sum();
    Plot plot =
        new Plot(
            HEIGHT,
            title,
            "%s records in squares with sides of %s, from %s to %s."
                .formatted(
                    NumberText.count(all),
                    NumberText.of(squares.width()),
                    NumberText.of(from),
                    NumberText.of(to)),
            new double[] {from, to},
            new double[] {from, to});
    Ticks ticks = Ticks.of(from, to, TICKS);
    ticks.values().forEach(value -> plot.yTick(value, ticks.label(value)));
    for (List<Long> square : squares.squares()) {
      double left = plot.x().at(from + square.get(0) * squares.width());
      double right = plot.x().at(from + (square.get(0) + 1) * squares.width());
      double top = plot.y().at(from + (square.get(1) + 1) * squares.width());
      double bottom = plot.y().at(from + square.get(1) * squares.width());
      plot.box(shade(square.get(2), most), left, top, right - left, bottom - top);
    }
    return plot.line(
            "ideal", plot.x().at(from), plot.y().at(from), plot.x().at(to), plot.y().at(to))
        .xAxis("true value", TICKS)
        .yTitle("predicted value")
        .end();
  }

  private static String shade(long count, long most) {
    double level = most == 1 ? 1 : Math.log((double) count) / Math.log((double) most);
    return "shade" + (int) Math.ceil(1 + level * (SHADES - 1));
  }

  /**
   * Returns, for each column of squares, the true values, the records and their mean prediction.
   */
  static List<List<String>> rows(ParityGrid.Squares squares) {
    List<List<String>> rows = new ArrayList<>();
    for (int column = 0; column < squares.size(); column++) {
      long place = column;
      List<List<Long>> own =
          squares.squares().stream().filter(square -> square.get(0) == place).toList();
      long records = own.stream().mapToLong(square -> square.get(2)).sum();
      if (records > 0) {
        double mean =
            own.stream()
                .mapToDouble(
                    square ->
                        square.get(2) * (squares.from() + (square.get(1) + 0.5) * squares.width()))
                .sum();
        double start = squares.from() + column * squares.width();
        rows.add(
            List.of(
                "%s to %s".formatted(NumberText.of(start), NumberText.of(start + squares.width())),
                NumberText.count(records),
                NumberText.of(mean / records)));
      }
    }
    return rows;
  }
}
