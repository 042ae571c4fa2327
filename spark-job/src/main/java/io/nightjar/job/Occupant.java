package io.nightjar.job;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** This process, as another one is told of it that wants to work in the same place. */
final class Occupant {

  private static final int MOST_CHARACTERS = 300;

  private Occupant() {}

  /** Returns which process this is, and since when it works. */
  static String here() {
    String words =
        "process %d of %s on %s since %s"
            .formatted(
                ProcessHandle.current().pid(),
                System.getProperty("user.name", "?"),
                host(),
                OffsetDateTime.now(ZoneId.systemDefault())
                    .truncatedTo(ChronoUnit.SECONDS)
                    .format(DateTimeFormatter.ISO_OFFSET_DATE_TIME));
    return words.substring(0, Math.min(words.length(), MOST_CHARACTERS));
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "a machine whose name does not resolve";
    }
  }
}
