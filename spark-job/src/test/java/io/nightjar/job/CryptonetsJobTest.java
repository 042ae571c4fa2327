package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.keys.OwnerSecret;
import io.nightjar.ledger.Entry;
import io.nightjar.plan.PlanJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs whose executors evaluate the whole network: one upload, one download. */
class CryptonetsJobTest {

  @TempDir private Path directory;

  private TestJobs jobs;

  @BeforeEach
  void prepare() {
    jobs = TestJobs.in(directory, ProtocolProfile.CRYPTONETS);
  }

  @Test
  void errorsOfOutputsAreNoLargerThanThePlanExpects() throws Exception {
    Path labels = jobs.writeLabels("labels.idx", 1);

    Map<String, Object> report =
        Parties.score(Requests.labelled(labels, jobs.scoring("out"))).report();

    Map<?, ?> agreement = (Map<?, ?>) report.get("referenceAgreement");
    assertEquals((long) jobs.count(), agreement.get("records"));
    double error = (Double) agreement.get("largestLogitError");
    double expected =
        new ObjectMapper().readTree(PlanJson.write(jobs.plan())).get("outputError").asDouble();
    assertTrue(error > 0 && error <= expected, error + " <= " + expected);
  }

  @Test
  void placesThatNoRecordWasOrderedForAreAnsweredAndCounted() throws Exception {
    String ledger = "spark.nightjar.ledger.location=" + directory.resolve("ledger").toUri();

    Parties.score(jobs.scoring("out", jobs.keys("keys"), ledger));

    int size = jobs.plan().batchSize();
    int batches = (jobs.count() + size - 1) / size;
    assertTrue(jobs.count() < batches * size);
    assertEquals(
        List.of((long) batches * size * jobs.plan().draws()),
        jobs.entries(ledger).stream().map(Entry::answers).toList());
  }

  @Test
  void thePlanSaysHowLargeTheKeysAreThatTravel() throws Exception {
    long bytes;
    try (OwnerSecret secret = jobs.keyScheme().draw()) {
      bytes = secret.publicKey().bytes().length;
    }
    assertEquals(1, (double) jobs.plan().sheet().keyBytes() / bytes, 1e-3);
  }

  @Test
  void uploadsThatTheExchangeDoesNotCarryAreRefusedBeforeAnything() {
    JobRefusedException refused =
        assertThrows(
            JobRefusedException.class,
            () -> Parties.score(jobs.scoring("out", "spark.nightjar.exchange.maxBlockBytes=1m")));
    assertTrue(
        refused
            .getMessage()
            .matches(
                "An upload of round 1 takes [0-9.]+ MB; .* allows 1 MB: set it to \\d+m or more"),
        refused.getMessage());
    assertFalse(Files.exists(directory.resolve("out")));
  }
}
