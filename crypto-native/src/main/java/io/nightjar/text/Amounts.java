package io.nightjar.text;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.Locale;

/**
 * Writes sizes, times and counts in words that people use, the same in every locale.
 *
 * <p>Sizes are decimal: a kB has 1,000 bytes, an MB a million, a GB 10^9, as disks and networks are
 * counted. Settings are another matter: they take Spark's notation, in which 1m is 2^20 bytes.
 */
public final class Amounts {

  private static final String[] SIZES = {"kB", "MB", "GB", "TB", "PB"};

  private static final double NANOS = 1e9;
  private static final double LEAST_PLAIN = 1e-4;
  private static final double MOST_PLAIN = 1e9;
  private static final double MOST_SECONDS = 100;
  private static final long MINUTE = 60;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  private Amounts() {}

  /** Returns a size, such as 512 bytes, 38.5 MB or 2 GB. */
  public static String bytes(long bytes) {
    return bytes((double) bytes);
  }

  /** Returns a size that was computed, and may be part of a byte. */
  public static String bytes(double bytes) {
    double value = bytes;
    int unit = -1;
    // What would be rounded to 1000 is one of the next unit.
    while (value >= (unit < 0 ? 999.5 : 999.95) && unit < SIZES.length - 1) {
      value /= 1000;
      unit++;
    }
    if (unit < 0) {
      return Math.rint(value) == 1 ? "1 byte" : "%s bytes".formatted(rounded(value, 0));
    }
    return rounded(value, 1) + " " + SIZES[unit];
  }

  /** Returns a time, such as 250 ms, 10 s, 2 min 5 s, 1 h 3 min or 7 d. */
  public static String duration(Duration duration) {
    return seconds((double) duration.toSeconds() + duration.toNanosPart() / NANOS);
  }

  /** Returns a time of so many seconds; those of less than {@code MOST_SECONDS} with fractions. */
  public static String seconds(double seconds) {
    if (seconds > 0 && seconds < 0.9995) {
      return significant(1000 * seconds) + " ms";
    } else if (seconds < MOST_SECONDS - 0.05) {
      return significant(seconds) + " s";
    }
    long whole = Math.round(seconds);
    if (whole < HOUR) {
      return both(whole / MINUTE, "min", whole % MINUTE, "s");
    }
    long minutes = Math.round(seconds / MINUTE);
    if (minutes < 2 * DAY / MINUTE) {
      return both(minutes * MINUTE / HOUR, "h", minutes * MINUTE % HOUR / MINUTE, "min");
    }
    long hours = Math.round(seconds / HOUR);
    return both(hours * HOUR / DAY, "d", hours * HOUR % DAY / HOUR, "h");
  }

  /** Returns a count, thousands apart. */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** Returns a count of things, such as 1 record or 2,000 records. */
  public static String count(long count, String one, String many) {
    return count(count) + " " + (count == 1 ? one : many);
  }

  /** Returns three digits that say something, but all those before the point. */
  public static String number(double value) {
    double size = Math.abs(value);
    if (size == 0) {
      return "0";
    }
    if (size < LEAST_PLAIN || size >= MOST_PLAIN) {
      return String.format(Locale.ROOT, "%.2e", value);
    }
    return size >= 100
        ? String.format(Locale.ROOT, "%,.0f", value)
        : new BigDecimal(value).round(new MathContext(3)).toPlainString();
  }

  private static String both(long large, String largeUnit, long small, String smallUnit) {
    String text = large + " " + largeUnit;
    return small == 0 ? text : text + " " + small + " " + smallUnit;
  }

  /** Returns at most three digits that say something, without zeros at the end. */
  private static String significant(double value) {
    return plain(new BigDecimal(value).round(new MathContext(3)));
  }

  private static String rounded(double value, int digits) {
    return plain(new BigDecimal(String.format(Locale.ROOT, "%." + digits + "f", value)));
  }

  private static String plain(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }
}
