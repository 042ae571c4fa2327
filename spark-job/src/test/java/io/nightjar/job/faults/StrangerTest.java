package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.exchange.Direction;
import io.nightjar.identity.IdentitySecret;
import io.nightjar.job.AgentRequest;
import io.nightjar.job.ForEachProtocol;
import io.nightjar.job.JobFiles;
import io.nightjar.job.Moment;
import io.nightjar.job.Parties;
import io.nightjar.job.ProtocolProfile;
import io.nightjar.job.Requests;
import io.nightjar.job.StoredSection;
import io.nightjar.job.TestIdentities;
import io.nightjar.job.TestJobs;
import io.nightjar.keys.OwnerSecret;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Somebody who can read and write an exchange, knows its formats, and is neither of the two owners.
 */
@Slow
@ForEachProtocol
class StrangerTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SOON = "spark.nightjar.exchange.timeout=1s";

  @Parameter private ProtocolProfile profile;
  private StoredJobs stored;

  @TempDir private Path directory;

  @BeforeParameterizedClassInvocation
  void findJobs() throws IOException {
    stored = StoredJobs.of(profile);
  }

  private static IdentitySecret stranger() {
    return TestIdentities.of("stranger");
  }

  /** What stands in the place of a signature. */
  enum Signature {
    NONE,
    ITS_OWN,
    /** The right one of the same owner, for another file of the same job. */
    OF_ANOTHER_FILE,
    /** Its own, under the name of the owner. */
    UNDER_A_FALSE_NAME;

    void of(Path file, Path other, IdentitySecret owner) throws IOException {
      Path signature = signature(file);
      Files.deleteIfExists(signature);
      if (this == OF_ANOTHER_FILE) {
        Files.copy(signature(other), signature);
      } else if (this != NONE) {
        TestIdentities.sign(file, stranger());
      }
      if (this == UNDER_A_FALSE_NAME) {
        Files.writeString(
            signature,
            Files.readString(signature)
                .replace(stranger().identity().toString(), owner.identity().toString()));
      }
    }
  }

  private static Path signature(Path file) {
    return file.resolveSibling(file.getFileName() + ".sig");
  }

  /**
   * It orders in the name of a data owner that it has seen before, with a key of its own, to read
   * the results and leave the bill with the other.
   */
  @Test
  void ordersInAnothersNameAreNeitherCountedNorAnswered() throws Exception {
    JobFiles seen = stored.copyOrdered(directory.resolve("exchange"));
    Map<Signature, JobFiles> forged = new EnumMap<>(Signature.class);
    for (Signature signature : Signature.values()) {
      JobFiles own = orderLike(seen);
      signature.of(own.resolve("job.json"), seen.resolve("job.json"), StoredJobs.dataOwner());
      forged.put(signature, own);
    }
    String state = StoredJobs.stateSetting(directory.resolve("state"));

    int unused = Parties.serve(stored.jobs().serving(seen.exchange(), 1, state, SOON));

    for (Map.Entry<Signature, JobFiles> own : forged.entrySet()) {
      String refusal = Files.readString(own.getValue().resolve("refused.json"));
      assertTrue(
          refusal.contains("is not signed by the data owner that it names"),
          own.getKey() + ": " + refusal);
      assertFalse(Files.exists(own.getValue().manifest(0, 0, Direction.DOWN)));
    }
    assertEquals(
        List.of(seen.directory().getFileName().toString()),
        stored.jobs().entries(state).stream().map(entry -> entry.job().toString()).toList(),
        "the job that was really ordered");
  }

  /** Orders what has been ordered again, with another key. */
  private JobFiles orderLike(JobFiles seen) throws IOException {
    UUID fresh = UUID.randomUUID();
    JobFiles own =
        new JobFiles(
            FileTree.copy(seen.directory(), seen.directory().resolveSibling(fresh.toString())));
    ObjectNode order = (ObjectNode) JSON.readTree(own.resolve("job.json").toFile());
    order.put("job", fresh.toString());
    try (OwnerSecret secret = stored.jobs().keyScheme().draw()) {
      byte[] key = secret.publicKey().bytes();
      Files.write(own.resolve("public-key.bin"), key);
      order.put("key", JobFiles.blake3(key));
    }
    JobFiles.write(own.resolve("job.json"), order, stranger());
    return own;
  }

  /** What a data owner signed for one model owner it has not ordered from another. */
  @Test
  void anOrderFromAnotherModelOwnerIsNotAnswered() throws Exception {
    JobFiles job = stored.copyOrdered(directory.resolve("exchange"));
    ObjectNode order = (ObjectNode) JSON.readTree(job.resolve("job.json").toFile());
    order.put("modelOwner", stranger().identity().toString());
    JobFiles.write(job.resolve("job.json"), order, StoredJobs.dataOwner());
    Path state = directory.resolve("state");

    assertEquals(1, stored.serve(job, state), "jobs refused");

    String refusal = Files.readString(job.resolve("refused.json"));
    assertTrue(refusal.contains("who does not serve here"), refusal);
    assertEquals(List.of(), stored.jobs().entries(StoredJobs.stateSetting(state)));
  }

  /** A signature stands for so many answers, which are those that the plan counts. */
  @Test
  void anOrderThatCountsItsAnswersAnotherWayIsNotAnswered() throws Exception {
    JobFiles job = stored.copyOrdered(directory.resolve("exchange"));
    ObjectNode order = (ObjectNode) JSON.readTree(job.resolve("job.json").toFile());
    long right = order.get("answers").asLong();
    order.put("answers", right + 1);
    JobFiles.write(job.resolve("job.json"), order, StoredJobs.dataOwner());
    Path state = directory.resolve("state");

    assertEquals(1, stored.serve(job, state), "jobs refused");

    String refusal = Files.readString(job.resolve("refused.json"));
    assertTrue(
        refusal.contains(
            String.format(
                Locale.ROOT,
                "The job is ordered as %,d answers; it counts as %,d",
                right + 1,
                right)),
        refusal);
    assertEquals(List.of(), stored.jobs().entries(StoredJobs.stateSetting(state)));
  }

  @Test
  void resultsOfAJobWithoutAReceiptAreNotTaken() throws Exception {
    JobFiles job = stored.restoreAnswered();
    Files.delete(job.resolve("receipt.json"));
    Files.delete(stored.output().resolve("_nightjar/receipt.json"));

    Exception waited = assertThrows(Exception.class, () -> Parties.ask(soon()));

    assertTrue(waited.getMessage().contains("the results of wave 0"), waited.toString());
    assertFalse(Files.exists(stored.output().resolve("_nightjar/parts/part-00000.parquet")));
  }

  /** Returns the data owner's request, who waits for nothing. */
  private AgentRequest soon() {
    return stored
        .jobs()
        .asking(
            stored.exchange(),
            stored.keys(),
            stored.output().toString(),
            TestJobs.KEEP,
            TestJobs.WAVE_BY_WAVE,
            SOON);
  }

  /** Each wave has another signature in the place of the right one. */
  @Test
  void uploadsInAnothersNameAreNotEvaluated() throws Exception {
    JobFiles job = stored.copyOrdered(directory.resolve("exchange"));
    JobFiles right = stored.copyOrdered(directory.resolve("right"));
    List<Signature> signatures =
        List.of(Signature.ITS_OWN, Signature.OF_ANOTHER_FILE, Signature.UNDER_A_FALSE_NAME);
    for (int wave = 0; wave < StoredJobs.WAVES; wave++) {
      signatures
          .get(wave)
          .of(
              job.manifest(wave, 0, Direction.UP),
              right.manifest((wave + 1) % StoredJobs.WAVES, 0, Direction.UP),
              StoredJobs.dataOwner());
    }
    String state = StoredJobs.stateSetting(directory.resolve("state"));

    assertEquals(
        1,
        Parties.serve(stored.jobs().serving(job.exchange(), 1, state, SOON)),
        "they were waited for in vain");

    for (int wave = 0; wave < StoredJobs.WAVES; wave++) {
      assertFalse(Files.exists(job.manifest(wave, 0, Direction.DOWN)), "wave " + wave);
    }
  }

  @ParameterizedTest
  @EnumSource
  void resultsInTheModelOwnersNameAreNotTaken(Signature signature) throws Exception {
    JobFiles job = stored.restoreAnswered();
    int last = stored.jobs().lastRound();
    Path results = job.manifest(Forger.RETURNED, last, Direction.DOWN);
    StoredSection block = StoredSection.ofDraw(job, Forger.RETURNED, last, Direction.DOWN, 0);
    Path other = Files.createTempFile(directory, "right", "");
    Files.copy(results, other, StandardCopyOption.REPLACE_EXISTING);
    byte[] forged = block.bytes();
    forged[forged.length / 2] ^= 1;
    block.replace(forged, stranger());
    signature.of(results, job.manifest(0, last, Direction.DOWN), TestIdentities.modelOwner());

    Exception waited = assertThrows(Exception.class, () -> Parties.ask(soon()));

    assertTrue(waited.getMessage().contains("the results of wave 1"), waited.toString());
    assertFalse(Files.exists(stored.output().resolve("_nightjar/parts/part-00001.parquet")));
    FileTree.replace(job.wave(Forger.RETURNED), stored.answered().wave(Forger.RETURNED));
    Parties.ask(stored.asking());
    stored.jobs().assertScored(stored.output());
  }

  /** It says in everybody's name that the job is over, in all the ways there are. */
  @Test
  void whatItSaysOfTheEndOfAJobNobodyHears() throws Exception {
    TestJobs jobs = TestJobs.in(directory.resolve("jobs"), profile);
    Path exchange = jobs.directory().resolve("exchange");
    CompletableFuture<Integer> serving = Parties.serving(jobs.serving(exchange, 1));

    Parties.ask(
        jobs.asking(exchange, jobs.keys("keys"), "out", TestJobs.WAVE_BY_WAVE),
        Moment.uploads(
            1,
            () -> {
              JobFiles job = JobFiles.onlyOf(exchange);
              ObjectNode enough = JsonNodeFactory.instance.objectNode().put("reason", "enough");
              JobFiles.write(job.resolve("refused.json"), enough, stranger());
              for (String name : List.of("done.json", "wave-00000.done", "wave-00001.done")) {
                Files.copy(job.resolve("job.json"), job.resolve(name));
                TestIdentities.sign(job.resolve(name), stranger());
              }
              for (String name : List.of("refused.json", "done.json")) {
                Path signature = signature(job.resolve(name));
                Files.writeString(
                    signature,
                    Files.readString(signature)
                        .replace(
                            stranger().identity().toString(),
                            TestIdentities.of("keys").identity().toString()));
              }
            }));

    assertEquals(0, serving.get());
    jobs.assertScored("out");
  }

  @Test
  void aPlanThatItOffersIsNotFollowed() throws Exception {
    TestJobs jobs = TestJobs.in(directory.resolve("jobs"), profile);
    Path exchange = jobs.directory().resolve("exchange");
    jobs.offer(exchange);
    Path plan = exchange.resolve("plan.json");
    TestIdentities.sign(plan, stranger());

    ProtocolException refusal =
        assertThrows(
            ProtocolException.class,
            () -> Parties.ask(jobs.asking(exchange, jobs.keys("keys"), "out")));
    TestIdentities.sign(plan, TestIdentities.modelOwner());
    Files.writeString(plan, Files.readString(plan).replace("}", " }"));
    Exception waited =
        assertThrows(
            Exception.class,
            () -> Parties.ask(jobs.asking(exchange, jobs.keys("keys"), "out", SOON)));

    assertEquals(
        "The plan on offer is signed by [%s], and not by model owner %s"
            .formatted(stranger().identity(), TestIdentities.modelOwner().identity()),
        refusal.getMessage());
    assertTrue(waited.getMessage().contains("a plan on offer"), waited.getMessage());
    assertFalse(Files.exists(exchange.resolve("jobs")));
  }

  /** Who trusts anyone trusts whoever signed the offer, and nobody else for the rest of the job. */
  @Test
  void whoTrustsAnyoneKeepsToTheOneItBeganWith() throws Exception {
    JobFiles job = stored.restoreOrdered();
    TestIdentities.sign(job.exchange().resolve("plan.json"), stranger());

    ProtocolException refusal =
        assertThrows(
            ProtocolException.class,
            () -> Parties.ask(Requests.from(Optional.empty(), stored.asking())));

    assertEquals(
        "The plan on offer is signed by [%s], and not by model owner %s"
            .formatted(stranger().identity(), TestIdentities.modelOwner().identity()),
        refusal.getMessage());
  }
}
