package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.identity.Identity;
import io.nightjar.identity.IdentityDirectory;
import io.nightjar.job.JobRefusedException;
import io.nightjar.job.Moment;
import io.nightjar.job.Parties;
import io.nightjar.job.ProtocolProfile;
import io.nightjar.job.ScoreRequest;
import io.nightjar.job.TestIdentities;
import io.nightjar.job.TestJobs;
import io.nightjar.ledger.Entry;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Identities that change while jobs are in work. */
@Slow
class IdentityLifeTest {

  private static final String EACH_PROTOCOL = "io.nightjar.job.ProtocolProfile#ofEachProtocol";
  private static final String OTHER = "a fifth owl joined the others";

  @TempDir private Path directory;

  /** Gives an identity another passphrase, and then has another identity in use. */
  private static Identity change(TestJobs jobs, Path keys) throws IOException {
    IdentityDirectory.changePassphrase(
        keys, TestJobs.PASSPHRASE.toCharArray(), OTHER.toCharArray());
    Files.writeString(jobs.passphraseFile(), OTHER);
    return IdentityDirectory.rotate(keys, OTHER.toCharArray());
  }

  @ParameterizedTest
  @MethodSource(EACH_PROTOCOL)
  void anAgentGoesOnWithTheIdentityThatItsJobWasBegunWith(ProtocolProfile profile)
      throws Exception {
    TestJobs jobs = TestJobs.in(directory, profile);
    Path keys = jobs.keys("keys");
    Identity first = TestIdentities.in(keys);
    Path exchange = directory.resolve("exchange");
    CompletableFuture<Integer> serving = Parties.serving(jobs.serving(exchange, 2));
    assertThrows(
        Moment.Ended.class,
        () -> Parties.ask(jobs.asking(exchange, keys, "out"), Moment.uploads(1, Moment::end)));

    Identity second = change(jobs, keys);
    Parties.ask(jobs.asking(exchange, keys, "out"));
    Parties.ask(jobs.asking(exchange, keys, "next-out"));

    assertEquals(0, serving.get());
    jobs.assertScored("out");
    jobs.assertScored("next-out");
    assertNotEquals(first, second);
    assertEquals(
        List.of(first.hex(), second.hex()), jobs.entries().stream().map(Entry::owner).toList());
  }

  @ParameterizedTest
  @MethodSource(EACH_PROTOCOL)
  void aDriverGoesOnWithTheIdentityThatItsJobWasBegunWith(ProtocolProfile profile)
      throws Exception {
    TestJobs jobs = TestJobs.in(directory, profile);
    Path keys = jobs.keys("keys");
    ScoreRequest request = jobs.scoring("out", keys);
    assertThrows(
        Moment.Ended.class, () -> Parties.score(request, Moment.evaluated(0, 0, Moment::end)));

    Identity unused = change(jobs, keys);
    Parties.score(request);

    jobs.assertScored("out");
  }

  @Test
  void aJobWhoseIdentityWasDroppedSaysSo() throws Exception {
    TestJobs jobs = TestJobs.in(directory);
    Path keys = jobs.keys("keys");
    Identity first = TestIdentities.in(keys);
    ScoreRequest request = jobs.scoring("out", keys);
    assertThrows(
        Moment.Ended.class, () -> Parties.score(request, Moment.evaluated(0, 0, Moment::end)));
    Identity unused = change(jobs, keys);
    IdentityDirectory.drop(keys, first, OTHER.toCharArray());

    JobRefusedException refusal =
        assertThrows(JobRefusedException.class, () -> Parties.score(request));

    assertTrue(refusal.getMessage().contains("was begun by " + first), refusal.getMessage());
  }

  @Test
  void anIdentityUnderAWeakPassphraseOpensWithAWarningThatSaysWhatToDo() throws Exception {
    TestJobs jobs = TestJobs.in(directory);
    Path keys = jobs.keys("older-keys", "x");
    Files.writeString(jobs.passphraseFile(), "x");
    Path strong = jobs.keys("keys");

    String heard;
    try (Listening listening = new Listening(Level.WARN)) {
      Parties.score(jobs.scoring("out", keys));
      heard = listening.text();
    }
    String quiet;
    Files.writeString(jobs.passphraseFile(), TestJobs.PASSPHRASE);
    try (Listening listening = new Listening(Level.WARN)) {
      Parties.score(jobs.scoring("other-out", strong));
      quiet = listening.text();
    }

    jobs.assertScored("out");
    assertTrue(
        heard.contains("change it with 'nightjar identity passwd %s'".formatted(keys)), heard);
    assertFalse(quiet.contains("identity passwd"));
  }
}
