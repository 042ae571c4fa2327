package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.testing.Slow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Jobs of one owner as they are: their draws follow from a fresh secret and from the uploads. */
@Slow
class FreshJobTest {

  private static final String PROFILES = "io.nightjar.job.ProtocolProfile#all";

  /** A probability may be far from the reference's by its tolerance, an output by more. */
  private static final double LOGITS_PER_TOLERANCE = 25;

  @TempDir private Path directory;

  private TestJobs jobs;

  private void prepare(ProtocolProfile profile) {
    jobs = TestJobs.in(directory, profile);
  }

  private ScoreRequest labelled(ScoreRequest request) throws Exception {
    return Requests.labelled(jobs.writeLabels("labels.idx", 0), request);
  }

  private static void assertAgree(
      ProtocolProfile profile, Map<String, Object> report, long records) {
    assertEquals(records, report.get("labelledRecords"));
    Map<?, ?> agreement = (Map<?, ?>) report.get("referenceAgreement");
    double error = ((Number) agreement.get("largestLogitError")).doubleValue();
    assertTrue(error <= LOGITS_PER_TOLERANCE * profile.tolerance(), agreement.toString());
    if (profile.tolerance() == 0) {
      assertEquals(records, agreement.get("samePredictions"));
      assertEquals(report.get("accuracy"), report.get("referenceAccuracy"));
    }
  }

  @ParameterizedTest
  @MethodSource(PROFILES)
  void theReferenceFollowsTheSameDraws(ProtocolProfile profile) throws Exception {
    prepare(profile);

    Map<String, Object> report =
        Parties.score(labelled(jobs.scoring("out", TestJobs.FRESH))).report();

    assertAgree(profile, report, jobs.count());
  }

  /** Of wave 1 the first round was evaluated; its uploads stay, and the draws with them. */
  @ParameterizedTest
  @MethodSource(PROFILES)
  void soItDoesInAJobThatGoesOnInsideAWave(ProtocolProfile profile) throws Exception {
    prepare(profile);
    Path keys = jobs.keys("keys");
    ScoreRequest request =
        labelled(jobs.scoring("out", keys, TestJobs.FRESH, TestJobs.KEEP, TestJobs.WAVE_BY_WAVE));
    assertThrows(
        Moment.Ended.class, () -> Parties.score(request, Moment.evaluated(1, 0, Moment::end)));
    byte[] secret = Files.readAllBytes(directory.resolve("out/_nightjar/secret"));

    Map<String, Object> report = Parties.score(request).report();

    assertAgree(profile, report, jobs.count() - jobs.plan().batchSize());
    Path exchange = directory.resolve("out/_nightjar/exchange");
    jobs.assertScored(secret, JobFiles.onlyOf(exchange).inputs(), "out");
  }

  /** Wave 1 is encrypted anew under another key, and drawn anew. */
  @ParameterizedTest
  @MethodSource(PROFILES)
  void soItDoesInAJobThatLostItsKey(ProtocolProfile profile) throws Exception {
    prepare(profile);
    ScoreRequest request =
        labelled(jobs.scoring("out", TestJobs.FRESH, TestJobs.KEEP, TestJobs.WAVE_BY_WAVE));
    assertThrows(
        Moment.Ended.class, () -> Parties.score(request, Moment.evaluated(1, 0, Moment::end)));
    byte[] secret = Files.readAllBytes(directory.resolve("out/_nightjar/secret"));

    Map<String, Object> report = Parties.score(request).report();

    assertAgree(profile, report, jobs.count() - jobs.plan().batchSize());
    Path exchange = directory.resolve("out/_nightjar/exchange");
    jobs.assertScored(secret, JobFiles.onlyOf(exchange).inputs(), "out");
  }
}
