package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.exchange.Direction;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.job.ForEachProtocol;
import io.nightjar.job.JobFiles;
import io.nightjar.job.JobProgress;
import io.nightjar.job.JobRefusedException;
import io.nightjar.job.Moment;
import io.nightjar.job.Parties;
import io.nightjar.job.ProtocolProfile;
import io.nightjar.job.TestIdentities;
import io.nightjar.job.TestJobs;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.spark.RoundFailedException;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What lies in a driver's exchange is changed while a job is under way: between an upload and its
 * evaluation, or between a result and its decryption.
 *
 * <p>All of it is done to one job: what it leaves behind each time must not keep it from going on.
 */
@Slow
@ForEachProtocol
class ForgedExchangeTest {

  private static final int WAVE = StoredJobs.WAVE;

  @Parameter private ProtocolProfile profile;
  private StoredJobs stored;
  private Path out;

  @BeforeParameterizedClassInvocation
  void copyAJob(ProtocolProfile ofWhat, @TempDir Path place) throws IOException {
    stored = StoredJobs.of(profile);
    out = stored.copyOutput(place.resolve("out"));
  }

  @BeforeEach
  void undoWhatWasForged() throws IOException {
    stored.restoreUploads(out);
  }

  @AfterParameterizedClassInvocation
  void theJobGoesOnAfterAllOfIt() throws Exception {
    stored.restoreUploads(out);
    Parties.score(stored.scoring(out));
    stored.jobs().assertScored(out);
  }

  /** Something that is done to the files of a job. */
  private interface Forgery {
    void commit(JobFiles job) throws IOException;
  }

  private void score(JobProgress progress) throws Exception {
    Parties.score(stored.scoring(out), progress);
  }

  private JobProgress uploaded(Forgery forgery) {
    return Moment.uploaded(WAVE, 0, () -> forgery.commit(StoredJobs.filesIn(out)));
  }

  private JobProgress evaluated(Forgery forgery) {
    return Moment.evaluated(WAVE, 0, () -> forgery.commit(StoredJobs.filesIn(out)));
  }

  /** What is done to a block, and what executors say of it. */
  enum BlockForgery {
    TRUNCATED("; its manifest says "),
    ONE_BIT_FLIPPED("The block's payload does not match its checksum"),
    ANOTHER_BATCHES("it belongs elsewhere"),
    AN_EARLIER_JOBS("it belongs elsewhere"),
    MISSING("is in its manifest, but not there"),
    A_DIRECTORY("; its manifest says ");

    private final String reason;

    BlockForgery(String reason) {
      this.reason = reason;
    }

    void commit(JobFiles job, JobFiles earlier, Direction direction) throws IOException {
      Path file = job.block(WAVE, 0, direction);
      byte[] bytes = Files.readAllBytes(file);
      Files.delete(file);
      switch (this) {
        case TRUNCATED -> Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
        case ONE_BIT_FLIPPED -> {
          bytes[bytes.length / 2] ^= 4;
          Files.write(file, bytes);
        }
        case ANOTHER_BATCHES -> Files.copy(job.block(0, 0, direction), file);
        case AN_EARLIER_JOBS -> Files.copy(earlier.block(WAVE, 0, direction), file);
        case MISSING -> {}
        case A_DIRECTORY -> Files.createDirectory(file);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aForgedUploadIsNotEvaluated(BlockForgery forgery) throws Exception {
    JobFiles earlier = stored.answered();
    RoundFailedException failure =
        assertThrows(
            RoundFailedException.class,
            () -> score(uploaded(job -> forgery.commit(job, earlier, Direction.UP))));

    assertTrue(
        failure.getMessage().matches("Wave 1, round 0 \\([^)]*\\) failed on the executors: .*"),
        failure.getMessage());
    boolean underAnotherKey = forgery == BlockForgery.AN_EARLIER_JOBS && profile.saysItsKey();
    String reason = underAnotherKey ? "The block's key digest is " : forgery.reason;
    assertTrue(failure.getMessage().contains(reason), failure.getMessage());
    assertOneLine(failure);
    assertUnpublished(out);
  }

  @ParameterizedTest
  @EnumSource
  void aForgedResultIsNotTaken(BlockForgery forgery) throws Exception {
    JobFiles earlier = stored.answered();
    Exception failure =
        assertThrows(
            Exception.class,
            () -> score(evaluated(job -> forgery.commit(job, earlier, Direction.DOWN))));

    assertTrue(
        failure instanceof ExchangeException || failure instanceof IOException, failure.toString());
    assertTrue(failure.getMessage().contains("batch-0000001"), failure.getMessage());
    assertOneLine(failure);
    assertUnpublished(out);
  }

  /** What is done to the manifest of a wave's first results. */
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

    void commit(JobFiles job, JobFiles earlier) throws IOException {
      Path manifest = job.manifest(WAVE, 0, Direction.DOWN);
      String json = Files.readString(manifest);
      Files.delete(manifest);
      Optional<String> forged =
          switch (this) {
            case MISSING -> Optional.empty();
            case DIGEST_CHANGED ->
                Optional.of(json.replaceAll("\"blake3\":\"....", "\"blake3\":\"0000"));
            case A_FILE_LESS ->
                Optional.of(json.replaceFirst("\\{\"name\":[^}]*draw-00[^}]*},", ""));
            case STALE -> Optional.of(json.replaceAll("\"answers\":\"....", "\"answers\":\"0000"));
            case MALFORMED -> Optional.of(json.substring(0, json.length() / 2));
            case OF_ANOTHER_WAVE ->
                Optional.of(Files.readString(job.manifest(0, 0, Direction.DOWN)));
            case OF_ANOTHER_JOB ->
                Optional.of(Files.readString(earlier.manifest(WAVE, 0, Direction.DOWN)));
            case WITH_A_NAME_OUTSIDE ->
                Optional.of(json.replaceFirst("\"batch-", "\"../../batch-"));
            case WITH_A_TERMINAL_SEQUENCE ->
                Optional.of(json.replaceFirst("\"job\"", "\"\\\\u001b[2J\":1,\"job\""));
          };
      if (forged.isPresent()) {
        Files.writeString(manifest, forged.get());
        TestIdentities.sign(manifest, StoredJobs.dataOwner()); // who is both owners here
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aForgedManifestIsNotFollowed(ManifestForgery forgery) throws Exception {
    JobFiles earlier = stored.answered();
    ExchangeException failure =
        assertThrows(
            ExchangeException.class, () -> score(evaluated(job -> forgery.commit(job, earlier))));

    assertOneLine(failure);
    assertUnpublished(out);
  }

  @Test
  void withAnotherKeyNothingIsGoneOnWith() throws IOException {
    Path other = stored.jobs().keys("other-keys");

    assertThrows(JobRefusedException.class, () -> Parties.score(stored.scoring(out, other)));

    assertUnpublished(out);
  }

  @Test
  void otherUploadsForTheSameDrawsAreRefused(@TempDir Path directory) throws Exception {
    Path copy = stored.copyOutput(directory.resolve("out"));
    JobFiles job = StoredJobs.filesIn(copy);
    Files.delete(job.manifest(WAVE, 0, Direction.UP));
    Files.delete(job.manifest(WAVE, 0, Direction.DOWN));
    FileTree.delete(copy.resolve("_nightjar/uploads")); // by which it would be made good

    assertThrows(ProtocolException.class, () -> Parties.score(stored.scoring(copy)));

    assertUnpublished(copy);
  }

  /** Whatever is in the way of a job that has lost its key, it begins an open wave anew. */
  @Test
  void aJobWithoutKeysSweepsAwayWhatWasForged(@TempDir Path directory) throws Exception {
    TestJobs jobs = TestJobs.in(directory, profile);
    Path place = directory.resolve("out");
    JobProgress forging =
        Moment.evaluated(
            WAVE,
            0,
            () -> {
              JobFiles job = StoredJobs.filesIn(place);
              BlockForgery.A_DIRECTORY.commit(job, job, Direction.UP);
              BlockForgery.A_DIRECTORY.commit(job, job, Direction.DOWN);
              ManifestForgery.MALFORMED.commit(job, job);
            });
    assertThrows(
        ExchangeException.class,
        () -> Parties.score(jobs.scoring("out", TestJobs.WAVE_BY_WAVE), forging));
    assertUnpublished(place);

    Parties.score(jobs.scoring("out"));

    jobs.assertScored("out");
  }

  private static void assertOneLine(Exception failure) {
    assertFalse(
        failure.getMessage().codePoints().anyMatch(Character::isISOControl), failure.getMessage());
  }

  /** What succeeded stays, out of sight. */
  private static void assertUnpublished(Path output) {
    assertTrue(Files.exists(output.resolve("_nightjar/parts/part-00000.parquet")));
    assertFalse(Files.exists(output.resolve("_nightjar/parts/part-00001.parquet")));
    assertFalse(Files.exists(output.resolve("part-00000.parquet")));
    assertFalse(Files.exists(output.resolve("_SUCCESS")));
  }
}
