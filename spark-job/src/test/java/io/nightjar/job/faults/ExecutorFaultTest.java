package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nightjar.job.ForEachProtocol;
import io.nightjar.job.Parties;
import io.nightjar.job.ProtocolProfile;
import io.nightjar.job.Requests;
import io.nightjar.job.TestJobs;
import io.nightjar.job.faults.Fault.Effect;
import io.nightjar.job.faults.Fault.Operation;
import io.nightjar.testing.Slow;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/** Tasks that fail. */
@Slow
@ForEachProtocol
class ExecutorFaultTest {

  @Parameter private ProtocolProfile profile;

  @Test
  void aTaskThatFailsOnceIsTriedAgainWhereverItWas(@TempDir Path directory) throws Exception {
    TestJobs jobs = TestJobs.in(directory, profile);
    String last = jobs.lastRoundName();
    FaultyDisk disk =
        FaultyDisk.in(
            directory,
            Fault.once(Operation.OPEN, ".*/wave-00000/round-00/up/.*njb", Effect.FAILS),
            Fault.once(
                Operation.CREATE, ".*/wave-00000/%s/down/batch.*".formatted(last), Effect.FAILS),
            Fault.once(Operation.CREATE, ".*/wave-00001/round-00/down/.*njb", Effect.FAILS),
            Fault.once(
                Operation.CREATE, ".*/wave-00001/%s/down/.*njb".formatted(last), Effect.FILLS_UP),
            Fault.once(Operation.CREATE, ".*/wave-00002/round-00/down/batch.*", Effect.FAILS));

    Parties.score(
        Requests.on(
            "local[2,4]",
            jobs.scoring(
                FaultyDisk.uri(directory.resolve("out")),
                Optional.of(jobs.keys("keys")),
                disk.settings(TestJobs.WAVE_BY_WAVE))));

    assertEquals(Collections.nCopies(disk.faults().size(), 1), disk.strikes());
    jobs.assertScored("out");
  }
}
