package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.exchange.Wave;
import io.nightjar.protocol.Predictions;
import io.nightjar.records.InvalidInputException;
import io.nightjar.records.RecordId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs whose records' classes are known. */
class LabelledJobTest {

  private static final int BATCH = 2048;

  @TempDir private Path directory;

  private TestJobs jobs;

  @BeforeEach
  void prepare() {
    jobs = TestJobs.in(directory);
  }

  private ScoreRequest scoring(Path labels) {
    return Requests.labelled(labels, jobs.scoring("out", TestJobs.WAVE_BY_WAVE));
  }

  @Test
  void predictionsAreAsRightAsThoseInTheClear() throws Exception {
    Path labels = jobs.writeLabels("labels.idx", BATCH);

    Map<String, Object> report = Parties.score(scoring(labels)).report();

    assertEquals((long) TestJobs.RECORDS, report.get("labelledRecords"));
    assertEquals((double) BATCH / TestJobs.RECORDS, report.get("accuracy"));
    assertEquals(report.get("accuracy"), report.get("referenceAccuracy"));
    Map<String, Object> exactly =
        Map.of(
            "records",
            (long) TestJobs.RECORDS,
            "samePredictions",
            (long) TestJobs.RECORDS,
            "largestLogitError",
            0.0,
            "largestDifference",
            0.0);
    assertEquals(exactly, report.get("referenceAgreement"));
  }

  @Test
  void aResumedJobComparesTheRecordsOfItsOwnWavesAlone() throws Exception {
    Path labels = jobs.writeLabels("labels.idx", BATCH + 1000);
    assertThrows(
        Moment.Ended.class, () -> Parties.score(scoring(labels), Moment.finished(0, Moment::end)));

    Map<String, Object> report = Parties.score(scoring(labels)).report();

    long rest = (long) TestJobs.RECORDS - BATCH;
    assertEquals(rest, report.get("labelledRecords"));
    assertEquals(1000.0 / rest, report.get("accuracy"));
    assertEquals(1000.0 / rest, report.get("referenceAccuracy"));
    assertEquals(rest, ((Map<?, ?>) report.get("referenceAgreement")).get("records"));
    jobs.assertScored("out");
  }

  @Test
  void badLabelsAreAnsweredBeforeAnythingIsWritten() throws IOException {
    Path labels = Files.writeString(directory.resolve("labels.csv"), "id,label\n0,no\n");

    assertThrows(InvalidInputException.class, () -> Parties.score(scoring(labels)));

    assertFalse(Files.exists(directory.resolve("out")));
  }

  @Test
  void whoListensHearsAllThatIsHeardWithoutLabels() throws Exception {
    Set<String> heard = ConcurrentHashMap.newKeySet();
    JobProgress listener =
        new JobProgress() {
          @Override
          public void uploaded(Wave wave, int round) {
            heard.add("wave %d, round %d is uploaded".formatted(wave.index(), round));
          }

          @Override
          public void predicted(long firstRecord, List<RecordId> ids, Predictions predictions) {
            heard.add("record %d is predicted".formatted(firstRecord));
          }

          @Override
          public void finished(Wave wave) {
            heard.add("wave %d is finished".formatted(wave.index()));
          }
        };

    Parties.score(scoring(jobs.writeLabels("labels.idx", 1)), listener);

    for (int wave = 0; wave < 3; wave++) {
      assertEquals(true, heard.contains("wave %d, round 0 is uploaded".formatted(wave)));
      assertEquals(true, heard.contains("wave %d, round 1 is uploaded".formatted(wave)));
      assertEquals(true, heard.contains("record %d is predicted".formatted(wave * BATCH)));
      assertEquals(true, heard.contains("wave %d is finished".formatted(wave)));
    }
  }

  @Test
  void numbersThatAreTheLabelsOfARegressionAreComparedWithItsValues() throws Exception {
    TestJobs values = TestJobs.in(directory.resolve("values"), TestNetworks.ofOneValue(5));
    Map<Long, List<String>> expected = values.expected();
    List<String> lines = new ArrayList<>(List.of("id,label"));
    expected.forEach(
        (id, row) ->
            lines.add(id + "," + (Double.parseDouble(row.get(0)) + (id % 2 == 0 ? 1 : -1))));
    Path labels = Files.write(directory.resolve("values.csv"), lines);

    Map<String, Object> report =
        Parties.score(Requests.labelled(labels, values.scoring("out"))).report();

    assertEquals((long) TestJobs.RECORDS, report.get("labelledRecords"));
    assertEquals(1, (double) report.get("rmse"), 1e-3);
    assertEquals(1, (double) report.get("mae"), 1e-3);
    assertEquals(report.get("rmse"), report.get("referenceRmse"));
    assertFalse(report.containsKey("accuracy"));
    assertEquals(0.0, ((Map<?, ?>) report.get("referenceAgreement")).get("largestDifference"));
    String page = Files.readString(directory.resolve("values/out/_report/report.html"));
    assertTrue(page.contains("RMSE") && page.contains("Predicted against true"));
  }

  @Test
  void aClassThatIsNoneIsNoRiskAndNothingIsWritten() {
    for (String wrong : List.of("3", "NO")) {
      JobRefusedException refused =
          assertThrows(
              JobRefusedException.class,
              () -> Parties.score(jobs.scoring("out", "spark.nightjar.report.riskClass=" + wrong)));
      assertEquals(
          "spark.nightjar.report.riskClass is \"%s\", which is no class of the model: it must be from 0 to 2, or a class's name"
              .formatted(wrong),
          refused.getMessage());
    }
    assertFalse(Files.exists(directory.resolve("out")));
  }
}
