package io.nightjar.cli;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;

/**
 * Fills a date into a place: yesterday's for schedulers that run the same command line every night
 * and have no way to write a date into it, and that of each night for a command over many nights.
 */
final class DatedPlace {

  static final String YESTERDAY = "{yesterday}";

  /** Stands for the date of a night, where there are many. */
  static final String DATE = "{date}";

  private DatedPlace() {}

  /** Fills in yesterday's date, by this machine's clock and time zone. */
  static String filled(String place) {
    return filled(place, LocalDate.now(ZoneId.systemDefault()));
  }

  static Optional<String> filled(Optional<String> place) {
    return place.map(DatedPlace::filled);
  }

  static String filled(String place, LocalDate today) {
    return place.replace(YESTERDAY, today.minusDays(1).toString());
  }

  /** Returns whether a place is another one for each night. */
  static boolean isOfNight(String place) {
    return place.contains(DATE);
  }

  /** Fills in the date of a night. */
  static String ofNight(String place, LocalDate night) {
    return place.replace(DATE, night.toString());
  }
}
