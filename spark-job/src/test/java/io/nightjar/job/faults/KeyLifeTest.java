package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.job.JobRefusedException;
import io.nightjar.job.Moment;
import io.nightjar.job.Parties;
import io.nightjar.job.ProtocolProfile;
import io.nightjar.job.ScoreRequest;
import io.nightjar.job.TestJobs;
import io.nightjar.keys.KeyDirectory;
import io.nightjar.keys.OwnerKey;
import io.nightjar.ledger.Entry;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys that change while jobs are in work. */
@Slow
class KeyLifeTest {

  private static final String EACH_PROTOCOL = "io.nightjar.job.ProtocolProfile#ofEachProtocol";
  private static final String OTHER = "a fifth owl joined the others";

  @TempDir private Path directory;

  /** Gives the keys another passphrase, and then has another pair in use. */
  private static String change(TestJobs jobs, Path keys) throws IOException {
    KeyDirectory.changePassphrase(keys, TestJobs.PASSPHRASE.toCharArray(), OTHER.toCharArray());
    Files.writeString(jobs.passphraseFile(), OTHER);
    OwnerKey fresh =
        KeyDirectory.rotate(keys, jobs.keyScheme(), OTHER.toCharArray(), Optional.empty());
    return fresh.fingerprint();
  }

  @ParameterizedTest
  @MethodSource(EACH_PROTOCOL)
  void anAgentGoesOnWithTheKeyThatItsJobWasBegunWith(ProtocolProfile profile) throws Exception {
    TestJobs jobs = TestJobs.in(directory, profile);
    Path keys = jobs.keys("keys");
    String first = KeyDirectory.fingerprint(keys);
    Path exchange = directory.resolve("exchange");
    CompletableFuture<Integer> serving = Parties.serving(jobs.serving(exchange, 2));
    assertThrows(
        Moment.Ended.class,
        () -> Parties.ask(jobs.asking(exchange, keys, "out"), Moment.uploads(1, Moment::end)));

    String second = change(jobs, keys);
    Parties.ask(jobs.asking(exchange, keys, "out"));
    Parties.ask(jobs.asking(exchange, keys, "next-out"));

    assertEquals(0, serving.get());
    jobs.assertScored("out");
    jobs.assertScored("next-out");
    assertNotEquals(first, second);
    assertEquals(List.of(first, second), jobs.entries().stream().map(Entry::owner).toList());
  }

  @ParameterizedTest
  @MethodSource(EACH_PROTOCOL)
  void aDriverGoesOnWithTheKeyThatItsJobWasBegunWith(ProtocolProfile profile) throws Exception {
    TestJobs jobs = TestJobs.in(directory, profile);
    Path keys = jobs.keys("keys");
    ScoreRequest request = jobs.scoring("out", keys);
    assertThrows(
        Moment.Ended.class, () -> Parties.score(request, Moment.evaluated(0, 0, Moment::end)));

    String unused = change(jobs, keys);
    Parties.score(request);

    jobs.assertScored("out");
  }

  @Test
  void aJobWhoseKeyWasDroppedSaysSo() throws Exception {
    TestJobs jobs = TestJobs.in(directory);
    Path keys = jobs.keys("keys");
    String first = KeyDirectory.fingerprint(keys);
    ScoreRequest request = jobs.scoring("out", keys);
    assertThrows(
        Moment.Ended.class, () -> Parties.score(request, Moment.evaluated(0, 0, Moment::end)));
    String unused = change(jobs, keys);
    KeyDirectory.drop(keys, first);

    JobRefusedException refusal =
        assertThrows(JobRefusedException.class, () -> Parties.score(request));

    assertTrue(refusal.getMessage().contains("was begun with key " + first), refusal.getMessage());
  }

  @Test
  void keysUnderAWeakPassphraseOpenWithAWarningThatSaysWhatToDo() throws Exception {
    TestJobs jobs = TestJobs.in(directory);
    Path keys = jobs.olderKeys("older-keys", "x");
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
    assertTrue(heard.contains("change it with 'nightjar keys passwd %s'".formatted(keys)), heard);
    assertFalse(quiet.contains("keys passwd"));
  }
}
