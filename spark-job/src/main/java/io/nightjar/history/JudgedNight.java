package io.nightjar.history;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A night, and what there is to say of it beside the nights before.
 *
 * @param night the night
 * @param usual where its figures would usually be, of those that could be judged
 * @param drift how far its predicted classes are from the usual ones, if that could be judged
 * @param remarks what there is to say of it
 */
public record JudgedNight(
    Night night, Map<Figure, Usual> usual, Optional<ClassDrift> drift, List<Remark> remarks) {

  /** Copies the collections. */
  public JudgedNight {
    Map<Figure, Usual> copy = new EnumMap<>(Figure.class);
    copy.putAll(usual);
    usual = Collections.unmodifiableMap(copy);
    remarks = List.copyOf(remarks);
  }

  /** Returns whether somebody should look at it. */
  public boolean standsOut() {
    return !night.faults().isEmpty() || remarks.stream().anyMatch(Remark::standsOut);
  }

  /** Returns whether it stands out by a figure. */
  public boolean standsOutBy(Figure figure) {
    return remarks.stream()
        .anyMatch(remark -> remark.standsOut() && remark.figure().equals(Optional.of(figure)));
  }
}
