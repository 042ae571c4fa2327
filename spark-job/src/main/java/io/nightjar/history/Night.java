package io.nightjar.history;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One date of an output root.
 *
 * @param date the date
 * @param status what became of it
 * @param figures what was measured, as far as anything says it
 * @param scored what its predictions are of, if there is a report
 * @param labelled how right they are, if that is known
 * @param predictedMargin the noise margin that the plan promises, in bits
 * @param hasOutput whether its output is there
 * @param hasPage whether the page of its report is there
 * @param faults what could not be read of it
 */
public record Night(
    LocalDate date,
    NightStatus status,
    Map<Figure, Measured> figures,
    Optional<Scored> scored,
    Optional<Labelled> labelled,
    OptionalDouble predictedMargin,
    boolean hasOutput,
    boolean hasPage,
    List<String> faults) {

  /** Copies the collections. */
  public Night {
    Map<Figure, Measured> copy = new EnumMap<>(Figure.class);
    copy.putAll(figures);
    figures = Collections.unmodifiableMap(copy);
    faults = List.copyOf(faults);
  }

  /** Returns a figure, if it is known. */
  public OptionalDouble value(Figure figure) {
    Measured measured = figures.get(figure);
    return measured == null ? OptionalDouble.empty() : OptionalDouble.of(measured.value());
  }

  /** Returns the name of its output in the root. */
  public String name() {
    return "date=" + date;
  }

  /** Returns the night as it is known when its labels have come. */
  public Night with(Labelled found) {
    Map<Figure, Measured> more = new EnumMap<>(Figure.class);
    more.putAll(figures);
    more.put(found.figure(), found.measured());
    return new Night(
        date,
        status,
        more,
        scored,
        Optional.of(found),
        predictedMargin,
        hasOutput,
        hasPage,
        faults);
  }

  /** Returns the night with something else that could not be read of it. */
  public Night withFault(String fault) {
    List<String> more = new ArrayList<>(faults);
    more.add(fault);
    return new Night(
        date, status, figures, scored, labelled, predictedMargin, hasOutput, hasPage, more);
  }
}
