package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.nightjar.exchange.Direction;
import io.nightjar.job.ForEachProtocol;
import io.nightjar.job.JobFiles;
import io.nightjar.job.ProtocolProfile;
import io.nightjar.job.TestIdentities;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Manifests of uploads that are others by the time a model owner sees them. */
@Slow
@ForEachProtocol
class ForgedManifestTest {

  @Parameter private ProtocolProfile profile;

  private StoredJobs stored;
  private Forger forger;

  @BeforeParameterizedClassInvocation
  void findJobs() throws IOException {
    stored = StoredJobs.of(profile);
    forger = new Forger(stored);
  }

  /** What is done to the manifest of a wave's first uploads. */
  enum ManifestForgery {
    ANOTHER_DIGEST,
    A_FILE_LESS,
    CUT_SHORT,
    ANOTHER_WAVES,
    A_NAME_OUTSIDE,
    AN_ANSWER_TO_SOMETHING;

    String apply(String manifest, String another) {
      return switch (this) {
        case ANOTHER_DIGEST -> manifest.replaceAll("\"blake3\":\"....", "\"blake3\":\"0000");
        case A_FILE_LESS -> manifest.replaceAll("\\[.*]", "[]");
        case CUT_SHORT -> manifest.substring(0, manifest.length() / 2);
        case ANOTHER_WAVES -> another;
        case A_NAME_OUTSIDE -> manifest.replaceAll("\"batch-", "\"../../batch-");
        case AN_ANSWER_TO_SOMETHING ->
            manifest.replaceAll("\"answers\":\"\"", "\"answers\":\"" + "00".repeat(32) + "\"");
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void aForgedManifestOfUploadsIsNotEvaluated(ManifestForgery forgery, @TempDir Path directory)
      throws Exception {
    JobFiles job = stored.copyOrdered(directory.resolve("exchange"));
    Path forged = job.manifest(Forger.UPLOADED, 0, Direction.UP);
    String before = Files.readString(forged);
    String after =
        forgery.apply(before, Files.readString(job.manifest(Forger.UPLOADED + 1, 0, Direction.UP)));
    assertNotEquals(before, after);
    Files.writeString(forged, after);
    TestIdentities.sign(forged, StoredJobs.dataOwner());

    forger.assertRefused(job, directory.resolve("state"));
  }
}
