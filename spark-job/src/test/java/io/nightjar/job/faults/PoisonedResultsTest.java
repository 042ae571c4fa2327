package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.lattice.BlockCodec;
import io.nightjar.crypto.lattice.BlockDecryptor;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.identity.IdentityPoisonedException;
import io.nightjar.identity.PoisonMark;
import io.nightjar.job.AgentRequest;
import io.nightjar.job.Moment;
import io.nightjar.job.Parties;
import io.nightjar.job.ProtocolProfile;
import io.nightjar.job.ResultsWithheldException;
import io.nightjar.job.TestIdentities;
import io.nightjar.job.TestJobs;
import io.nightjar.job.TestKeys;
import io.nightjar.job.TestNetworks;
import io.nightjar.job.faults.ForgedResults.Content;
import io.nightjar.keys.LatticeKeys;
import io.nightjar.keys.LatticeSecret;
import io.nightjar.model.Dense;
import io.nightjar.model.Model;
import io.nightjar.model.Relu;
import io.nightjar.model.ResidualAdd;
import io.nightjar.plan.Plan;
import io.nightjar.testing.Slow;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A model owner sends results that only decryption shows to be wrong, and watches the exchange for
 * what the data owner makes of them: nothing that it would not make of any other results.
 */
@Slow
class PoisonedResultsTest {

  /** The batch that is asked with: the second of three, and the second of the first wave. */
  private static final long ASKED = 1;

  /** Two waves, the first of two batches. */
  private static final String[] WAVES = {
    "spark.nightjar.waves.batches=2", "spark.nightjar.exchange.timeout=30s"
  };

  /** What a model owner sees of a job that has asked nothing, by profile. */
  private static final Map<String, SortedMap<String, String>> HONEST = new HashMap<>();

  @TempDir private Path directory;

  private TestJobs jobs;
  private Path keys;
  private Path exchange;

  private void prepare(TestJobs with) throws Exception {
    jobs = with;
    keys = jobs.keys("keys");
    exchange = jobs.directory().resolve("exchange");
  }

  private static Stream<Arguments> questions() {
    List<Arguments> all = new ArrayList<>();
    for (ProtocolProfile profile :
        List.of(
            ProtocolProfile.BAYHENN,
            ProtocolProfile.PRIVATE_BAYHENN,
            ProtocolProfile.CRYPTONETS,
            ProtocolProfile.TWO_PARTY_DNN)) {
      int rounds = profile.equals(ProtocolProfile.CRYPTONETS) ? 1 : 2;
      for (int round = 0; round < rounds; round++) {
        all.add(Arguments.of(profile, Content.TOO_NOISY, round));
        all.add(Arguments.of(profile, Content.BEYOND_THE_BOUND, round));
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("questions")
  void whoAsksSeesWhatWhoAsksNothingSees(ProtocolProfile profile, Content content, int round)
      throws Exception {
    prepare(TestJobs.in(directory.resolve("jobs"), profile));
    SortedMap<String, String> honest = honest(profile);

    try (CheatingModelOwner cheat =
        CheatingModelOwner.start(
            exchange,
            jobs.plan(),
            (batch, at, draw) ->
                batch == ASKED && at == round && draw == 1 ? content : Content.PLAUSIBLE)) {
      ResultsWithheldException end = assertThrows(ResultsWithheldException.class, this::ask);

      assertEquals(honest, cheat.seen());
      assertTrue(end.getMessage().contains("(batch 1)"), end.getMessage());
      assertFalse(end.getMessage().codePoints().anyMatch(Character::isISOControl));
      assertNothingIsPublished();
      assertNoSecondQuestion(cheat);
    }
  }

  private SortedMap<String, String> honest(ProtocolProfile profile) throws Exception {
    if (!HONEST.containsKey(profile.name())) {
      HONEST.put(profile.name(), honest(TestJobs.in(directory.resolve("honest"), profile)));
    }
    return HONEST.get(profile.name());
  }

  /** Returns what is seen of a job like another, which ends well. */
  private static SortedMap<String, String> honest(TestJobs like) throws Exception {
    Path place = like.directory().resolve("exchange");
    try (CheatingModelOwner honest =
        CheatingModelOwner.start(place, like.plan(), CheatingModelOwner.Questions.NONE)) {
      Parties.ask(like.asking(place, like.keys("keys"), "out", WAVES));

      assertTrue(Files.exists(like.directory().resolve("out/_SUCCESS")));
      return honest.seen();
    }
  }

  private void ask() throws Exception {
    ask("out");
  }

  private void ask(String output) throws Exception {
    Parties.ask(jobs.asking(exchange, keys, output, WAVES));
  }

  private void assertNothingIsPublished() throws Exception {
    try (Stream<Path> output = Files.walk(jobs.directory().resolve("out"))) {
      List<String> names =
          output.filter(Files::isRegularFile).map(file -> file.getFileName().toString()).toList();
      assertTrue(names.contains("poisoned-0000001.json"), names.toString());
      assertTrue(names.stream().noneMatch(name -> name.matches("part-.*|report.*|_SUCCESS")));
    }
  }

  /** The same job does nothing any more, and no other begins with the key until it is lifted. */
  private void assertNoSecondQuestion(CheatingModelOwner cheat) throws Exception {
    SortedMap<String, String> before = cheat.seen();

    assertThrows(ResultsWithheldException.class, this::ask);
    IdentityPoisonedException refusal =
        assertThrows(IdentityPoisonedException.class, () -> ask("another-out"));

    assertTrue(
        refusal.getMessage().contains("nightjar identity lift " + keys), refusal.getMessage());
    assertEquals(before, cheat.seen());
    assertEquals(1, cheat.orders().size());
    assertFalse(Files.exists(jobs.directory().resolve("another-out")));

    assertTrue(PoisonMark.lift(keys));
    assertThrows(ResultsWithheldException.class, this::ask, "which stays marked itself");
    assertEquals(before, cheat.seen());
  }

  private static Model residual() {
    return TestNetworks.ofSixFeatures(
        2,
        new Dense("fc1", 6, 5, true),
        new Relu("relu1"),
        new Dense("fc2", 5, 5, true),
        new ResidualAdd("add", "relu1"),
        new Relu("relu3"),
        new Dense("fc3", 5, 3, true));
  }

  /** Every round asks, of all batches and draws. */
  @Test
  void whoAsksInEveryRoundSeesNoMore() throws Exception {
    SortedMap<String, String> honest = honest(TestJobs.in(directory.resolve("honest"), residual()));
    prepare(TestJobs.in(directory.resolve("jobs"), residual()));

    try (CheatingModelOwner cheat =
        CheatingModelOwner.start(
            exchange,
            jobs.plan(),
            (batch, at, draw) ->
                (at + draw) % 2 == 0 ? Content.TOO_NOISY : Content.BEYOND_THE_BOUND)) {
      ResultsWithheldException end = assertThrows(ResultsWithheldException.class, this::ask);

      assertEquals(honest, cheat.seen());
      assertTrue(end.getMessage().contains("(batches 0, 1, 2)"), end.getMessage());
      assertNothingIsPublished();
    }
  }

  /** With the key one sees what the model owner cannot: what is in the uploads that come after. */
  @Test
  void onlyTheBatchThatWasAskedWithGoesOnWithZeros() throws Exception {
    prepare(TestJobs.in(directory.resolve("jobs"), residual()));
    Plan plan = jobs.plan();

    try (CheatingModelOwner cheat =
            CheatingModelOwner.start(
                exchange,
                plan,
                (batch, at, draw) ->
                    batch == ASKED && at == 0 && draw == 0
                        ? Content.BEYOND_THE_BOUND
                        : Content.PLAUSIBLE);
        Spy spy = new Spy(jobs.directory().resolve("out"), plan)) {
      AgentRequest request = jobs.asking(exchange, keys, "out", WAVES);
      assertThrows(
          ResultsWithheldException.class,
          () -> Parties.ask(request, Moment.uploads(1, spy::openKey)));
      LatticeSecret secret = spy.secret.orElseThrow();

      for (Map.Entry<String, byte[]> upload : cheat.uploads().entrySet()) {
        IntegerColumns values = decrypted(secret, upload.getValue());
        long[] zeros = new long[values.values().length];
        if (upload
            .getKey()
            .matches(".*round-01.*batch-0000001.draw-00.*|.*round-02.*batch-0000001.*")) {
          assertArrayEquals(zeros, values.values(), upload.getKey());
        } else if (!upload.getKey().matches(".*round-01.*batch-0000001.*")) {
          assertFalse(Arrays.equals(zeros, values.values()), upload.getKey());
        } // the other draw may have been uploaded when the first was decrypted
      }
      assertEquals(3 + 2 * 3 * TestJobs.DRAWS, cheat.uploads().size());
    }
  }

  /** Somebody who can read the data owner's disk, and knows its identity. */
  private static final class Spy implements AutoCloseable {
    private final Path output;
    private final LatticeKeys keys;
    private Optional<LatticeSecret> secret = Optional.empty();

    Spy(Path output, Plan plan) {
      this.output = output;
      this.keys = new LatticeKeys((HeParameters) plan.encryption());
    }

    void openKey() throws IOException {
      secret = Optional.of((LatticeSecret) TestKeys.open(output, keys, TestIdentities.of("keys")));
    }

    @Override
    public void close() {
      secret.ifPresent(LatticeSecret::close);
    }
  }

  private static IntegerColumns decrypted(LatticeSecret secret, byte[] block) throws Exception {
    HeContext context = secret.context();
    try (CipherBlock read =
        new BlockCodec(context).read(new ByteArrayInputStream(block), header -> {}).block()) {
      return new BlockDecryptor(context, secret.key()).decrypt(read).columns();
    }
  }
}
