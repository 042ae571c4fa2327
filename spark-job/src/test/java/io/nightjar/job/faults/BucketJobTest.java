package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.buckets.Bucket;
import io.nightjar.job.AgentRequest;
import io.nightjar.job.ForgetJob;
import io.nightjar.job.Moment;
import io.nightjar.job.Parties;
import io.nightjar.job.ServeRequest;
import io.nightjar.job.TestJobs;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two owners who meet in an object store, where nothing can be renamed. */
@Slow
class BucketJobTest {

  @TempDir private Path directory;

  private final Bucket bucket = Bucket.create();
  private TestJobs jobs;
  private Path keys;

  @BeforeEach
  void prepare() throws Exception {
    jobs = TestJobs.in(directory);
    keys = jobs.keys("keys");
  }

  private ServeRequest serving() {
    return jobs.serving(bucket.uri("exchange"), 1, Bucket.settings());
  }

  private AgentRequest asking() {
    return jobs.asking(bucket.uri("exchange"), keys, "out", Bucket.settings(TestJobs.WAVE_BY_WAVE));
  }

  @Test
  void resultsAreThoseOfTheReferenceThoughAnswersGetLostAndListingsAreLate() throws Exception {
    bucket.losesAnswers("exchange/(plan|serve|.*/up|.*/down).json(.sig)?");
    bucket.showsLate("exchange/jobs/[^/]*");
    CompletableFuture<Integer> serving = Parties.serving(serving());

    Parties.ask(asking());

    assertEquals(0, serving.get());
    jobs.assertScored("out");
    assertTrue(bucket.lostAnswers() > 4, "some got lost");
    assertEquals(List.of(), bucket.uploads());
    assertTrue(bucket.keys().stream().noneMatch(key -> key.endsWith(".njb")), "blocks");
    assertTrue(bucket.keys().stream().noneMatch(key -> key.endsWith(".tmp")), "other names");
  }

  @Test
  void aJobThatDiedGoesOnAndAForgottenOneLeavesNothing() throws Exception {
    CompletableFuture<Integer> serving =
        Parties.serving(serving(), Moment.evaluated(0, 0, Moment::end));
    assertThrows(
        Moment.Ended.class, () -> Parties.ask(asking(), Moment.evaluated(0, 0, Moment::end)));
    assertEquals(1, serving.get());
    UUID job = UUID.fromString(onlyJob());
    FSDataOutputStream dying = begin("exchange/jobs/%s/wave-00001/large".formatted(job));
    FSDataOutputStream other = begin("exchange/jobs/of-another/large");

    CompletableFuture<Integer> again = Parties.serving(serving());
    Parties.ask(asking());
    assertEquals(0, again.get());

    jobs.assertScored("out");
    ForgetJob.run(
        job,
        Optional.of(new org.apache.hadoop.fs.Path(bucket.uri("exchange"))),
        Optional.empty(),
        jobs.settings(Bucket.settings()));
    assertEquals(List.of("exchange/jobs/of-another/large"), bucket.uploads());
    assertTrue(bucket.keys().stream().noneMatch(key -> key.contains(job.toString())), "objects");
    assertThrows(IOException.class, dying::close);
    other.close();
  }

  /** Begins to write an object, as a process does that dies before it has written it. */
  private FSDataOutputStream begin(String key) throws Exception {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(bucket.uri(key));
    FileSystem files = path.getFileSystem(Bucket.configuration());
    FSDataOutputStream out = files.create(path, true);
    out.write(1);
    return out;
  }

  private String onlyJob() {
    List<String> found =
        bucket.keys().stream()
            .filter(key -> key.startsWith("exchange/jobs/"))
            .map(key -> key.split("/", -1)[2])
            .distinct()
            .toList();
    assertEquals(1, found.size(), found.toString());
    return found.get(0);
  }
}
