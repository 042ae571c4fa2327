package io.nightjar.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AssessorTest {

  private static final Assessor ASSESSOR = new Assessor(new Judging(28, 7));

  private static JudgedNight last(List<Night> nights) {
    return ASSESSOR.judge(nights, 1).get(0);
  }

  private static List<Night> followedBy(List<Night> nights, Night last) {
    List<Night> all = new ArrayList<>(nights);
    all.add(last);
    return all;
  }

  private static String words(JudgedNight night) {
    return FigureText.plain(
        night.remarks().stream().map(Remark::text).collect(Collectors.joining("\n")));
  }

  /** Nine figures at 1 in 1,000 each would be nine nights. */
  @Test
  void ofAThousandStableNightsFewStandOut() {
    List<JudgedNight> judged = ASSESSOR.judge(SampleNights.stable(1000, 1), 1000);

    long odd = judged.stream().filter(JudgedNight::standsOut).count();

    assertTrue(odd <= 9, () -> odd + " nights");
    assertTrue(judged.stream().skip(7).allMatch(night -> night.drift().isPresent()));
    assertTrue(judged.stream().skip(7).allMatch(night -> night.usual().size() == 7));
  }

  @Test
  void realDriftStandsOutByEveryFigureThatChanged() {
    for (int before : new int[] {14, 60}) {
      LocalDate date = SampleNights.FIRST.plusDays(before);
      JudgedNight night =
          last(followedBy(SampleNights.stable(before, 2), SampleNights.drifted(date, 3)));

      Set<Figure> odd =
          EnumSet.allOf(Figure.class).stream()
              .filter(night::standsOutBy)
              .collect(Collectors.toSet());

      assertEquals(
          Set.of(Figure.ACCURACY, Figure.ENTROPY, Figure.MUTUAL_INFORMATION, Figure.OUTSIDE_RANGE),
          odd,
          words(night));
      assertTrue(night.drift().get().isLarge());
      assertTrue(
          words(night).contains("accuracy is lower: 8")
              && words(night).contains("classes are predicted in other shares than in ")
              && words(night).contains("low 4"),
          words(night));
    }
  }

  @Test
  void afterALastingChangeTheNewNightsBecomeTheUsualOnes() {
    List<Night> nights = new ArrayList<>(SampleNights.stable(30, 4));
    for (int i = 0; i < 40; i++) {
      nights.add(SampleNights.drifted(nights.get(nights.size() - 1).date().plusDays(1), 100 + i));
    }

    List<JudgedNight> judged = ASSESSOR.judge(nights, 40);

    assertTrue(judged.get(0).standsOut());
    assertFalse(judged.get(39).standsOut(), words(judged.get(39)));
  }

  @Test
  void nothingIsJudgedByFewerNightsThanItTakes() {
    List<Night> nights = SampleNights.stable(6, 5);
    Night drifted = SampleNights.drifted(SampleNights.FIRST.plusDays(6), 6);

    JudgedNight night = last(followedBy(nights, drifted));

    assertFalse(night.standsOut());
    assertTrue(night.usual().isEmpty() && night.drift().isEmpty());
  }

  @Test
  void aSlowNightStandsOutAndAFastOneDoesNot() {
    List<Night> nights = SampleNights.stable(29, 7);
    Night slow = SampleNights.with(nights.get(28), Figure.SPEED, Measured.exactly(200));
    Night fast = SampleNights.with(nights.get(28), Figure.SPEED, Measured.exactly(3000));

    assertTrue(last(followedBy(nights.subList(0, 28), slow)).standsOutBy(Figure.SPEED));
    assertFalse(last(followedBy(nights.subList(0, 28), fast)).standsOut());
  }

  /** A median deviation of 0 is no reason to take any difference for one. */
  @Test
  void whatWasTheSameEveryNightMayDifferALittle() {
    List<Night> nights =
        SampleNights.stable(29, 8).stream()
            .map(night -> SampleNights.with(night, Figure.OUTSIDE_RANGE, Measured.share(0, 2000)))
            .toList();
    List<Night> before = nights.subList(0, 28);

    Night little =
        SampleNights.with(nights.get(28), Figure.OUTSIDE_RANGE, Measured.share(0.001, 2000));
    Night much =
        SampleNights.with(nights.get(28), Figure.OUTSIDE_RANGE, Measured.share(0.02, 2000));

    assertFalse(last(followedBy(before, little)).standsOut());
    assertTrue(last(followedBy(before, much)).standsOutBy(Figure.OUTSIDE_RANGE));
  }

  @Test
  void aMarginBelowThePlansStandsOutOnTheFirstNight() {
    Night night =
        SampleNights.with(SampleNights.stable(1, 9).get(0), Figure.MARGIN, Measured.exactly(3));

    assertEquals(
        "least noise margin is 3.0 bits, less than the 3.5 bits of the plan",
        words(last(List.of(night))));
  }

  @Test
  void aNightOfAnotherModelIsComparedOnlyByWhatIsTheSame() {
    List<Night> nights = SampleNights.stable(30, 10);
    Night night = nights.get(29);
    Scored scored = night.scored().get();
    Night other =
        SampleNights.with(
            night,
            new Scored(
                "another",
                "cd".repeat(32),
                scored.plan(),
                scored.task(),
                2,
                scored.draws(),
                List.of("no", "yes"),
                List.of(3L, 1997L),
                2000,
                scored.format()));

    JudgedNight judged = last(followedBy(nights.subList(0, 29), other));

    assertEquals("another model than before, another", words(judged));
    assertFalse(judged.standsOut());
    assertTrue(judged.drift().isEmpty());
    assertTrue(judged.usual().containsKey(Figure.SPEED));
    assertFalse(judged.usual().containsKey(Figure.ACCURACY));
  }

  @Test
  void manyRareClassesAreTakenTogether() {
    Random random = new Random(11);
    List<Night> nights = new ArrayList<>();
    for (Night night : SampleNights.stable(29, 12)) {
      long[] counts = new long[500];
      for (int j = 0; j < 2000; j++) {
        counts[Math.min(499, (int) (40 * -Math.log(random.nextDouble())))]++;
      }
      nights.add(many(night, counts));
    }
    long[] one = new long[500];
    one[499] = 300; // of a class that nobody ever was
    for (int j = 0; j < 1700; j++) {
      one[Math.min(498, (int) (40 * -Math.log(random.nextDouble())))]++;
    }
    Night odd = many(nights.get(28), one);

    assertFalse(last(nights).drift().get().isLarge());
    JudgedNight judged = last(followedBy(nights.subList(0, 28), odd));
    assertTrue(judged.drift().get().isLarge());
    assertTrue(words(judged).contains("499 15.00 % and not 0.00 %"), words(judged));
  }

  private static Night many(Night night, long[] counts) {
    Scored scored = night.scored().get();
    return SampleNights.with(
        night,
        new Scored(
            scored.model(),
            scored.version(),
            scored.plan(),
            scored.task(),
            counts.length,
            scored.draws(),
            List.of(),
            IntStream.range(0, counts.length).mapToObj(c -> counts[c]).toList(),
            2000,
            scored.format()));
  }

  @Test
  void whatBecameOfANightIsSaidInWords() {
    JudgedNight refused = last(List.of(SampleNights.bare(SampleNights.FIRST, NightStatus.REFUSED)));
    JudgedNight empty = last(List.of(SampleNights.bare(SampleNights.FIRST, NightStatus.EMPTY)));
    JudgedNight broken =
        last(List.of(SampleNights.bare(SampleNights.FIRST, NightStatus.DONE, "it is no JSON")));

    assertTrue(refused.standsOut() && words(refused).startsWith("the job was refused"));
    assertFalse(empty.standsOut());
    assertTrue(broken.standsOut());
    assertEquals(Optional.empty(), refused.remarks().get(0).figure());
  }

  @Test
  void datesWithoutAnyTraceAreNamed() {
    List<JudgedNight> nights =
        dates("2024-02-27", "2024-02-28", "2024-03-02").stream()
            .map(date -> last(List.of(SampleNights.bare(date, NightStatus.DONE))))
            .toList();

    assertEquals(dates("2024-02-29", "2024-03-01"), Assessor.missing(nights));
  }

  private static List<LocalDate> dates(String... texts) {
    return List.of(texts).stream().map(LocalDate::parse).toList();
  }
}
