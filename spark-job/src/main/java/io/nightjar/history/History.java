package io.nightjar.history;

import java.time.LocalDate;
import java.util.List;

/**
 * The last nights of an output root.
 *
 * @param root where they are, as it was given
 * @param name what the root is called
 * @param nights in their order
 * @param missing the dates between the first and the last of them of which there is no trace
 * @param notes what else there is to say of all of them
 * @param judging how nights were judged
 */
public record History(
    String root,
    String name,
    List<JudgedNight> nights,
    List<LocalDate> missing,
    List<String> notes,
    Judging judging) {

  /** Copies the lists. */
  public History {
    nights = List.copyOf(nights);
    missing = List.copyOf(missing);
    notes = List.copyOf(notes);
  }

  /** Returns whether any night has a figure. */
  public boolean has(Figure figure) {
    return nights.stream().anyMatch(judged -> judged.night().value(figure).isPresent());
  }

  /** Returns how many nights somebody should look at. */
  public long standOut() {
    return nights.stream().filter(JudgedNight::standsOut).count();
  }
}
