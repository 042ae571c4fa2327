package io.nightjar.history;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;

/** Nights that never were: of a model of three classes, as stable as nights are, until changed. */
public final class SampleNights {

  public static final LocalDate FIRST = LocalDate.of(2024, 1, 1);

  static final String MODEL = "triage";
  static final String VERSION = "ab".repeat(32);
  static final List<String> CLASSES = List.of("low", "medium", "high");

  private static final double[] SHARES = {0.62, 0.27, 0.11};
  private static final int DRAWS = 8;

  private SampleNights() {}

  /** Returns so many nights, of which each differs from the others by more than chance. */
  public static List<Night> stable(int nights, long seed) {
    Random random = new Random(seed);
    List<Night> all = new ArrayList<>();
    for (int i = 0; i < nights; i++) {
      all.add(night(FIRST.plusDays(i), random, SHARES, 0.94, 0.21, 0.004));
    }
    return all;
  }

  /** Returns a night on which patients and their records were others. */
  public static Night drifted(LocalDate date, long seed) {
    return night(date, new Random(seed), new double[] {0.45, 0.33, 0.22}, 0.81, 0.34, 0.09);
  }

  private static Night night(
      LocalDate date,
      Random random,
      double[] shares,
      double accuracy,
      double entropy,
      double outside) {
    int records = (int) Math.round(2000 * Math.exp(0.08 * random.nextGaussian()));
    double lean = 0.01 * random.nextGaussian(); // what nights differ by beyond chance
    double[] chances = {shares[0] - lean, shares[1] + lean / 2, shares[2] + lean / 2};
    long[] counts = new long[shares.length];
    for (int j = 0; j < records; j++) {
      double draw = random.nextDouble();
      counts[draw < chances[0] ? 0 : draw < chances[0] + chances[1] ? 1 : 2]++;
    }
    double right = successes(random, records, accuracy) / records;
    double out = successes(random, records, outside) / records;
    Map<Figure, Measured> figures = new EnumMap<>(Figure.class);
    double speed = 700 * Math.exp(0.05 * random.nextGaussian());
    figures.put(Figure.RECORDS, Measured.exactly(records));
    figures.put(Figure.SPEED, Measured.exactly(speed));
    figures.put(Figure.SECONDS, Measured.exactly(records / speed));
    figures.put(Figure.ACCURACY, Measured.share(right, records));
    figures.put(
        Figure.ENTROPY,
        Measured.mean(entropy + 0.25 / Math.sqrt(records) * random.nextGaussian(), 0.25, records));
    figures.put(
        Figure.MUTUAL_INFORMATION,
        Measured.mean(
            entropy / 10 + 0.03 / Math.sqrt(records) * random.nextGaussian(), 0.03, records));
    figures.put(Figure.OUTSIDE_RANGE, Measured.share(out, records));
    figures.put(Figure.MARGIN, Measured.exactly(5 + random.nextInt(2) / 2.0));
    return new Night(
        date,
        NightStatus.DONE,
        figures,
        Optional.of(
            new Scored(
                MODEL,
                VERSION,
                Optional.of(VERSION),
                "classification",
                CLASSES.size(),
                DRAWS,
                CLASSES,
                List.of(counts[0], counts[1], counts[2]),
                records,
                Optional.of("parquet"))),
        Optional.of(new Labelled(records, right, Figure.ACCURACY, false)),
        OptionalDouble.of(3.5),
        true,
        true,
        List.of());
  }

  private static double successes(Random random, int trials, double chance) {
    int successes = 0;
    for (int j = 0; j < trials; j++) {
      successes += random.nextDouble() < chance ? 1 : 0;
    }
    return successes;
  }

  /** Returns a night of which there is nothing but its status. */
  public static Night bare(LocalDate date, NightStatus status, String... faults) {
    return new Night(
        date,
        status,
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        OptionalDouble.empty(),
        false,
        false,
        List.of(faults));
  }

  /** Returns a night with one figure changed. */
  public static Night with(Night night, Figure figure, Measured measured) {
    Map<Figure, Measured> figures = new EnumMap<>(Figure.class);
    figures.putAll(night.figures());
    figures.put(figure, measured);
    return new Night(
        night.date(),
        night.status(),
        figures,
        night.scored(),
        night.labelled(),
        night.predictedMargin(),
        night.hasOutput(),
        night.hasPage(),
        night.faults());
  }

  /** Returns a night whose predictions are of something else. */
  static Night with(Night night, Scored scored) {
    return new Night(
        night.date(),
        night.status(),
        night.figures(),
        Optional.of(scored),
        night.labelled(),
        night.predictedMargin(),
        night.hasOutput(),
        night.hasPage(),
        night.faults());
  }

  /** Returns the history of nights as it is shown. */
  public static History history(List<Night> nights, int shown) {
    Judging judging = new Judging(28, 7);
    List<JudgedNight> judged = new Assessor(judging).judge(nights, shown);
    return new History(
        "file:/srv/scores", "scores", judged, Assessor.missing(judged), List.of(), judging);
  }
}
