package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.SampleOrders;
import io.nightjar.exchange.Wave;
import io.nightjar.job.JobProgress;
import io.nightjar.job.Parties;
import io.nightjar.job.TestJobs;
import io.nightjar.job.faults.Listening;
import io.nightjar.plan.Plan;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressTest {

  private static final int COLUMNS = 80;

  /** A time that passes only when a test says so. */
  private final AtomicLong clock = new AtomicLong(1L << 40);

  @TempDir private Path directory;

  private void pass(int seconds) {
    clock.addAndGet(seconds * 1_000_000_000L);
  }

  private static JobDescription job(long records, int batch, int batches) {
    String digest = "0".repeat(64);
    return SampleOrders.of(new UUID(1, 2), digest, digest, records, batch, batches);
  }

  private JobMeter begun(JobDescription job, List<Wave> open) {
    JobMeter meter = new JobMeter(clock::get);
    meter.begin(3, job, open);
    return meter;
  }

  @Test
  void aLineSaysWhereTheJobIsHowFastAndHowLongItWillTake() {
    JobDescription job = job(10_000, 1000, 4);
    JobMeter meter = begun(job, job.waves());
    assertEquals("0 %, 0 of 10,000 records", meter.line(COLUMNS));

    Wave wave = job.waves().get(0);
    meter.uploaded(wave, 0);
    pass(5);
    meter.evaluated(wave);
    meter.uploaded(wave, 1);

    assertEquals(
        "10 %, wave 1/3, round 2/3, 0 of 10,000 records, 200 records/s, 45 s left",
        meter.line(COLUMNS));
    meter.evaluated(wave);
    meter.evaluated(wave);
    meter.finished(wave);
    assertEquals(
        "40 %, wave 1/3, round 2/3, 4,000 of 10,000 records, 800 records/s, 8 s left",
        meter.line(COLUMNS));
  }

  @Test
  void whatAnEarlierProcessDidIsDoneAndIsNoReasonToHopeForMoreSpeed() {
    JobDescription job = job(10_000, 1000, 4);
    JobMeter meter = begun(job, job.waves().subList(2, 3));
    assertEquals("0 %, 8,000 of 10,000 records", meter.line(COLUMNS));

    pass(10);
    meter.evaluated(job.waves().get(2));
    meter.evaluated(job.waves().get(2));

    assertEquals("50 %, 8,000 of 10,000 records, 100 records/s, 10 s left", meter.line(COLUMNS));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 20, 40, 60, 79, 80})
  void noLineIsLongerThanItMay(int columns) {
    JobDescription job = job(1_000_000_000L, 8192, 32);
    JobMeter meter = begun(job, job.waves());
    for (Wave wave : job.waves().subList(0, 2000)) {
      meter.uploaded(wave, 2);
      pass(1);
      meter.finished(wave);
      assertTrue(meter.line(columns).length() <= columns, meter.line(columns));
    }
    assertTrue(meter.line(COLUMNS).endsWith(" left"), meter.line(COLUMNS));
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 40, 70})
  void aNarrowTerminalHasOneLineTooWithItsLastColumnFree(int columns) {
    JobDescription job = job(1_000_000_000L, 8192, 32);
    JobMeter meter = begun(job, job.waves());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ProgressLine line =
        new ProgressLine(meter, new PrintStream(bytes, true, StandardCharsets.UTF_8), columns);
    for (Wave wave : job.waves().subList(0, 50)) {
      meter.uploaded(wave, 2);
      pass(1);
      meter.finished(wave);
      line.waveFinished(meter);
    }

    int longest =
        Arrays.stream(bytes.toString(StandardCharsets.UTF_8).split("\r"))
            .mapToInt(String::length)
            .max()
            .getAsInt();
    assertTrue(longest > 0 && longest < columns, "%d".formatted(longest));
  }

  /** Passes a second at every event, and asks both kinds to show what is to be shown. */
  private final class Both implements JobProgress {
    private final List<ShownProgress> shown;

    Both(ShownProgress... shown) {
      this.shown = List.of(shown);
    }

    @Override
    public void begin(Plan plan, JobDescription job, List<Wave> open) {
      shown.forEach(one -> one.begin(plan, job, open));
    }

    @Override
    public synchronized void uploaded(Wave wave, int round) {
      pass(1);
      shown.forEach(one -> one.uploaded(wave, round));
    }

    @Override
    public synchronized void evaluated(Wave wave, int round) {
      pass(1);
      shown.forEach(one -> one.evaluated(wave, round));
    }

    @Override
    public synchronized void finished(Wave wave) {
      pass(1);
      shown.forEach(one -> one.finished(wave));
    }

    @Override
    public void end() {
      shown.forEach(JobProgress::end);
    }
  }

  @Test
  void aJobIsWatchedInOneLineOrLoggedWaveByWave() throws Exception {
    TestJobs jobs = TestJobs.in(directory);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream terminal = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    String log;
    try (Listening listening = new Listening(Level.INFO)) {
      Parties.score(
          jobs.scoring("out", TestJobs.WAVE_BY_WAVE),
          new Both(
              new ProgressLine(new JobMeter(clock::get), terminal, COLUMNS),
              new LoggedProgress(new JobMeter(clock::get), clock::get)));
      log = listening.text();
    }

    String text = bytes.toString(StandardCharsets.UTF_8);
    String all = "%,d of %,d records".formatted(jobs.count(), jobs.count());
    assertTrue(text.startsWith("\r") && text.endsWith("\n"), text);
    assertEquals(text.length() - 1, text.indexOf('\n'), text);
    List<String> lines = Arrays.stream(text.strip().split("\r")).toList();
    lines.forEach(line -> assertTrue(line.strip().length() < COLUMNS, line));
    assertTrue(lines.get(lines.size() - 1).startsWith("100 %, wave 3/3, round "), text);
    assertTrue(lines.get(lines.size() - 1).contains(all), text);
    List<String> logged =
        new ArrayList<>(log.lines().filter(line -> line.contains("LoggedProgress ")).toList());
    assertEquals(3, logged.size(), log);
    assertTrue(logged.get(0).contains("%, wave 1/3, round "), log);
    assertTrue(logged.get(2).contains("100 %, wave 3/3, ") && logged.get(2).contains(all), log);
  }

  @Test
  void aLogHasALineEveryHalfMinuteThoughNoWaveEnds() throws Exception {
    JobDescription job = job(10_000, 1000, 4);
    JobMeter meter = begun(job, job.waves());
    LoggedProgress progress = new LoggedProgress(meter, clock::get);
    try (Listening listening = new Listening(Level.INFO)) {
      progress.waveFinished(meter);
      progress.waveFinished(meter); // in the same second
      for (int second = 0; second < 70; second++) {
        pass(1);
        progress.show(meter);
      }
      assertEquals(
          3,
          listening.text().lines().filter(line -> line.contains("LoggedProgress ")).count(),
          listening.text());
    }
  }
}
