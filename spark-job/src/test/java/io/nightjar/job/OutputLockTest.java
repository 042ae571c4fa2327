package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.buckets.Bucket;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.InUseException;
import io.nightjar.job.faults.Listening;
import io.nightjar.testing.JavaProcess;
import io.nightjar.testing.Slow;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that one process at a time works in an output, and that a second is told who does. */
class OutputLockTest {

  private static final Pattern REFUSAL =
      Pattern.compile(
          "Process (\\d+) of (\\S+) on (.+) since (\\S+) works in the output (\\S+): wait for it, or choose another output");

  @TempDir private Path directory;

  private static OutputLock take(String output, Configuration configuration) throws Exception {
    return OutputLock.take(
        new OutputDirectory(new org.apache.hadoop.fs.Path(output), configuration), configuration);
  }

  private static OutputLock take(Path output) throws Exception {
    return take(output.toUri().toString(), HadoopFiles.configuration(new Configuration()));
  }

  private Path out() {
    return directory.resolve("out");
  }

  /** Keeps an output until it is killed. */
  static final class Keeper {

    private Keeper() {}

    public static void main(String[] args) throws Exception {
      OutputLock lock = take(Path.of(args[0]));
      System.out.println("kept");
      int end = System.in.read(); // nobody writes, so it waits
      System.out.println("left " + end);
      lock.close();
    }
  }

  private static void assertSays(long process, String output, InUseException refusal) {
    Matcher said = REFUSAL.matcher(refusal.getMessage());
    assertTrue(said.matches(), refusal.getMessage());
    assertEquals(process, Long.parseLong(said.group(1)));
    assertEquals(System.getProperty("user.name"), said.group(2));
    assertFalse(
        OffsetDateTime.parse(said.group(4)).isAfter(OffsetDateTime.now(ZoneId.systemDefault())));
    assertTrue(said.group(5).endsWith(output), refusal.getMessage());
  }

  @Test
  void aSecondJobOfThisProcessIsTold() throws Exception {
    try (OutputLock first = take(out())) {
      assertSays(
          ProcessHandle.current().pid(),
          "/out",
          assertThrows(InUseException.class, () -> take(out())));
      assertThrows(InUseException.class, () -> take(out()), "the attempt did not end the lock");
      first.requireHeld();
    }
    take(out()).close();
  }

  @Slow
  @Test
  void anotherProcessHasItUntilItIsKilled() throws Exception {
    Process keeper = JavaProcess.start(Keeper.class, out().toString());
    try (BufferedReader said = JavaProcess.output(keeper)) {
      assertEquals("kept", said.readLine());
      assertSays(keeper.pid(), "/out", assertThrows(InUseException.class, () -> take(out())));

      keeper.destroyForcibly().waitFor();

      take(out()).close();
    } finally {
      keeper.destroyForcibly();
    }
  }

  @Test
  void nothingIsLeftWhereNoJobBegan() throws Exception {
    take(out()).close();

    assertFalse(Files.exists(out()));
  }

  @Test
  void aDirectoryOfSomebodyElseIsLeftAsItIs() throws Exception {
    Files.createDirectories(out());
    Files.writeString(out().resolve("thesis.txt"), "a year's work");

    assertThrows(JobRefusedException.class, () -> take(out()));

    try (var left = Files.list(out())) {
      assertEquals(1, left.count());
    }
  }

  @Test
  void aBucketHasOneJobAtATimeToo() throws Exception {
    Bucket bucket = Bucket.create();
    String output = bucket.uri("out");
    try (OutputLock first = take(output, Bucket.configuration())) {
      assertSays(
          ProcessHandle.current().pid(),
          "/out",
          assertThrows(InUseException.class, () -> take(output, Bucket.configuration())));
      first.requireHeld();
    }
    assertFalse(
        bucket.keys().stream().anyMatch(key -> key.contains("lock")), bucket.keys()::toString);
    take(output, Bucket.configuration()).close();
  }

  @Test
  void whatThisProcessLeftBehindItHasAtOnce() throws Exception {
    Bucket bucket = Bucket.create();
    String output = bucket.uri("out");
    OutputLock left = take(output, Bucket.configuration());
    bucket.before(
        "get",
        "out/_nightjar/lock",
        () -> {
          throw new IOException("the network");
        });
    assertThrows(IOException.class, left::close);
    assertTrue(bucket.keys().contains("out/_nightjar/lock"));

    try (Listening log = new Listening(Level.INFO)) {
      take(output, Bucket.configuration()).close();

      assertFalse(log.text().contains("whether it is renewed"), log.text());
    }
  }

  @Slow
  @Test
  void aFileSystemThatThrowsAnythingOnceDoesNotEndTheRenewal() throws Exception {
    Bucket bucket = Bucket.create();
    String lock = "out/_nightjar/lock";
    CountDownLatch renewedAgain = new CountDownLatch(1);
    try (OutputLock held = take(bucket.uri("out"), Bucket.configuration())) {
      bucket.before(
          "get",
          lock,
          () -> {
            bucket.before("get", lock, renewedAgain::countDown);
            throw new IllegalStateException("a connector's own");
          });

      renewedAgain.await();

      held.requireHeld();
    }
    assertFalse(bucket.keys().contains(lock));
  }

  /** A process that was not heard of for long enough has lost its place, and must not go on. */
  @Test
  void whoeverLostTheOutputNoticesBeforeItWrites() throws Exception {
    Bucket bucket = Bucket.create();
    OutputLock lost = take(bucket.uri("out"), Bucket.configuration());
    var file = new org.apache.hadoop.fs.Path(bucket.uri("out/_nightjar/lock"));
    HadoopFiles.write(
        file.getFileSystem(Bucket.configuration()),
        file,
        "{\"holder\":\"00000000-0000-0001-0000-000000000001\",\"who\":\"process 9\",\"renewals\":1}\n"
            .getBytes(StandardCharsets.UTF_8));

    Optional<InUseException> noticed = Optional.empty();
    while (noticed.isEmpty()) {
      try {
        lost.requireHeld();
        Thread.sleep(100);
      } catch (InUseException e) {
        noticed = Optional.of(e);
      }
    }

    assertTrue(noticed.get().getMessage().startsWith("Process 9 works in the output"));
    lost.close();
    assertTrue(bucket.keys().contains("out/_nightjar/lock"), "it is the other's");
  }

  @Test
  void aSecondScoreLeavesTheFirstAlone() throws Exception {
    TestJobs jobs = TestJobs.in(directory);

    Parties.score(
        jobs.scoring("out"),
        Moment.evaluated(
            0,
            0,
            () -> assertThrows(InUseException.class, () -> Parties.score(jobs.scoring("out")))));

    jobs.assertScored("out");
    assertFalse(Files.exists(out().resolve("_nightjar/lock")));
    assertTrue(Parties.score(jobs.scoring("out")).before());
  }

  @Test
  void aSecondAgentLeavesTheFirstAloneAndNothingForgetsItsJob() throws Exception {
    TestJobs jobs = TestJobs.in(directory);
    Path exchange = directory.resolve("exchange");
    CompletableFuture<Integer> serving = Parties.serving(jobs.serving(exchange, 1));
    AgentRequest request = jobs.asking(exchange, jobs.keys("keys"), "out");

    Parties.ask(
        request,
        Moment.evaluated(
            0,
            0,
            () -> {
              assertThrows(InUseException.class, () -> Parties.ask(request));
              var job = JobFiles.onlyOf(exchange).directory().getFileName().toString();
              assertThrows(
                  InUseException.class,
                  () ->
                      ForgetJob.run(
                          UUID.fromString(job),
                          Optional.empty(),
                          Optional.of(new org.apache.hadoop.fs.Path(out().toUri())),
                          jobs.settings()));
            }));

    assertEquals(0, serving.get());
    jobs.assertScored("out");
  }
}
