package io.nightjar.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.time.Duration;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountsTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0 bytes",
    "1, 1 byte",
    "512, 512 bytes",
    "999, 999 bytes",
    "1000, 1 kB",
    "1234, 1.2 kB",
    "999949, 999.9 kB",
    "999950, 1 MB",
    "38500000, 38.5 MB",
    "1200000000, 1.2 GB",
    "1073741824, 1.1 GB",
    "9223372036854775807, 9223.4 PB",
  })
  void sizesAreDecimal(long bytes, String text) {
    assertEquals(text, Amounts.bytes(bytes));
  }

  @Test
  void aSizeThatWasComputedIsRounded() {
    assertEquals("410 bytes", Amounts.bytes(409.6));
    assertEquals("1 kB", Amounts.bytes(999.5));
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0 s",
    "PT0.25S, 250 ms",
    "PT0.9996S, 1 s",
    "PT2.5S, 2.5 s",
    "PT10S, 10 s",
    "PT44.83S, 44.8 s",
    "PT1M, 60 s",
    "PT99.94S, 99.9 s",
    "PT99.96S, 1 min 40 s",
    "PT2M, 2 min",
    "PT2M5S, 2 min 5 s",
    "PT59M59S, 59 min 59 s",
    "PT59M59.6S, 1 h",
    "PT1H3M, 1 h 3 min",
    "PT12H, 12 h",
    "P7D, 7 d",
    "PT51H, 2 d 3 h",
  })
  void timesAreInUnitsThatPeopleUse(Duration duration, String text) {
    assertEquals(text, Amounts.duration(duration));
  }

  @Test
  void countsHaveTheirThousandsApart() {
    assertEquals("1,234,567", Amounts.count(1_234_567));
    assertEquals("1 record", Amounts.count(1, "record", "records"));
    assertEquals("2,000 records", Amounts.count(2000, "record", "records"));
  }

  @Test
  void theLocaleOfTheMachineDoesNotMatter() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertEquals("38.5 MB", Amounts.bytes(38_500_000));
      assertEquals("2.5 s", Amounts.seconds(2.5));
      assertEquals("1,234", Amounts.count(1234));
    } finally {
      Locale.setDefault(before);
    }
  }

  /** No unit is ever carried over: 60 s of a minute, 60 min of an hour, 1000 kB. */
  @Property
  void noPartIsAWholeOneOfTheNextUnit(@ForAll @LongRange(min = 0, max = 10_000_000_000L) long n) {
    String time = Amounts.duration(Duration.ofMillis(n));
    assertFalse(time.matches(".* (60 s|60 min|24 h)") || time.startsWith("1000 "), time);
    assertFalse(Amounts.bytes(n).startsWith("1000"), () -> Amounts.bytes(n));
  }
}
