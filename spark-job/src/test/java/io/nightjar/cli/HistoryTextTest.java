package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.history.Figure;
import io.nightjar.history.FigureText;
import io.nightjar.history.History;
import io.nightjar.history.Measured;
import io.nightjar.history.Night;
import io.nightjar.history.NightStatus;
import io.nightjar.history.Remark;
import io.nightjar.history.SampleNights;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HistoryTextTest {

  private static final String LONG = "ж".repeat(300);

  private static List<Night> nights() {
    List<Night> nights = new ArrayList<>(SampleNights.stable(40, 1));
    nights.add(SampleNights.drifted(SampleNights.FIRST.plusDays(40), 2));
    nights.add(SampleNights.bare(SampleNights.FIRST.plusDays(41), NightStatus.NOTHING_TO_DO));
    nights.add(
        SampleNights.bare(
            SampleNights.FIRST.plusDays(43), NightStatus.REFUSED, "bad \u001b[31m " + LONG));
    return nights;
  }

  @Test
  void itFitsATerminalWhateverIsInIt() {
    List<Night> nights = nights();
    Night huge = SampleNights.stable(45, 3).get(44);
    huge = SampleNights.with(huge, Figure.RECORDS, new Measured(12_345_678_901.0, 0, 0));
    huge = SampleNights.with(huge, Figure.SPEED, new Measured(12_345_678.0, 0, 0));
    huge = SampleNights.with(huge, Figure.SECONDS, new Measured(1e7, 0, 0));
    huge = SampleNights.with(huge, Figure.ACCURACY, new Measured(1, 0, 0));
    huge = SampleNights.with(huge, Figure.ENTROPY, new Measured(0.0000123456, 0, 0));
    nights.add(SampleNights.with(huge, Figure.OUTSIDE_RANGE, new Measured(1, 0, 0)));

    History history = SampleNights.history(nights, 10);
    String text = HistoryText.of(history);

    text.lines().forEach(line -> assertTrue(line.length() <= HistoryText.WIDTH, line));
    Set<String> words =
        history.nights().stream()
            .flatMap(
                judged ->
                    Stream.concat(
                        judged.remarks().stream().map(Remark::text),
                        judged.night().faults().stream()))
            .flatMap(said -> Stream.of(FigureText.plain(said).replace('\u001b', '?').split(" ")))
            .collect(Collectors.toSet());
    List<String> shown =
        text.lines()
            .filter(line -> line.startsWith("  - ") || line.startsWith("    "))
            .filter(line -> !line.contains("ж")) // what is longer than a line is cut
            .flatMap(line -> Stream.of(line.substring(4).split(" ")))
            .toList();
    assertTrue(shown.size() > 50, text);
    shown.forEach(word -> assertTrue(words.contains(word), "'%s' is cut".formatted(word)));
    assertFalse(text.contains("\u001b"));
    assertEquals(300, text.chars().filter(c -> c == 'ж').count(), text);
    String last = text.lines().filter(line -> line.contains("1.2e+10")).findFirst().orElseThrow();
    assertTrue(last.contains("100.00 %") && last.contains("1.2e+07"), last);
  }

  @Test
  void nightsThatStandOutAreMarkedAndTheirReasonsFollow() {
    String text = HistoryText.of(SampleNights.history(nights(), 5));

    List<String> marked = text.lines().filter(line -> line.startsWith("! 2024-")).toList();
    assertEquals(2, marked.size(), text);
    assertTrue(marked.get(0).startsWith("! 2024-02-10 done "), text);
    assertTrue(marked.get(1).startsWith("! 2024-02-13 refused"), text);
    assertTrue(text.contains("\n2024-02-10 stands out:\n  - accuracy is lower: "), text);
    assertTrue(text.contains("\n2024-02-13 stands out:\n  - the job was refused: a person"), text);
    assertTrue(text.contains("  2024-02-11 nothing-to-do\n"), text);
    assertTrue(text.contains("There is no trace of 2024-02-12."), text);
  }

  @Test
  void whereNoNightStandsOutThatIsSaid() {
    String text = HistoryText.of(SampleNights.history(SampleNights.stable(9, 1), 30));

    assertTrue(text.contains("\nNo night stands out. right: of the records with labels;"), text);
  }
}
