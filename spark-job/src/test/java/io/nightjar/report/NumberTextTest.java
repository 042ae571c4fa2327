package io.nightjar.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class NumberTextTest {

  @Test
  void numbersHaveThreeSignificantDigitsAtMost() {
    assertEquals("0", NumberText.of(0));
    assertEquals("1.23", NumberText.of(1.2345));
    assertEquals("0.000123", NumberText.of(0.00012345));
    assertEquals("12,346", NumberText.of(12345.6));
    assertEquals("3.05 × 10⁻⁵", plain(NumberText.of(3.05e-5)));
    assertEquals("1.20 × 10¹²", plain(NumberText.of(1.2e12)));
  }

  @Test
  void briefCountsHaveAtMostFourCharacters() {
    assertEquals("999", NumberText.brief(999));
    assertEquals("1k", NumberText.brief(1000));
    assertEquals("2.0k", NumberText.brief(1973));
    assertEquals("10k", NumberText.brief(9_960));
    assertEquals("1.0M", NumberText.brief(999_999));
    assertEquals("316k", NumberText.brief(316_228));
  }

  @Test
  void timesAndSizesHaveTheUnitsThatSuitThem() {
    assertEquals("2.78 s", plain(NumberText.seconds(2.78)));
    assertEquals("12 min 5 s", plain(NumberText.seconds(725.2)));
    assertEquals("3 h 26 min", plain(NumberText.seconds(12345.6)));
    assertEquals("67.1 MB", plain(NumberText.bytes(64 << 20)));
    assertEquals("512 bytes", plain(NumberText.bytes(512)));
    assertEquals("99.40 %", plain(NumberText.percent(0.994)));
  }

  private static String plain(String text) {
    return text.replace('\u00a0', ' ');
  }
}
