package io.nightjar.report;

import java.util.List;

/** Draws the phases of a job: a bar for each, under the party whose time it is. */
final class PhaseChart {

  private static final int ROW = 24;
  private static final int LEFT = 116;
  private static final int RIGHT = 96;
  private static final int BAR = 14;
  private static final int BOTTOM = 42;
  private static final int TICKS = 4;

  /** One party's time, divided into phases. */
  record Party(String name, String style, List<Phase> phases) {
    Party {
      phases = List.copyOf(phases);
    }

    double seconds() {
      return phases.stream().mapToDouble(Phase::seconds).sum();
    }
  }

  /** The processor time that went into one phase. */
  record Phase(String name, double seconds) {}

  private PhaseChart() {}

  static String draw(List<Party> parties) {
    double all = parties.stream().mapToDouble(Party::seconds).sum();
    double longest =
        parties.stream()
            .flatMap(party -> party.phases().stream())
            .mapToDouble(Phase::seconds)
            .max()
            .orElse(0);
    int rows = parties.stream().mapToInt(PhaseChart::rows).sum();
    Markup svg = new Markup();
    int height = rows * ROW + BOTTOM;
    Plot.begin(svg, height, "Processor time by phase", description(parties, all));
    Scale x = new Scale(0, longest > 0 ? longest : 1, LEFT, Plot.WIDTH - RIGHT);
    axis(svg, x, rows * ROW);
    int row = 0;
    for (Party party : parties) {
      boolean single = rows(party) == 1;
      Plot.text(svg, "strong", 0, row * ROW + 16, party.name());
      if (!single) {
        Plot.text(svg, "tick end", Plot.WIDTH, row * ROW + 16, figure(party.seconds(), all));
        row++;
      }
      for (Phase phase : party.phases()) {
        if (!single) {
          Plot.text(svg, "tick", 10, row * ROW + 16, phase.name());
        }
        double length = x.at(phase.seconds()) - x.start();
        Plot.bar(svg, party.style(), LEFT, row * ROW + 5, length, BAR);
        String figure = single ? figure(phase.seconds(), all) : NumberText.seconds(phase.seconds());
        Plot.text(svg, "tick end", Plot.WIDTH, row * ROW + 16, figure);
        row++;
      }
    }
    return svg.close().toString();
  }

  /**
   * Returns how many rows a party takes: one if it has one phase, otherwise a heading and its
   * phases.
   */
  private static int rows(Party party) {
    return party.phases().size() == 1 ? 1 : party.phases().size() + 1;
  }

  private static void axis(Markup svg, Scale x, int bottom) {
    Ticks ticks = Ticks.of(x.from(), x.to(), TICKS);
    for (double value : ticks.values()) {
      String at = Plot.number(x.at(value));
      String end = Integer.toString(bottom + 4);
      svg.open("line", "class", "grid", "x1", at, "y1", "0", "x2", at, "y2", end).close();
      Plot.text(svg, "tick middle", x.at(value), bottom + 17, ticks.label(value));
    }
    Plot.text(svg, "label middle", (x.start() + x.end()) / 2, bottom + 36, "processor seconds");
  }

  static String figure(double seconds, double all) {
    return NumberText.seconds(seconds)
        + (all > 0 ? " · " + NumberText.roughPercent(seconds / all) : "");
  }

  private static String description(List<Party> parties, double all) {
    StringBuilder text = new StringBuilder();
    for (Party party : parties) {
      text.append(text.isEmpty() ? "" : "; ");
      text.append(party.name()).append(' ').append(figure(party.seconds(), all));
    }
    return text.append('.').toString();
  }
}
