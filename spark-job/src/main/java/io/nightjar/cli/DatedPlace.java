package io.nightjar.cli;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;

/**
 * Fills a date into a place, for schedulers that run the same command line every night and have no
 * way to write a date into it.
 */
final class DatedPlace {

  static final String YESTERDAY = "{yesterday}";

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
}
