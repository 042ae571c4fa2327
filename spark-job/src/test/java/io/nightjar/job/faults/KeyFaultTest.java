package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.exchange.ExchangeException;
import io.nightjar.job.AgentRequest;
import io.nightjar.job.ForEachProtocol;
import io.nightjar.job.JobFiles;
import io.nightjar.job.JobRefusedException;
import io.nightjar.job.Parties;
import io.nightjar.job.ProtocolProfile;
import io.nightjar.job.ResultsWithheldException;
import io.nightjar.job.TestJobs;
import io.nightjar.keys.KeyDirectory;
import io.nightjar.keys.KeyPoison;
import io.nightjar.keys.KeysUnusableException;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys that are damaged, mixed up, or made for something else. */
@Slow
@ForEachProtocol
class KeyFaultTest {

  private static final String PUBLIC_KEY = "public-key.bin";

  @Parameter private ProtocolProfile profile;
  private StoredJobs stored;
  private Forger forger;

  @BeforeParameterizedClassInvocation
  void findJobs() throws IOException {
    stored = StoredJobs.of(profile);
    forger = new Forger(stored);
  }

  /** What becomes of a public key. */
  enum KeyFault {
    NOTHING_IS_THERE,
    EMPTY,
    CUT_SHORT,
    LONGER,
    HUGE,
    ONE_BIT_FLIPPED,
    OF_ANOTHER_OWNER,
    OF_OTHER_PARAMETERS;

    /** Returns what is there then instead of a good key, if anything is. */
    Optional<byte[]> apply(byte[] good, TestJobs jobs, ProtocolProfile profile) throws IOException {
      return switch (this) {
        case NOTHING_IS_THERE -> Optional.empty();
        case EMPTY -> Optional.of(new byte[0]);
        case CUT_SHORT -> Optional.of(Arrays.copyOf(good, good.length - 1));
        case LONGER -> Optional.of(Arrays.copyOf(good, good.length + 1));
        case HUGE -> Optional.of(new byte[(16 << 20) + 1]);
        case ONE_BIT_FLIPPED -> {
          byte[] flipped = good.clone();
          flipped[good.length / 2] ^= 8;
          yield Optional.of(flipped);
        }
        case OF_ANOTHER_OWNER -> Optional.of(publicKey(jobs.keys("other-keys")));
        case OF_OTHER_PARAMETERS ->
            Optional.of(publicKey(jobs.keys("others", profile.otherParameters())));
      };
    }

    /** Returns a part of what is said of a key from another party. */
    String reason(ProtocolProfile.KeyRefusals refusals) {
      return switch (this) {
        case NOTHING_IS_THERE -> "There is no ";
        case HUGE -> " has more than ";
        case OF_ANOTHER_OWNER -> "; the order names ";
        case EMPTY -> refused("");
        case CUT_SHORT -> refused(refusals.cutShort());
        case LONGER -> refused(refusals.longer());
        case ONE_BIT_FLIPPED -> refused(refusals.flipped());
        case OF_OTHER_PARAMETERS -> refused(refusals.ofOtherParameters());
      };
    }

    /** Returns a part of what is said of a key on the data owner's disk. */
    String reasonOnDisk(ProtocolProfile.KeyRefusals refusals) {
      return switch (this) {
        case HUGE -> "is too large for a key";
        case OF_ANOTHER_OWNER -> " has fingerprint ";
        default -> reason(refusals);
      };
    }

    private static String refused(String why) {
      return "A public key is refused: " + why;
    }
  }

  private static byte[] publicKey(Path keys) throws IOException {
    return Files.readAllBytes(KeyDirectory.publicKeyFile(keys));
  }

  /** Whoever orders says what the key's fingerprint is, whatever that key is. */
  @ParameterizedTest
  @EnumSource
  void aFaultyKeyInTheExchangeIsRefusedBeforeAnythingIsCountedOrEvaluated(
      KeyFault fault, @TempDir Path directory) throws Exception {
    JobFiles job = stored.copyOrdered(directory.resolve("exchange"));
    Path file = job.resolve(PUBLIC_KEY);
    Optional<byte[]> faulty = fault.apply(Files.readAllBytes(file), stored.jobs(), profile);
    Files.delete(file);
    if (fault == KeyFault.OF_ANOTHER_OWNER) {
      Files.write(file, faulty.orElseThrow());
    } else if (faulty.isPresent()) {
      job.orderWith(faulty.get());
    }

    forger.assertOrderRefused(job, directory.resolve("state"), fault.reason(profile.keyRefusals()));
  }

  @ParameterizedTest
  @EnumSource
  void aFaultyKeyInItsDirectoryIsRefusedBeforeAnythingIsOrdered(
      KeyFault fault, @TempDir Path directory) throws Exception {
    TestJobs jobs = TestJobs.in(directory, profile);
    Path own = jobs.keys("keys");
    Optional<byte[]> faulty = fault.apply(publicKey(own), jobs, profile);
    Path file = KeyDirectory.publicKeyFile(own);
    Files.delete(file);
    if (faulty.isPresent()) {
      Files.write(file, faulty.get());
    }

    assertAgentRefuses(fault.reasonOnDisk(profile.keyRefusals()), jobs, own);
  }

  @Test
  void aFaultyKeyInItsDirectoryIsRefusedByADriverToo(@TempDir Path directory) throws Exception {
    TestJobs jobs = TestJobs.in(directory, profile);
    Path own = jobs.keys("keys");
    KeyFault fault = KeyFault.ONE_BIT_FLIPPED;
    Files.write(
        KeyDirectory.publicKeyFile(own), fault.apply(publicKey(own), jobs, profile).orElseThrow());

    KeysUnusableException refusal =
        assertThrows(KeysUnusableException.class, () -> Parties.score(jobs.scoring("out", own)));

    assertContains(fault.reasonOnDisk(profile.keyRefusals()), refusal);
    assertFalse(Files.exists(directory.resolve("out")));
  }

  /** Two directories that somebody mixed up: each part is as it must be. */
  @Test
  void publicKeysOfAnotherDirectoryAreRefusedBeforeAnythingIsOrdered(@TempDir Path directory)
      throws Exception {
    TestJobs jobs = TestJobs.in(directory, profile);
    Path mixed = jobs.keys("keys");
    Path other = jobs.keys("other-keys");
    Path description = mixed.resolve("key.json");
    Files.writeString(
        description,
        Files.readString(description)
            .replace(KeyDirectory.fingerprint(mixed), KeyDirectory.fingerprint(other)));
    Files.copy(KeyDirectory.publicKeyFile(other), KeyDirectory.publicKeyFile(mixed));

    assertAgentRefuses(" does not belong to the secret key in ", jobs, mixed);
  }

  private Stream<ProtocolProfile> otherProtocols() {
    return ProtocolProfile.ofEachProtocol().filter(other -> !other.equals(profile));
  }

  @ParameterizedTest
  @MethodSource("otherProtocols")
  void keysForAnotherProtocolAreRefusedBeforeAnythingIsOrdered(
      ProtocolProfile other, @TempDir Path directory) throws Exception {
    Path others = TestJobs.in(directory.resolve("others"), other).keys("keys");
    TestJobs jobs = TestJobs.in(directory, profile);

    assertAgentRefuses("make a key for this plan with keygen", jobs, others);
    KeysUnusableException refusal =
        assertThrows(KeysUnusableException.class, () -> Parties.score(jobs.scoring("out", others)));
    assertContains("make a key for this plan with keygen", refusal);
    assertFalse(Files.exists(directory.resolve("out")));
  }

  private static void assertAgentRefuses(String reason, TestJobs jobs, Path keys)
      throws IOException {
    Path exchange = jobs.directory().resolve("exchange");
    jobs.offer(exchange);
    // Nobody serves: an agent that refused nothing would wait, and say so in its refusal.
    AgentRequest request = jobs.asking(exchange, keys, "out", "spark.nightjar.exchange.timeout=1s");

    KeysUnusableException refusal =
        assertThrows(KeysUnusableException.class, () -> Parties.ask(request));

    assertContains(reason, refusal);
    assertFalse(Files.exists(jobs.directory().resolve("out")));
    assertFalse(Files.exists(exchange.resolve("jobs")));
  }

  /**
   * Even if nobody had noticed that the keys are others, the blocks themselves would tell, or in
   * the end the noise or the values.
   */
  @Test
  void ofResultsUnderAnotherKeyNothingIsPublished() throws Exception {
    stored.restoreAnswered();
    Path others = stored.jobs().keys("other-keys");
    Path state = stored.output().resolve("_nightjar/job.json");
    Files.writeString(
        state,
        Files.readString(state)
            .replace(KeyDirectory.fingerprint(stored.keys()), KeyDirectory.fingerprint(others)));

    try {
      Class<? extends Exception> expected =
          profile.saysItsKey() ? ExchangeException.class : ResultsWithheldException.class;
      Exception refusal =
          assertThrows(expected, () -> Parties.ask(stored.asking(others, stored.output())));

      assertContains(
          profile.saysItsKey() ? "The block's key digest is" : "(batches 0, 1, 2)", refusal);
    } finally {
      KeyPoison.lift(others); // which all tests have
    }
    assertFalse(Files.exists(stored.output().resolve("_SUCCESS")));
  }

  @Test
  void aJobThatWasBegunWithAnotherKeyIsNotTakenUp() throws Exception {
    stored.restoreAnswered();
    Path others = stored.jobs().keys("other-keys");

    JobRefusedException refusal =
        assertThrows(
            JobRefusedException.class, () -> Parties.ask(stored.asking(others, stored.output())));

    assertContains(
        "was begun with key %s, and %s has no such key"
            .formatted(KeyDirectory.fingerprint(stored.keys()), others),
        refusal);
  }

  private static void assertContains(String reason, Exception refusal) {
    assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
  }
}
