package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.exchange.Direction;
import io.nightjar.identity.PoisonMark;
import io.nightjar.job.JobFiles;
import io.nightjar.job.Moment;
import io.nightjar.job.Parties;
import io.nightjar.job.ProtocolProfile;
import io.nightjar.job.TestJobs;
import io.nightjar.job.TestNetworks;
import io.nightjar.job.faults.Fault.Effect;
import io.nightjar.job.faults.Fault.Operation;
import io.nightjar.keys.OwnerSecret;
import io.nightjar.model.Dense;
import io.nightjar.model.Layer;
import io.nightjar.model.Relu;
import io.nightjar.model.ResidualAdd;
import io.nightjar.testing.Slow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can go wrong where there are many rounds, or results are hidden. */
@Slow
class BayhennFaultTest {

  @TempDir private Path directory;

  /** Two waves are under way. */
  @ParameterizedTest
  @CsvSource({
    "false, RENAME, .*/wave-00000/round-02/up.json",
    "false, DELETE, .*/wave-00000/round-01/up",
    "false, CREATE, .*/wave-00000/round-02/down/.*njb",
    "false, RENAME, .*/parts/part-00000.parquet",
    "true, RENAME, .*/wave-00000/round-02/up.json",
    "true, DELETE, .*/wave-00000/round-01/up",
    "true, RENAME, .*/parts/part-00000.parquet"
  })
  void aDeepNetworkGoesOnWithoutTheBlocksOfRoundsBefore(
      boolean residual, Operation operation, String path) throws Exception {
    Layer third = residual ? new ResidualAdd("add", "relu1") : new Relu("relu2");
    TestJobs jobs =
        TestJobs.in(
            directory,
            TestNetworks.ofSixFeatures(
                2,
                new Dense("fc1", 6, 5, true),
                new Relu("relu1"),
                new Dense("fc2", 5, 5, true),
                third,
                new Relu("relu3"),
                new Dense("fc3", 5, 3, true)));
    CrashTest.crashAndGoOn(
        jobs,
        Optional.of(jobs.keys("keys")),
        List.of(Fault.once(operation, path, Effect.CRASHES)),
        2);
  }

  /**
   * Results are hidden by encrypting them anew: a model owner can do so under a key that the data
   * owner cannot decrypt.
   */
  @Test
  void resultsThatAreHiddenUnderAnotherKeyPoisonTheirBatch() throws Exception {
    StoredJobs stored = StoredJobs.of(ProtocolProfile.PRIVATE_BAYHENN);
    JobFiles forged = stored.copyOrdered(directory.resolve("exchange"));
    try (OwnerSecret other = stored.jobs().keyScheme().draw()) {
      forged.orderWith(other.publicKey().bytes(), StoredJobs.dataOwner());
    }
    assertEquals(
        1,
        Parties.serve(
            stored
                .jobs()
                .serving(
                    forged.exchange(),
                    1,
                    StoredJobs.stateSetting(directory.resolve("state")),
                    TestJobs.WAVE_BY_WAVE),
            Moment.evaluated(0, 0, Moment::end)));
    JobFiles job = stored.restoreOrdered();
    FileTree.replace(job.wave(0), forged.wave(0));
    CheatingModelOwner.giveReceipt(job.directory(), job.resolve("job.json"));
    assertTrue(Files.exists(job.manifest(0, 0, Direction.DOWN)), "there are results");

    try { // it goes on as if nothing had happened, and nobody serves
      assertThrows(
          Moment.Ended.class,
          () -> Parties.ask(stored.asking(), Moment.uploaded(0, 1, Moment::end)));

      assertTrue(Files.exists(stored.output().resolve("_nightjar/poisoned-0000000.json")));
    } finally {
      PoisonMark.lift(stored.keys()); // which all tests have
    }
  }
}
