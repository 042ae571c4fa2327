package io.nightjar.report;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** Draws a figure night by night, with where it would usually be. */
final class NightChart {

  private static final int HEIGHT = 180;
  private static final int TICKS = 4;
  private static final int DATES = 4;
  private static final int WIDEST_LABEL = 40;

  /** As many nights have a dot each; more would be one on another. */
  private static final int MOST_DOTS = 45;

  private static final double HALF_SQUARE = 5;

  /** So much of the picture, on each side, is at the most for what is usual and was not there. */
  private static final double MOST_BAND = 0.6;

  private NightChart() {}

  /**
   * A night.
   *
   * @param low where usual figures begin; there is none if it could not be judged
   * @param high where they end
   */
  record Point(
      LocalDate date,
      double value,
      Optional<Double> low,
      Optional<Double> high,
      boolean standsOut) {}

  /**
   * Draws the picture.
   *
   * @param nights at least one, in their order
   */
  static String draw(String title, String description, List<Point> nights) {
    double[] range = range(nights);
    LocalDate first = nights.get(0).date();
    double days = Math.max(1, day(first, nights.get(nights.size() - 1)));
    Plot plot = Plot.untitled(HEIGHT, title, description, new double[] {0, days}, range);
    Ticks ticks = Ticks.of(range[0], range[1], TICKS);
    bands(plot, first, nights, range);
    ticks.values().forEach(value -> plot.yTick(value, ticks.label(value)));
    plot.path(
        "curve",
        nights.stream()
            .map(night -> place(plot, day(first, night), night.value()))
            .collect(Collectors.joining(" ")));
    for (Point night : nights) {
      double x = plot.x().at(day(first, night));
      double y = plot.y().at(night.value());
      if (night.standsOut()) {
        plot.box("odd", x - HALF_SQUARE, y - HALF_SQUARE, 2 * HALF_SQUARE, 2 * HALF_SQUARE);
      } else if (nights.size() <= MOST_DOTS) {
        plot.smallDot("point", x, y);
      }
    }
    dates(plot, first, (long) days);
    return plot.xLine().end();
  }

  private static void dates(Plot plot, LocalDate first, long days) {
    long step = Math.max(1, (days + DATES - 1) / DATES);
    for (long day = 0; day <= days; day += step) {
      LocalDate date = first.plusDays(day);
      String label =
          String.format(Locale.ROOT, "%02d-%02d", date.getMonthValue(), date.getDayOfMonth());
      if (plot.x().at((double) day) > Plot.WIDTH - WIDEST_LABEL / 2) {
        plot.xLastTick((double) day, label);
      } else {
        plot.xTick((double) day, label);
      }
    }
  }

  private static double day(LocalDate first, Point night) {
    return (double) ChronoUnit.DAYS.between(first, night.date());
  }

  private static double[] range(List<Point> nights) {
    double low = nights.stream().mapToDouble(Point::value).min().getAsDouble();
    double high = nights.stream().mapToDouble(Point::value).max().getAsDouble();
    double size = high - low;
    if (size <= 1e-9 * Math.max(Math.abs(high), 1e-9)) {
      size = high == 0 ? 1 : Math.abs(high) / 10;
    }
    double least = low - MOST_BAND * size;
    double most = high + MOST_BAND * size;
    DoubleStream lows = nights.stream().flatMap(night -> night.low().stream()).mapToDouble(x -> x);
    DoubleStream highs =
        nights.stream().flatMap(night -> night.high().stream()).mapToDouble(x -> x);
    double from = Math.max(least, Math.min(low - 0.05 * size, lows.min().orElse(low)));
    double to = Math.min(most, Math.max(high + 0.05 * size, highs.max().orElse(high)));
    return new double[] {low >= 0 ? Math.max(0, from) : from, to};
  }

  /** Draws where figures would usually be, for each run of nights that could be judged. */
  private static void bands(Plot plot, LocalDate first, List<Point> nights, double[] range) {
    List<Point> run = new ArrayList<>();
    for (Point night : nights) {
      if (night.high().isPresent()) {
        run.add(night);
      } else {
        band(plot, first, run, range);
        run.clear();
      }
    }
    band(plot, first, run, range);
  }

  private static void band(Plot plot, LocalDate first, List<Point> run, double[] range) {
    if (run.size() < 2) {
      return;
    }
    List<String> corners = new ArrayList<>();
    for (Point night : run) {
      corners.add(place(plot, day(first, night), Math.min(range[1], night.high().get())));
    }
    for (int i = run.size() - 1; i >= 0; i--) {
      double low = run.get(i).low().orElse(range[0]);
      double kept = Math.min(range[1], Math.max(range[0], low));
      corners.add(place(plot, day(first, run.get(i)), kept));
    }
    plot.area("band", String.join(" ", corners));
  }

  private static String place(Plot plot, double x, double y) {
    return Plot.number(plot.x().at(x)) + "," + Plot.number(plot.y().at(y));
  }
}
