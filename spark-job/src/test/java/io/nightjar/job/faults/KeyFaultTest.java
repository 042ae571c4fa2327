package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.crypto.protect.PassphraseProtection;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.identity.PoisonMark;
import io.nightjar.job.ForEachProtocol;
import io.nightjar.job.JobFiles;
import io.nightjar.job.JobRefusedException;
import io.nightjar.job.Parties;
import io.nightjar.job.ProtocolProfile;
import io.nightjar.job.ResultsWithheldException;
import io.nightjar.job.TestIdentities;
import io.nightjar.job.TestJobs;
import io.nightjar.job.TestKeys;
import io.nightjar.keys.OwnerKey;
import io.nightjar.keys.OwnerSecret;
import io.nightjar.plan.Plan;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
    OF_ANOTHER_JOB,
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
        case OF_ANOTHER_JOB -> Optional.of(drawn(profile, jobs.plan()));
        case OF_OTHER_PARAMETERS ->
            Optional.of(drawn(profile, jobs.plan(profile.otherParameters())));
      };
    }

    /** Returns a part of what is said of a key from another party. */
    String reason(ProtocolProfile.KeyRefusals refusals) {
      return switch (this) {
        case NOTHING_IS_THERE -> "There is no ";
        case HUGE -> " has more than ";
        case OF_ANOTHER_JOB -> "; the order names ";
        case EMPTY -> refused("");
        case CUT_SHORT -> refused(refusals.cutShort());
        case LONGER -> refused(refusals.longer());
        case ONE_BIT_FLIPPED -> refused(refusals.flipped());
        case OF_OTHER_PARAMETERS -> refused(refusals.ofOtherParameters());
      };
    }

    /** Returns a part of what is said of a key on the data owner's disk. */
    String reasonOnDisk() {
      return switch (this) {
        case NOTHING_IS_THERE -> "is gone: remove the output to start anew";
        case HUGE -> " has more than ";
        default -> "is not the one that the job was begun with";
      };
    }

    private static String refused(String why) {
      return "A public key is refused: " + why;
    }
  }

  private static byte[] drawn(ProtocolProfile profile, Plan plan) {
    try (OwnerSecret secret = profile.protocol().keys(plan).draw()) {
      return secret.publicKey().bytes();
    }
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
    if (fault == KeyFault.OF_ANOTHER_JOB) {
      Files.write(file, faulty.orElseThrow());
    } else if (faulty.isPresent()) {
      job.orderWith(faulty.get(), StoredJobs.dataOwner());
    }

    forger.assertOrderRefused(job, directory.resolve("state"), fault.reason(profile.keyRefusals()));
  }

  @ParameterizedTest
  @EnumSource
  void aFaultyPublicKeyBesideAJobThatGoesOnIsRefused(KeyFault fault, @TempDir Path directory)
      throws Exception {
    Path output = stored.copyOutput(directory.resolve("out"));
    Path file = TestKeys.publicFile(output);
    Optional<byte[]> faulty = fault.apply(Files.readAllBytes(file), stored.jobs(), profile);
    Files.delete(file);
    if (faulty.isPresent()) {
      Files.write(file, faulty.get());
    }

    assertNotTakenUp(fault.reasonOnDisk(), output);
  }

  /** What becomes of a secret key. */
  enum SecretFault {
    NOTHING_IS_THERE,
    CUT_SHORT,
    ONE_BIT_FLIPPED,
    OF_ANOTHER_JOB
  }

  @ParameterizedTest
  @EnumSource
  void aFaultySecretKeyBesideAJobThatGoesOnIsRefused(SecretFault fault, @TempDir Path directory)
      throws Exception {
    Path output = stored.copyOutput(directory.resolve("out"));
    Path file = TestKeys.file(output);
    byte[] good = Files.readAllBytes(file);
    Files.delete(file);
    switch (fault) {
      case NOTHING_IS_THERE -> assertFalse(Files.exists(file));
      case CUT_SHORT -> Files.write(file, Arrays.copyOf(good, good.length - 1));
      case ONE_BIT_FLIPPED -> {
        good[good.length / 2] ^= 8;
        Files.write(file, good);
      }
      case OF_ANOTHER_JOB -> {
        stored.restoreAnswered();
        Files.copy(TestKeys.file(stored.output()), file);
      }
    }

    assertNotTakenUp(
        fault == SecretFault.NOTHING_IS_THERE
            ? "is gone: remove the output to start anew"
            : "is not the one that the job was begun with",
        output);
  }

  private void assertNotTakenUp(String reason, Path output) {
    RuntimeException refusal =
        assertThrows(RuntimeException.class, () -> Parties.score(stored.scoring(output)));

    assertTrue(
        refusal instanceof JobRefusedException || refusal instanceof ExchangeException,
        refusal.toString());
    assertContains(reason, refusal);
    assertFalse(Files.exists(output.resolve("_SUCCESS")));
  }

  /**
   * Even if nobody had noticed that the key is another, the blocks themselves would tell, or in the
   * end the noise or the values.
   */
  @Test
  void ofResultsUnderAnotherKeyNothingIsPublished() throws Exception {
    JobFiles job = stored.restoreAnswered();
    try (OwnerSecret other = stored.jobs().keyScheme().draw()) {
      exchangeKey(other, job);
    }

    try {
      Class<? extends Exception> expected =
          profile.saysItsKey() ? ExchangeException.class : ResultsWithheldException.class;
      Exception refusal = assertThrows(expected, () -> Parties.ask(stored.asking()));

      assertContains(
          profile.saysItsKey() ? "The block's key digest is" : "(batches 0, 1, 2)", refusal);
    } finally {
      PoisonMark.lift(stored.keys()); // which all tests have
    }
    assertFalse(Files.exists(stored.output().resolve("_SUCCESS")));
  }

  /** Puts a key in the place of a job's everywhere, with the receipt of an order that names it. */
  private void exchangeKey(OwnerSecret other, JobFiles job) throws IOException {
    Path state = stored.output().resolve("_nightjar/job.json");
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode all = (ObjectNode) mapper.readTree(state.toFile());
    ObjectNode order = (ObjectNode) all.get("job");
    OwnerKey owner = other.publicKey();
    order.put("key", owner.fingerprint());
    Files.write(TestKeys.publicFile(stored.output()), owner.bytes());
    Files.write(
        TestKeys.file(stored.output()),
        other.protect(
            StoredJobs.dataOwner().passphraseOf(UUID.fromString(order.get("job").asText())),
            PassphraseProtection.Cost.LEAST));
    Files.writeString(state, mapper.writeValueAsString(all));
    JobFiles.write(job.resolve("job.json"), order, StoredJobs.dataOwner());
    ObjectNode receipt = (ObjectNode) mapper.readTree(job.resolve("receipt.json").toFile());
    receipt.put("order", TestIdentities.sha256(Files.readAllBytes(job.resolve("job.json"))));
    JobFiles.write(job.resolve("receipt.json"), receipt, TestIdentities.modelOwner());
  }

  @Test
  void aJobThatWasBegunByAnotherIdentityIsNotTakenUp() throws Exception {
    stored.restoreAnswered();
    Path others = stored.jobs().keys("other-keys");

    JobRefusedException refusal =
        assertThrows(
            JobRefusedException.class, () -> Parties.ask(stored.asking(others, stored.output())));

    assertContains(
        "was begun by %s, which is not one of ".formatted(StoredJobs.dataOwner().identity()),
        refusal);
  }

  private static void assertContains(String reason, Exception refusal) {
    assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
  }
}
