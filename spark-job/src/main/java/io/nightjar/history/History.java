package io.nightjar.history;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

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

  private static final int MOST_MISSING = 20;

  /** Copies the lists. */
  public History {
    nights = List.copyOf(nights);
    missing = List.copyOf(missing);
    notes = List.copyOf(notes);
  }

  /** Returns what there is to say of all nights together, of missing dates too. */
  public List<String> words() {
    List<String> words = new ArrayList<>(notes);
    if (!missing.isEmpty()) {
      int more = missing.size() - MOST_MISSING;
      words.add(
          "There is no trace of %s%s"
              .formatted(
                  missing.stream()
                      .limit(MOST_MISSING)
                      .map(LocalDate::toString)
                      .collect(Collectors.joining(", ")),
                  more > 0 ? " and %d dates more".formatted(more) : ""));
    }
    return words;
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
