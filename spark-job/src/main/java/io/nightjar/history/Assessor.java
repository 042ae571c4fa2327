package io.nightjar.history;

import io.nightjar.text.Amounts;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Says which nights stand out, and why: by what became of them, or by figures that are far from
 * those of the nights before, by {@link RobustLimits} and {@link ClassShares}.
 */
public final class Assessor {

  /** Shares and means of fewer records are no measure of others, and are not judged. */
  private static final int LEAST_RECORDS = 20;

  private static final int MOST_CLASSES_NAMED = 3;
  private static final int MOST_OF_A_NAME = 40;

  private final Judging judging;

  /** Creates an assessor. */
  public Assessor(Judging judging) {
    this.judging = judging;
  }

  /**
   * Judges nights.
   *
   * @param nights in their order
   * @param shown how many of them, the last ones, are wanted; those before are compared with only
   */
  public List<JudgedNight> judge(List<Night> nights, int shown) {
    return IntStream.range(Math.max(0, nights.size() - shown), nights.size())
        .mapToObj(i -> judge(nights.get(i), nights.subList(0, i)))
        .toList();
  }

  /** Returns the dates between the first and the last of some nights that are not among them. */
  public static List<LocalDate> missing(List<JudgedNight> nights) {
    List<LocalDate> missing = new ArrayList<>();
    for (int i = 1; i < nights.size(); i++) {
      nights
          .get(i - 1)
          .night()
          .date()
          .plusDays(1)
          .datesUntil(nights.get(i).night().date())
          .limit(Judging.MOST)
          .forEach(missing::add);
    }
    return missing;
  }

  private JudgedNight judge(Night night, List<Night> all) {
    List<Night> before = all.subList(Math.max(0, all.size() - judging.window()), all.size());
    List<Remark> remarks = new ArrayList<>();
    night.status().remark().map(Remark::of).ifPresent(remarks::add);
    Map<Figure, Usual> usual = new EnumMap<>(Figure.class);
    for (Figure figure : Figure.values()) {
      usual(figure, night, before)
          .ifPresent(
              range -> {
                usual.put(figure, range);
                judge(figure, night, range).ifPresent(remarks::add);
              });
    }
    brokenPromise(night).ifPresent(remarks::add);
    Optional<ClassDrift> drift = drift(night, before);
    drift
        .filter(ClassDrift::isLarge)
        .ifPresent(large -> remarks.add(Remark.of(words(night.scored().get(), large))));
    notes(night, before, remarks);
    return new JudgedNight(night, usual, drift, remarks);
  }

  private Optional<Usual> usual(Figure figure, Night night, List<Night> before) {
    Figure.Judgement judgement = figure.judgement();
    if (!isMeasure(figure, night) || Double.isInfinite(judgement.least())) {
      return Optional.empty();
    }
    double[] others =
        before.stream()
            .filter(other -> isMeasure(figure, other) && isComparable(figure, night, other))
            .mapToDouble(other -> scaled(judgement, other.value(figure).getAsDouble()))
            .toArray();
    if (others.length < judging.least()) {
      return Optional.empty();
    }
    RobustLimits limits = RobustLimits.of(others);
    double median = limits.median();
    double reach = limits.reach(night.figures().get(figure).noiseAt(median));
    double least =
        judgement.ratios()
            ? Math.log1p(judgement.leastRatio())
            : Math.max(judgement.least(), judgement.leastRatio() * Math.abs(median));
    double half = Math.max(reach, least);
    return Optional.of(
        new Usual(
            Math.max(0, unscaled(judgement, median - half)), // no figure is less
            unscaled(judgement, median),
            unscaled(judgement, median + half),
            others.length));
  }

  private static double scaled(Figure.Judgement judgement, double value) {
    return judgement.ratios() ? Math.log(value) : value;
  }

  private static double unscaled(Figure.Judgement judgement, double value) {
    return judgement.ratios() ? Math.exp(value) : value;
  }

  /** Returns whether a night's figure can be compared with others at all. */
  private static boolean isMeasure(Figure figure, Night night) {
    if (night.value(figure).isEmpty()) {
      return false;
    }
    return switch (figure) {
      case RECORDS, SPEED -> night.value(figure).getAsDouble() > 0;
      case ACCURACY, ERROR -> night.labelled().map(Labelled::records).orElse(0L) >= LEAST_RECORDS;
      case MARGIN, SECONDS -> true;
      default -> night.scored().map(Scored::records).orElse(0L) >= LEAST_RECORDS;
    };
  }

  private static boolean isComparable(Figure figure, Night night, Night other) {
    if (figure == Figure.RECORDS || figure == Figure.SPEED) {
      return true;
    }
    if (night.scored().isEmpty() || other.scored().isEmpty()) {
      return figure == Figure.ACCURACY; // a status line has it without anything that it is of
    }
    Scored one = night.scored().get();
    Scored two = other.scored().get();
    return switch (figure) {
      case MUTUAL_INFORMATION, ENTROPY, DEVIATION -> one.isLike(two) && one.draws() == two.draws();
      case MARGIN -> one.plan().isPresent() && one.plan().equals(two.plan());
      default -> one.isLike(two);
    };
  }

  private static Optional<Remark> judge(Figure figure, Night night, Usual usual) {
    double value = night.value(figure).getAsDouble();
    boolean high = usual.isHigh(value) && figure.judgement().upwards();
    if (!high && !usual.isLow(value)) {
      return Optional.empty();
    }
    return Optional.of(
        Remark.of(
            figure,
            "%s%s: %s, while the median of %d nights before is %s, and %s would be usual"
                .formatted(
                    figure.title(),
                    high ? " is higher" : " is lower",
                    figure.text(value) + ofHowMany(figure, night),
                    usual.nights(),
                    figure.text(usual.median()),
                    high
                        ? "at most " + figure.text(usual.high())
                        : "at least " + figure.text(usual.low()))));
  }

  private static String ofHowMany(Figure figure, Night night) {
    return figure == Figure.ACCURACY || figure == Figure.ERROR
        ? night
            .labelled()
            .map(labelled -> " of %s records".formatted(Amounts.count(labelled.records())))
            .orElse("")
        : "";
  }

  /** The plan has proved that the margin is no less. */
  private static Optional<Remark> brokenPromise(Night night) {
    if (night.predictedMargin().isEmpty() || night.value(Figure.MARGIN).isEmpty()) {
      return Optional.empty();
    }
    double measured = night.value(Figure.MARGIN).getAsDouble();
    double predicted = night.predictedMargin().getAsDouble();
    return measured < predicted
        ? Optional.of(
            Remark.of(
                Figure.MARGIN,
                "%s is %s, less than the %s of the plan"
                    .formatted(
                        Figure.MARGIN.title(),
                        Figure.MARGIN.text(measured),
                        Figure.MARGIN.text(predicted))))
        : Optional.empty();
  }

  private Optional<ClassDrift> drift(Night night, List<Night> before) {
    if (night.scored().isEmpty() || night.scored().get().records() < LEAST_RECORDS) {
      return Optional.empty();
    }
    Scored tonight = night.scored().get();
    List<Scored> others =
        before.stream()
            .flatMap(other -> other.scored().stream())
            .filter(other -> other.records() >= LEAST_RECORDS && tonight.countsLike(other))
            .toList();
    return others.size() < judging.least() ? Optional.empty() : ClassShares.drift(tonight, others);
  }

  private static String words(Scored tonight, ClassDrift drift) {
    String classes =
        IntStream.range(0, drift.usual().size())
            .boxed()
            .sorted(
                Comparator.comparingDouble(c -> -Math.abs(tonight.share(c) - drift.usual().get(c))))
            .limit(MOST_CLASSES_NAMED)
            .map(
                c ->
                    "%s %s and not %s"
                        .formatted(
                            shortened(tonight.className(c)),
                            FigureText.share(tonight.share(c)),
                            FigureText.share(drift.usual().get(c))))
            .collect(Collectors.joining(", "));
    return "classes are predicted in other shares than in %d nights before: %s (stability index %s, at most %s would be usual)"
        .formatted(
            drift.nights(),
            classes,
            Amounts.number(drift.stability()),
            Amounts.number(drift.threshold()));
  }

  private static String shortened(String name) {
    return name.codePointCount(0, name.length()) <= MOST_OF_A_NAME
        ? name
        : name.substring(0, name.offsetByCodePoints(0, MOST_OF_A_NAME - 1)) + "…";
  }

  private static void notes(Night night, List<Night> before, List<Remark> remarks) {
    if (night.scored().isEmpty()) {
      return;
    }
    Scored tonight = night.scored().get();
    Stream<Scored> others = before.stream().flatMap(other -> other.scored().stream());
    others
        .reduce((first, last) -> last)
        .filter(last -> !last.version().equals(tonight.version()))
        .ifPresent(
            last ->
                remarks.add(
                    Remark.note(
                        last.model().equals(tonight.model())
                            ? "another version of the model, or another plan, than before"
                            : "another model than before, %s"
                                .formatted(shortened(tonight.model())))));
    night
        .value(Figure.RECORDS)
        .ifPresent(
            records -> {
              if (tonight.records() < records) {
                remarks.add(
                    Remark.note(
                        "the job was interrupted, and figures are of the last %s of %s records"
                            .formatted(
                                Amounts.count(tonight.records()),
                                Amounts.count(Math.round(records)))));
              }
            });
  }
}
