package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.natives.Blake3;
import io.nightjar.exchange.Direction;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.FileDigest;
import io.nightjar.exchange.JobExchange;
import io.nightjar.exchange.Manifest;
import io.nightjar.exchange.Wave;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.spark.RoundFailedException;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
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
import org.junit.jupiter.params.provider.MethodSource;

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

    static Earlier in(Path directory, ProtocolProfile profile) throws Exception {
      TestJobs jobs = TestJobs.in(directory, profile);
      Path keys = jobs.keys("keys");
      Parties.score(jobs.scoring("out", keys, "spark.nightjar.exchange.keep=true"));
      return new Earlier(keys, onlyJob(directory.resolve("out/_nightjar/exchange")));
    }
  }

  private static final Map<ProtocolProfile, Earlier> EARLIER = new HashMap<>();

  @TempDir private static Path shared;

  @TempDir private Path directory;

  private TestJobs jobs;
  private Path earlier;
  private Path keys;

  @BeforeAll
  static void runEarlierJobs() throws Exception {
    for (ProtocolProfile profile : ProtocolProfile.ofEachProtocol().toList()) {
      EARLIER.put(profile, Earlier.in(shared.resolve(profile.name()), profile));
    }
  }

  private void prepare(ProtocolProfile profile) {
    jobs = TestJobs.in(directory, profile);
    earlier = EARLIER.get(profile).exchange();
    keys = EARLIER.get(profile).keys();
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
    "bayhenn, TRUNCATED",
    "bayhenn, ONE_BIT_FLIPPED",
    "bayhenn, ANOTHER_BATCHES",
    "bayhenn, AN_EARLIER_JOBS",
    "bayhenn, MISSING",
    "cryptonets, TRUNCATED",
    "cryptonets, ONE_BIT_FLIPPED",
    "cryptonets, ANOTHER_BATCHES",
    "cryptonets, AN_EARLIER_JOBS"
  })
  void aForgedUploadIsNotEvaluated(ProtocolProfile profile, BlockForgery forgery) throws Exception {
    prepare(profile);
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
    "bayhenn, TRUNCATED",
    "bayhenn, ONE_BIT_FLIPPED",
    "bayhenn, ANOTHER_BATCHES",
    "bayhenn, AN_EARLIER_JOBS",
    "bayhenn, MISSING",
    "bayhenn, A_DIRECTORY",
    "cryptonets, TRUNCATED",
    "cryptonets, ONE_BIT_FLIPPED",
    "cryptonets, ANOTHER_BATCHES",
    "cryptonets, AN_EARLIER_JOBS"
  })
  void aForgedResultIsNotTaken(ProtocolProfile profile, BlockForgery forgery) throws Exception {
    prepare(profile);
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
    "bayhenn, ANOTHER_BATCH",
    "bayhenn, AN_EARLIER_JOB",
    "bayhenn, ANOTHER_DRAW",
    "bayhenn, ANOTHER_ROUND",
    "cryptonets, ANOTHER_BATCH",
    "cryptonets, AN_EARLIER_JOB",
    "cryptonets, ANOTHER_DRAW"
  })
  void aForgedResultWithAManifestToMatchIsNotTaken(ProtocolProfile profile, Source source)
      throws Exception {
    prepare(profile);
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
        Manifest.of(exchange.job(), WAVE, 0, Direction.DOWN, manifest.source(), files));
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
    "bayhenn, MISSING",
    "bayhenn, DIGEST_CHANGED",
    "bayhenn, A_FILE_LESS",
    "bayhenn, STALE",
    "bayhenn, MALFORMED",
    "bayhenn, OF_ANOTHER_WAVE",
    "bayhenn, OF_ANOTHER_JOB",
    "bayhenn, WITH_A_NAME_OUTSIDE",
    "bayhenn, WITH_A_TERMINAL_SEQUENCE",
    "cryptonets, MISSING",
    "cryptonets, DIGEST_CHANGED",
    "cryptonets, A_FILE_LESS",
    "cryptonets, STALE",
    "cryptonets, OF_ANOTHER_JOB"
  })
  void aForgedManifestIsNotFollowed(ProtocolProfile profile, ManifestForgery forgery)
      throws Exception {
    prepare(profile);
    ExchangeException failure =
        assertThrows(
            ExchangeException.class,
            () -> score(atEvaluation(0, job -> forgery.commit(job, earlier))));

    assertOneLine(failure);
    assertGoesOn();
  }

  @ParameterizedTest
  @MethodSource("io.nightjar.job.ProtocolProfile#ofEachProtocol")
  void withAnotherKeyNothingIsGoneOnWith(ProtocolProfile profile) throws Exception {
    prepare(profile);
    Path other = jobs.keys("other-keys");
    assertThrows(
        Interruption.class,
        () ->
            Parties.score(
                scoring(keys),
                atEvaluation(
                    0,
                    job -> {
                      throw new Interruption();
                    })));

    assertThrows(JobRefusedException.class, () -> Parties.score(scoring(other)));

    Parties.score(scoring(keys));
    jobs.assertScored("out");
  }

  /**
   * Even if nobody had noticed that the keys are others, the noise or the values would tell, or the
   * blocks themselves.
   */
  @ParameterizedTest
  @CsvSource({
    "bayhenn, noise margin",
    "cryptonets, the plan's bound is",
    "2p-dnn, The block's key digest is"
  })
  void resultsUnderAnotherKeyAreNotTaken(ProtocolProfile profile, String reason) throws Exception {
    prepare(profile);
    Path other = jobs.keys("other-keys");
    JobProgress ending =
        atEvaluation(
            0,
            job -> {
              throw new Interruption();
            });
    assertThrows(Interruption.class, () -> Parties.score(scoring(other), ending));
    JobProgress atOnce =
        new JobProgress() {
          @Override
          public void uploaded(Wave wave, int round) {
            throw new Interruption();
          }
        };
    assertThrows(
        Interruption.class, () -> Parties.score(jobs.scoring("another-out", keys), atOnce));
    Path state = directory.resolve("out/_nightjar/job.json");
    String fingerprint =
        fingerprint(Files.readString(directory.resolve("another-out/_nightjar/job.json")));
    String json = Files.readString(state);
    Files.writeString(state, json.replace(fingerprint(json), fingerprint));

    ExchangeException refusal =
        assertThrows(ExchangeException.class, () -> Parties.score(scoring(keys)));

    assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
    assertFalse(Files.exists(directory.resolve("out/_SUCCESS")));
  }

  private static String fingerprint(String state) {
    return state.replaceAll(".*\"fingerprint\":\"([0-9a-f]*)\".*", "$1");
  }

  @ParameterizedTest
  @MethodSource("io.nightjar.job.ProtocolProfile#ofEachProtocol")
  void otherUploadsForTheSameDrawsAreRefused(ProtocolProfile profile) throws Exception {
    prepare(profile);
    assertThrows(
        Interruption.class,
        () ->
            Parties.score(
                scoring(keys),
                atEvaluation(
                    0,
                    job -> {
                      throw new Interruption();
                    })));
    Path job = onlyJob(directory.resolve("out/_nightjar/exchange"));
    Files.delete(round(job, WAVE, 0).resolve("up.json"));
    Files.delete(round(job, WAVE, 0).resolve("down.json"));

    assertThrows(ProtocolException.class, () -> Parties.score(scoring(keys)));
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
    Parties.score(
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
