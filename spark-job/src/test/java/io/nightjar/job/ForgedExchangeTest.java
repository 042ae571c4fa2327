package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.Blake3;
import io.nightjar.exchange.Direction;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.FileDigest;
import io.nightjar.exchange.JobExchange;
import io.nightjar.exchange.Manifest;
import io.nightjar.exchange.Wave;
import io.nightjar.plan.Protocol;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.spark.RoundFailedException;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What lies in an exchange is changed while a job is under way: between an upload and its
 * evaluation, or between a result and its decryption. The job ends with one clear reason, nothing
 * wrong is published, and when it is run again its results are right.
 */
@Slow
class ForgedExchangeTest {

  private static final int WAVE = 1;

  /** Keys, and the exchange of an earlier job with them, as somebody may have kept it. */
  private record Earlier(Path keys, Path exchange) {

    static Earlier in(Path directory, Protocol protocol) throws Exception {
      TestJobs jobs = TestJobs.in(directory, protocol);
      Path keys = jobs.keys("keys");
      TestJobs.score(jobs.scoring("out", keys, "spark.nightjar.exchange.keep=true"));
      return new Earlier(keys, onlyJob(directory.resolve("out/_nightjar/exchange")));
    }
  }

  private static final Map<Protocol, Earlier> EARLIER = new EnumMap<>(Protocol.class);

  @TempDir private static Path shared;

  @TempDir private Path directory;

  private TestJobs jobs;
  private Path earlier;
  private Path keys;

  @BeforeAll
  static void runEarlierJobs() throws Exception {
    for (Protocol protocol : Protocol.values()) {
      EARLIER.put(protocol, Earlier.in(shared.resolve(protocol.text()), protocol));
    }
  }

  private void prepare(Protocol protocol) {
    jobs = TestJobs.in(directory, protocol);
    earlier = EARLIER.get(protocol).exchange();
    keys = EARLIER.get(protocol).keys();
  }

  private static Path onlyJob(Path exchange) throws IOException {
    try (Stream<Path> found = Files.list(exchange.resolve("jobs"))) {
      return found.reduce((a, b) -> null).orElseThrow();
    }
  }

  /** What is done to a block; each is of a file, and another wave's, and an earlier job's. */
  enum BlockForgery {
    TRUNCATED,
    ONE_BIT_FLIPPED,
    ANOTHER_BATCHES,
    AN_EARLIER_JOBS,
    MISSING,
    A_DIRECTORY;

    void commit(Path file, Path ofAnotherWave, Path ofAnotherJob) throws IOException {
      byte[] bytes = Files.readAllBytes(file);
      Files.delete(file);
      switch (this) {
        case TRUNCATED -> Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 1));
        case ONE_BIT_FLIPPED -> {
          bytes[bytes.length / 2] ^= 4;
          Files.write(file, bytes);
        }
        case ANOTHER_BATCHES -> Files.copy(ofAnotherWave, file);
        case AN_EARLIER_JOBS -> Files.copy(ofAnotherJob, file);
        case MISSING -> {}
        case A_DIRECTORY -> Files.createDirectory(file);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "BAYHENN, TRUNCATED",
    "BAYHENN, ONE_BIT_FLIPPED",
    "BAYHENN, ANOTHER_BATCHES",
    "BAYHENN, AN_EARLIER_JOBS",
    "BAYHENN, MISSING",
    "CRYPTONETS, TRUNCATED",
    "CRYPTONETS, ONE_BIT_FLIPPED",
    "CRYPTONETS, ANOTHER_BATCHES",
    "CRYPTONETS, AN_EARLIER_JOBS"
  })
  void aForgedUploadIsNotEvaluated(Protocol protocol, BlockForgery forgery) throws Exception {
    prepare(protocol);
    RoundFailedException failure =
        assertThrows(
            RoundFailedException.class,
            () -> score(atUpload(0, job -> commit(forgery, job, Direction.UP))));

    assertTrue(
        failure.getMessage().matches("Wave 1, round 0 \\([^)]*\\) failed on the executors: .*"),
        failure.getMessage());
    assertOneLine(failure);
    assertGoesOn();
  }

  @ParameterizedTest
  @CsvSource({
    "BAYHENN, TRUNCATED",
    "BAYHENN, ONE_BIT_FLIPPED",
    "BAYHENN, ANOTHER_BATCHES",
    "BAYHENN, AN_EARLIER_JOBS",
    "BAYHENN, MISSING",
    "BAYHENN, A_DIRECTORY",
    "CRYPTONETS, TRUNCATED",
    "CRYPTONETS, ONE_BIT_FLIPPED",
    "CRYPTONETS, ANOTHER_BATCHES",
    "CRYPTONETS, AN_EARLIER_JOBS"
  })
  void aForgedResultIsNotTaken(Protocol protocol, BlockForgery forgery) throws Exception {
    prepare(protocol);
    Exception failure =
        assertThrows(
            Exception.class,
            () -> score(atEvaluation(0, job -> commit(forgery, job, Direction.DOWN))));

    assertTrue(
        failure instanceof ExchangeException || failure instanceof IOException, failure.toString());
    assertTrue(failure.getMessage().contains("batch-0000001"), failure.getMessage());
    assertOneLine(failure);
    assertGoesOn();
  }

  private void commit(BlockForgery forgery, Path job, Direction direction) throws IOException {
    forgery.commit(
        block(job, WAVE, direction), block(job, 0, direction), block(earlier, WAVE, direction));
  }

  private static Path block(Path job, int wave, Direction direction) throws IOException {
    try (Stream<Path> blocks = Files.list(round(job, wave, 0).resolve(direction.toString()))) {
      return blocks
          .filter(file -> file.getFileName().toString().contains("draw-00"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static Path round(Path job, int wave, int round) {
    return job.resolve("wave-%05d/round-%02d".formatted(wave, round));
  }

  /** A forger who can also write manifests: the digests are right, the blocks belong elsewhere. */
  enum Source {
    ANOTHER_BATCH,
    AN_EARLIER_JOB,
    ANOTHER_DRAW,
    ANOTHER_ROUND
  }

  @ParameterizedTest
  @CsvSource({
    "BAYHENN, ANOTHER_BATCH",
    "BAYHENN, AN_EARLIER_JOB",
    "BAYHENN, ANOTHER_DRAW",
    "BAYHENN, ANOTHER_ROUND",
    "CRYPTONETS, ANOTHER_BATCH",
    "CRYPTONETS, AN_EARLIER_JOB",
    "CRYPTONETS, ANOTHER_DRAW"
  })
  void aForgedResultWithAManifestToMatchIsNotTaken(Protocol protocol, Source source)
      throws Exception {
    prepare(protocol);
    ExchangeException failure =
        assertThrows(
            ExchangeException.class,
            () ->
                score(
                    atEvaluation(
                        0,
                        job -> {
                          Path file = block(job, WAVE, Direction.DOWN);
                          Path other =
                              switch (source) {
                                case ANOTHER_BATCH -> block(job, 0, Direction.DOWN);
                                case AN_EARLIER_JOB -> block(earlier, WAVE, Direction.DOWN);
                                case ANOTHER_DRAW ->
                                    file.resolveSibling(
                                        file.getFileName()
                                            .toString()
                                            .replace("draw-00", "draw-01"));
                                case ANOTHER_ROUND ->
                                    round(job, 0, 1)
                                        .resolve("down")
                                        .resolve(block(job, 0, Direction.DOWN).getFileName());
                              };
                          byte[] bytes = Files.readAllBytes(other);
                          Files.write(file, bytes);
                          replace(job, file.getFileName().toString(), bytes);
                        })));

    assertTrue(failure.getMessage().contains("is refused: "), failure.getMessage());
    assertOneLine(failure);
    assertGoesOn();
  }

  /** Writes a manifest of wave 1's first results in which one file is another. */
  private static void replace(Path job, String name, byte[] bytes) throws IOException {
    JobExchange exchange = open(job);
    Manifest manifest = exchange.manifest(WAVE, 0, Direction.DOWN).orElseThrow();
    List<FileDigest> files = new ArrayList<>();
    for (FileDigest file : manifest.files()) {
      files.add(
          file.name().equals(name) ? new FileDigest(name, bytes.length, blake3(bytes)) : file);
    }
    exchange.commit(
        Manifest.of(exchange.job(), WAVE, 0, Direction.DOWN, manifest.answers(), files));
  }

  private static JobExchange open(Path job) throws IOException {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(job.toUri());
    Configuration configuration = new Configuration();
    // In a driver's own exchange nobody is told what the job is.
    Path state = job.getParent().getParent().getParent().resolve("job.json");
    String json = Files.readString(state);
    return JobExchange.of(
        path,
        configuration,
        new com.fasterxml.jackson.databind.ObjectMapper()
            .treeToValue(
                new com.fasterxml.jackson.databind.ObjectMapper().readTree(json).get("job"),
                io.nightjar.exchange.JobDescription.class));
  }

  private static String blake3(byte[] bytes) {
    return HexFormat.of().formatHex(new Blake3().digest(bytes));
  }

  /** What is done to the manifest of wave 1's first results. */
  enum ManifestForgery {
    MISSING,
    DIGEST_CHANGED,
    A_FILE_LESS,
    STALE,
    MALFORMED,
    OF_ANOTHER_WAVE,
    OF_ANOTHER_JOB,
    WITH_A_NAME_OUTSIDE,
    WITH_A_TERMINAL_SEQUENCE;

    void commit(Path job, Path earlier) throws IOException {
      Path manifest = round(job, WAVE, 0).resolve("down.json");
      String json = Files.readString(manifest);
      switch (this) {
        case MISSING -> Files.delete(manifest);
        case DIGEST_CHANGED ->
            Files.writeString(manifest, json.replaceAll("\"blake3\":\"....", "\"blake3\":\"0000"));
        case A_FILE_LESS ->
            Files.writeString(manifest, json.replaceFirst("\\{\"name\":[^}]*draw-00[^}]*},", ""));
        case STALE ->
            Files.writeString(
                manifest, json.replaceAll("\"answers\":\"....", "\"answers\":\"0000"));
        case MALFORMED -> Files.writeString(manifest, json.substring(0, json.length() / 2));
        case OF_ANOTHER_WAVE ->
            Files.writeString(manifest, Files.readString(round(job, 0, 0).resolve("down.json")));
        case OF_ANOTHER_JOB ->
            Files.writeString(
                manifest, Files.readString(round(earlier, WAVE, 0).resolve("down.json")));
        case WITH_A_NAME_OUTSIDE ->
            Files.writeString(manifest, json.replaceFirst("\"batch-", "\"../../batch-"));
        case WITH_A_TERMINAL_SEQUENCE ->
            Files.writeString(manifest, json.replaceFirst("\"job\"", "\"\\\\u001b[2J\":1,\"job\""));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "BAYHENN, MISSING",
    "BAYHENN, DIGEST_CHANGED",
    "BAYHENN, A_FILE_LESS",
    "BAYHENN, STALE",
    "BAYHENN, MALFORMED",
    "BAYHENN, OF_ANOTHER_WAVE",
    "BAYHENN, OF_ANOTHER_JOB",
    "BAYHENN, WITH_A_NAME_OUTSIDE",
    "BAYHENN, WITH_A_TERMINAL_SEQUENCE",
    "CRYPTONETS, MISSING",
    "CRYPTONETS, DIGEST_CHANGED",
    "CRYPTONETS, A_FILE_LESS",
    "CRYPTONETS, STALE",
    "CRYPTONETS, OF_ANOTHER_JOB"
  })
  void aForgedManifestIsNotFollowed(Protocol protocol, ManifestForgery forgery) throws Exception {
    prepare(protocol);
    ExchangeException failure =
        assertThrows(
            ExchangeException.class,
            () -> score(atEvaluation(0, job -> forgery.commit(job, earlier))));

    assertOneLine(failure);
    assertGoesOn();
  }

  @ParameterizedTest
  @EnumSource
  void withAnotherKeyNothingIsGoneOnWith(Protocol protocol) throws Exception {
    prepare(protocol);
    Path other = jobs.keys("other-keys");
    assertThrows(
        Interruption.class,
        () ->
            TestJobs.score(
                scoring(keys),
                atEvaluation(
                    0,
                    job -> {
                      throw new Interruption();
                    })));

    assertThrows(JobRefusedException.class, () -> TestJobs.score(scoring(other)));

    TestJobs.score(scoring(keys));
    jobs.assertScored("out");
  }

  /**
   * Even if nobody had noticed that the keys are others, the noise or the values would tell, or the
   * blocks themselves.
   */
  @ParameterizedTest
  @CsvSource({
    "BAYHENN, noise margin",
    "CRYPTONETS, the plan's bound is",
    "TWO_PARTY_DNN, The block's key digest is"
  })
  void resultsUnderAnotherKeyAreNotTaken(Protocol protocol, String reason) throws Exception {
    prepare(protocol);
    Path other = jobs.keys("other-keys");
    JobProgress ending =
        atEvaluation(
            0,
            job -> {
              throw new Interruption();
            });
    assertThrows(Interruption.class, () -> TestJobs.score(scoring(other), ending));
    JobProgress atOnce =
        new JobProgress() {
          @Override
          public void uploaded(Wave wave, int round) {
            throw new Interruption();
          }
        };
    assertThrows(
        Interruption.class, () -> TestJobs.score(jobs.scoring("another-out", keys), atOnce));
    Path state = directory.resolve("out/_nightjar/job.json");
    String fingerprint =
        fingerprint(Files.readString(directory.resolve("another-out/_nightjar/job.json")));
    String json = Files.readString(state);
    Files.writeString(state, json.replace(fingerprint(json), fingerprint));

    ExchangeException refusal =
        assertThrows(ExchangeException.class, () -> TestJobs.score(scoring(keys)));

    assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
    assertFalse(Files.exists(directory.resolve("out/_SUCCESS")));
  }

  private static String fingerprint(String state) {
    return state.replaceAll(".*\"fingerprint\":\"([0-9a-f]*)\".*", "$1");
  }

  @ParameterizedTest
  @EnumSource
  void otherUploadsForTheSameDrawsAreRefused(Protocol protocol) throws Exception {
    prepare(protocol);
    assertThrows(
        Interruption.class,
        () ->
            TestJobs.score(
                scoring(keys),
                atEvaluation(
                    0,
                    job -> {
                      throw new Interruption();
                    })));
    Path job = onlyJob(directory.resolve("out/_nightjar/exchange"));
    Files.delete(round(job, WAVE, 0).resolve("up.json"));
    Files.delete(round(job, WAVE, 0).resolve("down.json"));

    assertThrows(ProtocolException.class, () -> TestJobs.score(scoring(keys)));
  }

  private static final class Interruption extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** Something that is done in the directory of a job. */
  private interface Forgery {
    void commit(Path job) throws IOException;
  }

  private JobProgress atUpload(int round, Forgery forgery) {
    return new JobProgress() {
      @Override
      public void uploaded(Wave wave, int uploaded) {
        commitAt(wave, uploaded, round, forgery);
      }
    };
  }

  private JobProgress atEvaluation(int round, Forgery forgery) {
    return new JobProgress() {
      @Override
      public void evaluated(Wave wave, int evaluated) {
        commitAt(wave, evaluated, round, forgery);
      }
    };
  }

  private void commitAt(Wave wave, int found, int round, Forgery forgery) {
    if (wave.index() == WAVE && found == round) {
      try {
        forgery.commit(onlyJob(directory.resolve("out/_nightjar/exchange")));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void score(JobProgress progress) throws Exception {
    TestJobs.score(
        jobs.scoring(
            directory.resolve("out").toUri().toString(),
            Optional.empty(),
            "spark.nightjar.waves.inFlight=1",
            "spark.nightjar.exchange.keep=true"),
        progress);
  }

  private ScoreRequest scoring(Path ownKeys) {
    return jobs.scoring("out", ownKeys, "spark.nightjar.waves.inFlight=1");
  }

  private static void assertOneLine(Exception failure) {
    assertFalse(
        failure.getMessage().codePoints().anyMatch(Character::isISOControl), failure.getMessage());
  }

  /** What succeeded stays, and what is right comes of a second run. */
  private void assertGoesOn() throws Exception {
    Path out = directory.resolve("out");
    assertTrue(Files.exists(out.resolve("_nightjar/parts/part-00000.csv")));
    assertFalse(Files.exists(out.resolve("_nightjar/parts/part-00001.csv")));
    assertFalse(Files.exists(out.resolve("_SUCCESS")));
    score(JobProgress.NONE);
    jobs.assertScored("out");
  }
}
