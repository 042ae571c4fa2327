package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.plan.ModelPrivacy;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs with weights that are drawn for every record, and results that are hidden. */
class PrivateModelJobTest {

  @TempDir private Path directory;

  @Test
  void scoresAreThoseOfTheReferenceBitForBit() throws Exception {
    TestJobs jobs = TestJobs.in(directory, ModelPrivacy.BAYESIAN);

    Map<String, Object> report = TestJobs.score(jobs.scoring("out")).report();

    jobs.assertScored("out");
    assertEquals("bayesian", report.get("modelPrivacy"));
    assertTrue(((Number) ((Map<?, ?>) report.get("phases")).get("hide")).doubleValue() > 0);
    Map<?, ?> margin = (Map<?, ?>) report.get("noiseMarginBits");
    double predicted = ((Number) margin.get("predicted")).doubleValue();
    double measured = ((Number) margin.get("measuredMin")).doubleValue();
    assertTrue(predicted <= measured && measured < predicted + 1, margin.toString());
  }

  @Test
  void twoOwnersGetTheSameResults() throws Exception {
    TestJobs jobs = TestJobs.in(directory, ModelPrivacy.BAYESIAN);
    String exchange = directory.resolve("exchange").toUri().toString();
    CompletableFuture<Integer> serving = TestJobs.serving(jobs.serving(exchange, 1));

    AgentJob.run(jobs.asking(exchange, jobs.keys("keys"), "out"), JobProgress.NONE);

    assertEquals(0, serving.get());
    jobs.assertScored("out");
  }
}
