package io.nightjar.exchange;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * How much whoever serves can do at once, for a data owner that cuts its records into waves: it is
 * no promise.
 *
 * @param format {@link #FORMAT}
 * @param version {@link #VERSION}
 * @param cores how many tasks run at the same time
 */
@JsonPropertyOrder({"format", "version", "cores"})
public record Capacity(String format, int version, int cores) {

  static final int MOST_BYTES = 1024;

  private static final String FORMAT = "nightjar-capacity";
  private static final int VERSION = 1;
  private static final int MOST_CORES = 1_000_000;

  /** Checks the fields. */
  public Capacity {
    if (!FORMAT.equals(format) || version != VERSION || cores < 1 || cores > MOST_CORES) {
      throw new ExchangeException("a capacity that is none");
    }
  }

  /** Returns a capacity of so many cores, as far as there can be. */
  public static Capacity of(int cores) {
    return new Capacity(FORMAT, VERSION, Math.min(Math.max(cores, 1), MOST_CORES));
  }
}
