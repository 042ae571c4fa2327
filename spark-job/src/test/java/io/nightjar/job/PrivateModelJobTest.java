package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs with weights that are drawn for every record, and results that are hidden. */
class PrivateModelJobTest {

  @TempDir private Path directory;

  @Test
  void resultsAreHiddenUnderNoiseAboutAsLargeAsPlanned() throws Exception {
    TestJobs jobs = TestJobs.in(directory, ProtocolProfile.PRIVATE_BAYHENN);

    Map<String, Object> report = Parties.score(jobs.scoring("out")).report();

    jobs.assertScored("out");
    assertEquals("bayesian", report.get("modelPrivacy"));
    assertTrue(((Number) ((Map<?, ?>) report.get("phases")).get("hide")).doubleValue() > 0);
    Map<?, ?> margin = (Map<?, ?>) report.get("noiseMarginBits");
    double predicted = ((Number) margin.get("predicted")).doubleValue();
    double measured = ((Number) margin.get("measuredMin")).doubleValue();
    // Both are rounded down to half a bit.
    assertTrue(predicted <= measured && measured <= predicted + 1, margin.toString());
  }

  @Test
  void twoOwnersGetTheSameResults() throws Exception {
    TestJobs jobs = TestJobs.in(directory, ProtocolProfile.PRIVATE_BAYHENN);
    Path exchange = directory.resolve("exchange");
    CompletableFuture<Integer> serving = Parties.serving(jobs.serving(exchange, 1));

    Parties.ask(jobs.asking(exchange, jobs.keys("keys"), "out"));

    assertEquals(0, serving.get());
    jobs.assertScored("out");
  }
}
