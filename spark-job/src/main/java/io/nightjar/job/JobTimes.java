package io.nightjar.job;

import io.nightjar.text.Amounts;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Where the time of whoever waits for a job goes. The parts follow each other without a gap, so
 * they come to all the time since the beginning.
 *
 * <p>Within the rounds both parties work at the same time, on several waves: what each of them did
 * then is processor time, which {@code phases} in {@code report.json} has.
 */
public final class JobTimes {

  /** What a job does, one thing after the other. */
  enum Part {
    /** Java, settings, the model, keys and Spark; an agent also waits for the plan on offer. */
    START("to start"),
    /** Records and labels are read and checked. */
    READ("to read the records"),
    /** Encrypting, evaluating, decrypting; an agent also waits for the model owner. */
    ROUNDS("for the rounds"),
    /** What only the model's owner can compare with: the model in the clear. */
    COMPARE("to compare with the model in the clear"),
    /** Spark ends, and results and reports are written. */
    WRITE("to write the results");

    private final String text;

    Part(String text) {
      this.text = text;
    }
  }

  private static final double NANOS = 1e9;

  private final LongSupplier clock;
  private final Map<Part, Long> nanos = new EnumMap<>(Part.class);
  private long last;

  private JobTimes(LongSupplier clock, long begin) {
    this.clock = clock;
    this.last = begin;
  }

  /** Begins now, as a job does in a program that has more to do. */
  public static JobTimes begin() {
    return of(System::nanoTime);
  }

  /** Returns times that began when Java did, of a process that is there for one job. */
  public static JobTimes sinceJavaStarted() {
    long running = ManagementFactory.getRuntimeMXBean().getUptime();
    return new JobTimes(
        System::nanoTime, System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(running));
  }

  /** Returns times by a clock that counts nanoseconds. */
  static JobTimes of(LongSupplier clock) {
    return new JobTimes(clock, clock.getAsLong());
  }

  /** What was done since the last call was of this part. */
  void ended(Part part) {
    long now = clock.getAsLong();
    nanos.merge(part, now - last, Long::sum);
    last = now;
  }

  /** Returns the seconds of every part so far, and of all, for {@code report.json}. */
  Map<String, Object> seconds() {
    Map<String, Object> seconds = new LinkedHashMap<>();
    double all = 0;
    for (Map.Entry<Part, Long> part : nanos.entrySet()) {
      double one = part.getValue() / NANOS;
      seconds.put(part.getKey().name().toLowerCase(Locale.ROOT), one);
      all += one;
    }
    seconds.put("all", all);
    return seconds;
  }

  /**
   * Ends the last part, and returns all in words: the parts as they are written come to the whole
   * as it is written.
   */
  public String text() {
    ended(Part.WRITE);
    double all = nanos.values().stream().mapToDouble(one -> one / NANOS).sum();
    double unit = unit(all);
    Map<Part, Long> units = new EnumMap<>(Part.class);
    nanos.forEach((part, time) -> units.put(part, (long) (time / NANOS / unit)));
    long missing = Math.round(all / unit) - units.values().stream().mapToLong(n -> n).sum();
    nanos.keySet().stream()
        .sorted(Comparator.comparingDouble(part -> -rest(nanos.get(part) / NANOS / unit)))
        .limit(missing)
        .forEach(part -> units.merge(part, 1L, Long::sum));
    List<String> parts = new ArrayList<>();
    units.forEach(
        (part, count) -> {
          if (count > 0) {
            parts.add(Amounts.seconds(count * unit) + " " + part.text);
          }
        });
    return "%s: %s".formatted(Amounts.seconds(Math.round(all / unit) * unit), join(parts));
  }

  /** Returns what times are counted in, so that none of them is rounded once more. */
  private static double unit(double seconds) {
    if (seconds < 10) {
      return 0.1;
    }
    return seconds < TimeUnit.HOURS.toSeconds(1)
        ? 1
        : seconds < TimeUnit.DAYS.toSeconds(2)
            ? TimeUnit.MINUTES.toSeconds(1)
            : TimeUnit.HOURS.toSeconds(1);
  }

  private static double rest(double units) {
    return units - Math.floor(units);
  }

  private static String join(List<String> parts) {
    int last = parts.size() - 1;
    return last < 1
        ? String.join("", parts)
        : String.join(", ", parts.subList(0, last)) + " and " + parts.get(last);
  }
}
