package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.identity.Identity;
import io.nightjar.identity.IdentityDirectory;
import io.nightjar.ledger.Entry;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Owners whose identity changes while the other one knows only the one before. */
@Slow
class RotationTest {

  private static final char[] PASSPHRASE = TestJobs.PASSPHRASE.toCharArray();

  @TempDir private Path directory;

  private TestJobs jobs;
  private Path exchange;
  private Path keys;
  private Path owners;

  @BeforeEach
  void prepare() throws IOException {
    jobs = TestJobs.in(directory);
    exchange = directory.resolve("exchange");
    keys = jobs.keys("keys");
    owners = directory.resolve("owners");
  }

  private CompletableFuture<Integer> serving(int count) {
    return Parties.serving(jobs.serving(exchange, count, "spark.nightjar.ledger.owners=" + owners));
  }

  private void ask(String output) throws IOException, InterruptedException {
    Parties.ask(jobs.asking(exchange, keys, output));
  }

  private List<String> accounts() throws IOException {
    return jobs.entries().stream().map(Entry::owner).toList();
  }

  @Test
  void aDataOwnersNextIdentityKeepsItsAccount() throws Exception {
    Identity first = TestIdentities.in(keys);
    Files.writeString(owners, "%s clinic\n".formatted(first));
    CompletableFuture<Integer> serving = serving(4);
    ask("out-1");

    Identity second = IdentityDirectory.rotate(keys, PASSPHRASE);
    ask("out-2");
    Files.writeString(owners, "%s clinic # from today\n".formatted(second));
    IdentityDirectory.drop(keys, first, PASSPHRASE);
    ask("out-3");
    Files.writeString(owners, "%s clinic\n".formatted(first));
    ProtocolException refusal = assertThrows(ProtocolException.class, () -> ask("out-4"));

    assertTrue(
        refusal.getMessage().contains(second + " is not among those that the model owner accepts"),
        refusal.getMessage());
    assertEquals(1, serving.get());
    assertEquals(List.of("clinic", "clinic", "clinic"), accounts());
  }

  @Test
  void anAccountOfBeforeThereWereIdentitiesGoesOn() throws Exception {
    String before = "5".repeat(64);
    Files.writeString(owners, "%s %s\n".formatted(TestIdentities.in(keys), before));
    CompletableFuture<Integer> serving = serving(1);

    ask("out");

    assertEquals(0, serving.get());
    assertEquals(List.of(before), accounts());
  }

  @Test
  void aListOfFingerprintsOfKeysIsRefusedWithWhatToWrite() throws Exception {
    Files.writeString(owners, "5".repeat(64) + "\n");

    JobRefusedException refusal =
        assertThrows(
            JobRefusedException.class,
            () ->
                Parties.serve(jobs.serving(exchange, 1, "spark.nightjar.ledger.owners=" + owners)));

    assertTrue(
        refusal.getMessage().contains("owners, line 1, is the fingerprint of an encryption key"),
        refusal.getMessage());
    assertTrue(refusal.getMessage().contains("'IDENTITY " + "5".repeat(64)), refusal.getMessage());
  }

  /** The agent of the tests knows the model owner by its first identity alone. */
  @Test
  void aModelOwnersNextIdentityIsKnownByTheOneBefore() throws Exception {
    Identity second = IdentityDirectory.rotate(jobs.modelOwner(), PASSPHRASE);
    Files.writeString(owners, TestIdentities.in(keys).toString());
    CompletableFuture<Integer> serving = serving(1);
    ask("out");
    assertEquals(0, serving.get());
    jobs.assertScored("out");

    IdentityDirectory.drop(jobs.modelOwner(), TestIdentities.modelOwner().identity(), PASSPHRASE);
    Files.delete(exchange.resolve("plan.json"));
    CompletableFuture<Integer> later = serving(1);
    ProtocolException refusal = assertThrows(ProtocolException.class, () -> ask("out-2"));
    Parties.ask(Requests.from(Optional.of(second), jobs.asking(exchange, keys, "out-3")));

    assertTrue(
        refusal.getMessage().startsWith("The plan on offer is signed by [%s]".formatted(second)),
        refusal.getMessage());
    assertEquals(0, later.get());
    jobs.assertScored("out-3");
  }
}
