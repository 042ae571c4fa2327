package io.nightjar.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class NumbersTest {

  @Test
  void numbersHaveThreeSignificantDigitsAtMost() {
    assertEquals("0", Numbers.of(0));
    assertEquals("1.23", Numbers.of(1.2345));
    assertEquals("0.000123", Numbers.of(0.00012345));
    assertEquals("12,346", Numbers.of(12345.6));
    assertEquals("3.05 × 10⁻⁵", plain(Numbers.of(3.05e-5)));
    assertEquals("1.20 × 10¹²", plain(Numbers.of(1.2e12)));
  }

  @Test
  void briefCountsHaveAtMostFourCharacters() {
    assertEquals("999", Numbers.brief(999));
    assertEquals("1k", Numbers.brief(1000));
    assertEquals("2.0k", Numbers.brief(1973));
    assertEquals("10k", Numbers.brief(9_960));
    assertEquals("1.0M", Numbers.brief(999_999));
    assertEquals("316k", Numbers.brief(316_228));
  }

  @Test
  void timesAndSizesHaveTheUnitsThatSuitThem() {
    assertEquals("2.78 s", plain(Numbers.seconds(2.78)));
    assertEquals("12 min 5 s", plain(Numbers.seconds(725.2)));
    assertEquals("3 h 26 min", plain(Numbers.seconds(12345.6)));
    assertEquals("64 MiB", plain(Numbers.bytes(64 << 20)));
    assertEquals("512 B", plain(Numbers.bytes(512)));
    assertEquals("99.40 %", plain(Numbers.percent(0.994)));
  }

  private static String plain(String text) {
    return text.replace('\u00a0', ' ');
  }
}
