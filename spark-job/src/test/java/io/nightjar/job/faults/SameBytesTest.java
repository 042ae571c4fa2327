package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nightjar.job.Moment;
import io.nightjar.job.Parties;
import io.nightjar.job.ProtocolProfile;
import io.nightjar.job.Requests;
import io.nightjar.job.ScoreRequest;
import io.nightjar.job.TestJobs;
import io.nightjar.job.faults.Fault.Effect;
import io.nightjar.job.faults.Fault.Operation;
import io.nightjar.testing.Slow;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A round that is evaluated again, however it is cut and whatever fails, gives the same blocks. */
@Slow
class SameBytesTest {

  @TempDir private Path directory;

  @ParameterizedTest
  @MethodSource("io.nightjar.job.ProtocolProfile#all")
  void aRoundThatIsEvaluatedAgainGivesTheSameBlocks(ProtocolProfile profile) throws Exception {
    StoredJobs stored = StoredJobs.of(profile);
    Path output = stored.copyOutput(directory.resolve("out"));
    Path wave = StoredJobs.filesIn(output).wave(StoredJobs.WAVE);
    EvaluatedFiles before = EvaluatedFiles.below(wave);
    assertEquals(TestJobs.DRAWS, before.contents().size(), before.contents().keySet()::toString);
    EvaluatedFiles.delete(wave);
    FaultyDisk disk =
        FaultyDisk.in(directory, Fault.once(Operation.CREATE, ".*/down/.*njb", Effect.FILLS_UP));
    ScoreRequest again =
        Requests.on(
            "local[3,4]",
            stored
                .jobs()
                .scoring(
                    FaultyDisk.uri(output),
                    Optional.of(stored.keys()),
                    disk.settings(
                        TestJobs.WAVE_BY_WAVE,
                        TestJobs.KEEP,
                        "spark.nightjar.task.perCore=7",
                        "spark.nightjar.task.targetMillis=10",
                        "spark.nightjar.owner.threads=1")));

    assertThrows(
        Moment.Ended.class,
        () -> Parties.score(again, Moment.evaluated(StoredJobs.WAVE, 0, Moment::end)));

    assertEquals(List.of(1), disk.strikes());
    assertEquals(before, EvaluatedFiles.below(wave));
  }
}
