package io.nightjar.history;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Finds in a {@code report.json} what nights are compared by. Earlier versions have less in it. */
final class ReportReader {

  private static final int MOST_OUTPUTS = 1 << 17;
  private static final int MOST_DRAWS = 1 << 10;

  private final DoubtfulJson report;
  private final Map<Figure, Measured> figures = new EnumMap<>(Figure.class);

  private ReportReader(DoubtfulJson report) {
    this.report = report;
  }

  /** What a report says. */
  record Found(
      Map<Figure, Measured> figures,
      Optional<Scored> scored,
      Optional<Labelled> labelled,
      OptionalDouble predictedMargin) {}

  /** Reads a report. */
  static Found read(byte[] bytes) throws DoubtfulJson.BadException {
    return new ReportReader(DoubtfulJson.read(bytes)).read();
  }

  private Found read() throws DoubtfulJson.BadException {
    OptionalLong records = report.count("records");
    long scored = report.count("recordsScoredNow").orElse(records.orElse(0));
    exactly(Figure.RECORDS, records.isPresent(), (double) records.orElse(0));
    OptionalDouble seconds = report.number("wallSeconds");
    exactly(Figure.SECONDS, seconds.isPresent(), seconds.orElse(0));
    OptionalDouble speed = report.number("recordsPerSecond");
    exactly(Figure.SPEED, speed.isPresent() && scored > 0, speed.orElse(0));
    if (scored > 0) {
      uncertainty("entropy", Figure.ENTROPY);
      uncertainty("mutualInformation", Figure.MUTUAL_INFORMATION);
      uncertainty("standardDeviation", Figure.DEVIATION);
      outsideRange(scored);
      outsideColumn(records.orElse(scored));
    }
    DoubtfulJson margin = report.object("noiseMarginBits");
    OptionalDouble measured = margin.number("measuredMin");
    exactly(Figure.MARGIN, measured.isPresent(), measured.orElse(0));
    Optional<Labelled> labelled = labelled();
    labelled.ifPresent(found -> figures.put(found.figure(), found.measured()));
    return new Found(figures, scored(scored), labelled, margin.number("predicted"));
  }

  private void exactly(Figure figure, boolean known, double value) {
    if (known) {
      figures.put(figure, Measured.exactly(value));
    }
  }

  private void uncertainty(String key, Figure figure) throws DoubtfulJson.BadException {
    DoubtfulJson distribution = report.object("uncertainty").object(key);
    OptionalDouble mean = distribution.number("mean");
    long count = distribution.count("count").orElse(0);
    if (mean.isPresent() && count > 0) {
      figures.put(figure, Measured.mean(mean.getAsDouble(), deviation(distribution, mean), count));
    }
  }

  /**
   * Returns a standard deviation that the quantiles of a distribution give: a twentieth of it is
   * beyond each of the first and the last, and the rest is where the others are.
   */
  private static double deviation(DoubtfulJson distribution, OptionalDouble mean)
      throws DoubtfulJson.BadException {
    DoubtfulJson quantiles = distribution.object("quantiles");
    double middle = mean.getAsDouble();
    double[][] masses = {
      {0.15, quantiles.number("p5").orElse(middle)},
      {0.225, quantiles.number("p25").orElse(middle)},
      {0.25, quantiles.number("p50").orElse(middle)},
      {0.225, quantiles.number("p75").orElse(middle)},
      {0.12, quantiles.number("p95").orElse(middle)},
      {0.025, quantiles.number("p99").orElse(middle)},
      {0.005, distribution.number("largest").orElse(middle)}
    };
    double squares = 0;
    for (double[] mass : masses) {
      squares += mass[0] * (mass[1] - middle) * (mass[1] - middle);
    }
    return Math.sqrt(squares);
  }

  private void outsideRange(long records) throws DoubtfulJson.BadException {
    List<DoubtfulJson> rounds = report.objects("rounds");
    if (rounds.isEmpty()) {
      return;
    }
    OptionalLong inputs = rounds.get(0).count("inputs");
    OptionalLong outside = rounds.get(0).count("outside");
    if (inputs.orElse(0) > 0 && outside.isPresent()) {
      share(Figure.OUTSIDE_RANGE, outside.getAsLong(), inputs.getAsLong(), records);
    }
  }

  /** Values of one record go together, so that the records are what was drawn. */
  private void share(Figure figure, long outside, long all, long records) {
    figures.put(figure, Measured.share(Math.min(1, (double) outside / all), records));
  }

  private void outsideColumn(long records) throws DoubtfulJson.BadException {
    DoubtfulJson columns = report.object("outside");
    long most = 0;
    for (String column : columns.names()) {
      most = Math.max(most, columns.count(column).orElse(0));
    }
    if (records > 0 && report.names().contains("outside")) {
      share(Figure.OUTSIDE_COLUMN, most, records, records);
    }
  }

  private Optional<Labelled> labelled() throws DoubtfulJson.BadException {
    long records = report.count("labelledRecords").orElse(0);
    OptionalDouble accuracy = report.share("accuracy");
    OptionalDouble error = error();
    if (records == 0) {
      return Optional.empty();
    }
    if (accuracy.isPresent()) {
      return Optional.of(new Labelled(records, accuracy.getAsDouble(), Figure.ACCURACY, false));
    }
    return error.isPresent()
        ? Optional.of(new Labelled(records, error.getAsDouble(), Figure.ERROR, false))
        : Optional.empty();
  }

  /** Returns the error, of several outputs that of all of them together. */
  private OptionalDouble error() throws DoubtfulJson.BadException {
    OptionalDouble one = report.number("rmse");
    List<DoubtfulJson> outputs = one.isPresent() ? List.of() : report.objects("errors");
    double squares = 0;
    for (DoubtfulJson output : outputs) {
      double error = output.number("rmse").orElse(0);
      squares += error * error;
    }
    return outputs.isEmpty() ? one : OptionalDouble.of(Math.sqrt(squares / outputs.size()));
  }

  private Optional<Scored> scored(long records) throws DoubtfulJson.BadException {
    Optional<String> model = report.text("model");
    Optional<String> task = report.text("task");
    if (model.isEmpty() || task.isEmpty()) {
      return Optional.empty();
    }
    List<String> classes = report.texts("classes");
    int outputs = small("outputs", MOST_OUTPUTS);
    int draws = small("draws", MOST_DRAWS);
    Optional<String> plan = report.text("planDigest");
    return Optional.of(
        new Scored(
            model.get(),
            report.text("modelDigest").or(() -> plan).orElse(""),
            plan,
            task.get(),
            outputs,
            draws,
            classes.size() == outputs ? classes : List.of(),
            counts(outputs),
            records,
            report.object("results").text("format")));
  }

  private int small(String key, int most) throws DoubtfulJson.BadException {
    long found = report.count(key).orElse(0);
    if (found > most) {
      throw new DoubtfulJson.BadException(
          "%s is %d: it must be at most %d".formatted(key, found, most));
    }
    return (int) found;
  }

  private List<Long> counts(int outputs) throws DoubtfulJson.BadException {
    List<Long> counts = new ArrayList<>();
    for (DoubtfulJson each : report.objects("predictedClasses")) {
      if (each.count("class").orElse(-1) != counts.size()) {
        throw new DoubtfulJson.BadException("predictedClasses has not all classes in their order");
      }
      counts.add(each.count("records").orElse(0));
    }
    if (!counts.isEmpty() && counts.size() != outputs) {
      throw new DoubtfulJson.BadException(
          "predictedClasses has %d classes of %d".formatted(counts.size(), outputs));
    }
    boolean none = counts.stream().mapToLong(Long::longValue).sum() == 0;
    return none ? List.of() : counts;
  }
}
