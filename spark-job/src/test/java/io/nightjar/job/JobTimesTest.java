package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nightjar.job.JobTimes.Part;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class JobTimesTest {

  private static final Pattern TIME = Pattern.compile("(?:(\\d+) min )?([0-9.]+) (ms|s|min)\\b");

  private final AtomicLong clock = new AtomicLong(42);
  private final JobTimes times = JobTimes.of(clock::get);

  private void pass(long millis) {
    clock.addAndGet(millis * 1_000_000);
  }

  @Test
  void theWholeIsSaidInItsParts() {
    pass(11_600);
    times.ended(Part.START);
    pass(4_700);
    times.ended(Part.READ);
    pass(600);
    times.ended(Part.START);
    pass(45_300);
    times.ended(Part.ROUNDS);
    pass(25_000);
    times.ended(Part.COMPARE);
    pass(5_800);

    assertEquals(
        "93 s: 12 s to start, 5 s to read the records, 45 s for the rounds, 25 s to compare with"
            + " the model in the clear and 6 s to write the results",
        times.text());
  }

  @Test
  void whatTookNoTimeIsNotSaid() {
    pass(3_000);
    times.ended(Part.START);
    times.ended(Part.READ);
    pass(40);

    assertEquals("3 s: 3 s to start", times.text());
  }

  @Test
  void secondsSoFarAreWhatTheReportHas() {
    pass(2_000);
    times.ended(Part.START);
    pass(500);
    times.ended(Part.READ);

    assertEquals(Map.of("start", 2.0, "read", 0.5, "all", 2.5), times.seconds());
  }

  /** What a reader adds up comes to what is in front of it. */
  @Property
  void partsAsTheyAreWrittenComeToTheWholeAsItIsWritten(
      @ForAll @LongRange(min = 1000, max = 3_000_000) long start,
      @ForAll @LongRange(min = 0, max = 500_000) long rounds,
      @ForAll @LongRange(min = 0, max = 90_000) long write) {
    AtomicLong now = new AtomicLong();
    JobTimes some = JobTimes.of(now::get);
    now.addAndGet(start * 1_000_000);
    some.ended(Part.START);
    now.addAndGet(rounds * 1_000_000);
    some.ended(Part.ROUNDS);
    now.addAndGet(write * 1_000_000);

    String[] text = some.text().split(": ", 2);

    assertEquals(tenths(text[0]), tenths(text[1]), text[0] + ": " + text[1]);
  }

  private static long tenths(String text) {
    return TIME.matcher(text).results().mapToLong(JobTimesTest::tenths).sum();
  }

  private static long tenths(MatchResult time) {
    long minutes = time.group(1) == null ? 0 : Long.parseLong(time.group(1));
    double unit =
        switch (time.group(3)) {
          case "ms" -> 0.001;
          case "s" -> 1;
          default -> 60;
        };
    double last = Double.parseDouble(time.group(2)) * unit;
    return Math.round(10 * (60.0 * minutes + last));
  }
}
