package io.nightjar.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.lattice.BlockCodec;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.crypto.lattice.Scheme;
import io.nightjar.crypto.natives.Blake3;
import io.nightjar.identity.CheapIdentities;
import io.nightjar.keys.LatticeKeys;
import io.nightjar.keys.OwnerKey;
import io.nightjar.keys.OwnerSecret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that links which another party has put into an exchange on a shared disk are not followed.
 */
class SymbolicLinkTest {

  private static final JobDescription JOB =
      SampleOrders.of(new UUID(5, 6), "ab".repeat(32), "cd".repeat(32), 100, 10, 1);
  private static final HeParameters PARAMETERS =
      HeParameters.ofAnySecurity(Scheme.BFV, 64, List.of(44), 1L << 20);
  private static final String SECRET = "nobody else's business";

  @TempDir private Path directory;

  private final Configuration configuration = HadoopFiles.configuration(new Configuration());
  private Path root;
  private Path outside;
  private Path job;
  private Map<String, String> before;

  @BeforeEach
  void prepare() throws IOException {
    root = Files.createDirectories(directory.resolve("exchange"));
    outside = Files.createDirectories(directory.resolve("outside"));
    Files.createDirectories(outside.resolve("round-00/up"));
    Files.writeString(outside.resolve("round-00/up/file"), SECRET);
    Files.writeString(outside.resolve("file"), SECRET);
    job = Files.createDirectories(root.resolve("jobs").resolve(JOB.job().toString()));
    before = snapshot();
  }

  private Map<String, String> snapshot() throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> all = Files.walk(outside)) {
      for (Path path : all.toList()) {
        found.put(path.toString(), Files.isRegularFile(path) ? Files.readString(path) : "");
      }
    }
    return found;
  }

  @AfterEach
  void nothingOutsideHasChanged() throws IOException {
    assertEquals(before, snapshot());
    try (Stream<Path> all = Files.list(directory)) {
      assertEquals(List.of(root, outside), all.sorted().toList());
    }
  }

  private Exchange exchange() throws IOException {
    return new Exchange(hadoop(root), configuration);
  }

  private JobExchange jobExchange() throws IOException {
    return JobExchange.of(exchange().job(JOB.job()), configuration, JOB)
        .as(SampleOrders.DATA_OWNER);
  }

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }

  private static void assertRefused(org.junit.jupiter.api.function.Executable what) {
    ExchangeException refusal = assertThrows(ExchangeException.class, what);
    assertTrue(refusal.getMessage().contains("is a link that leads out of"), refusal.getMessage());
    assertFalse(refusal.getMessage().contains("business"), refusal.getMessage());
  }

  @Test
  void aJobThatIsALinkIsNone() throws IOException {
    Files.delete(job);
    Files.createSymbolicLink(job, outside);

    assertRefused(() -> exchange().job(JOB.job()));
  }

  /**
   * Puts links where nothing has been made yet, where something is, and to what is above the
   * exchange.
   */
  @ParameterizedTest
  @ValueSource(strings = {"outside", "outside/none", ".", "/"})
  void aWaveThatIsALinkIsNotWrittenTo(String target) throws IOException {
    Files.createSymbolicLink(job.resolve("wave-00000"), directory.resolve(target));

    assertRefused(() -> jobExchange().clear(0, 0, Direction.UP));
    assertRefused(() -> jobExchange().clear(0, 1, Direction.DOWN));
  }

  @ParameterizedTest
  @ValueSource(strings = {"up", "down"})
  void aDirectionThatIsALinkIsNotWrittenTo(String name) throws IOException {
    Path round = Files.createDirectories(job.resolve("wave-00000/round-00"));
    Files.createSymbolicLink(round.resolve(name), outside);

    assertRefused(
        () -> jobExchange().clear(0, 0, name.equals("up") ? Direction.UP : Direction.DOWN));
  }

  @Test
  void aManifestThatIsALinkIsNotRead() throws IOException {
    Path round = Files.createDirectories(job.resolve("wave-00000/round-00"));
    Files.createSymbolicLink(round.resolve("up.json"), outside.resolve("file"));

    assertRefused(() -> jobExchange().manifest(0, 0, Direction.UP));
  }

  @Test
  void aJobsDescriptionOrRefusalOrThePlanThatIsALinkIsNotRead() throws IOException {
    Files.createSymbolicLink(job.resolve("job.json"), outside.resolve("file"));
    Files.createSymbolicLink(job.resolve("refused.json"), outside.resolve("file"));
    Files.createSymbolicLink(root.resolve("plan.json"), outside.resolve("file"));

    assertRefused(() -> exchange().order(JOB.job()));
    assertRefused(() -> jobExchange().refusal());
    assertRefused(() -> exchange().offered());
  }

  @Test
  void aPublicKeyThatIsALinkIsNeitherReadNorWrittenTo() throws IOException {
    Files.createSymbolicLink(job.resolve("public-key.bin"), outside.resolve("file"));

    assertRefused(() -> jobExchange().ownerKey(new LatticeKeys(PARAMETERS)));
    jobExchange().announce(ownerKey(), CheapIdentities.of(SampleOrders.DATA_OWNER));
    assertFalse(Files.isSymbolicLink(job.resolve("public-key.bin")));
  }

  private static OwnerKey ownerKey() {
    try (OwnerSecret secret = new LatticeKeys(PARAMETERS).draw()) {
      return secret.publicKey();
    }
  }

  @Test
  void blocksBehindALinkAreNotRead() throws IOException {
    Path round = Files.createDirectories(job.resolve("wave-00000/round-00"));
    String name = new BlockName(0, 0, 0).toString();
    String file = BlockFileName.draw(new BlockName(0, 0, 0));
    Files.move(outside.resolve("file"), outside.resolve(file));
    before = snapshot();
    Files.createSymbolicLink(round.resolve("up"), outside);
    byte[] content = Files.readAllBytes(outside.resolve(file));
    Section digest =
        new Section(name, file, 0, content.length, Digests.hex(new Blake3().digest(content)), "");

    try (HeContext context = HeContext.open(PARAMETERS)) {
      BlockCodec codec = new BlockCodec(context);
      assertRefused(() -> jobExchange().open(0, 0, Direction.UP, digest, codec, header -> {}));
    }
  }

  @Test
  void whatIsWrittenInPlaceOfALinkDoesNotFollowIt() throws IOException {
    Files.createSymbolicLink(job.resolve("refused.json.link"), outside.resolve("file"));
    Files.createSymbolicLink(job.resolve("wave-00003.done"), outside.resolve("file"));
    Files.createSymbolicLink(job.resolve("wave-00003"), outside);

    jobExchange().finishWave(3);

    assertFalse(Files.exists(job.resolve("wave-00003")));
    assertFalse(Files.isSymbolicLink(job.resolve("wave-00003.done")));
  }

  @Test
  void whatDoesNotHaveTheNameOfAJobIsNone() throws IOException {
    for (String name :
        List.of(
            "not-a-job",
            "..x",
            "0-0-0-0-1",
            JOB.job().toString().toUpperCase(java.util.Locale.ROOT) + "x")) {
      Files.writeString(
          Files.createDirectories(root.resolve("jobs").resolve(name)).resolve("job.json"), "{}");
    }
    Files.writeString(root.resolve("jobs").resolve(new UUID(8, 8).toString()), "a file");

    assertEquals(List.of(), exchange().jobs(List.of()));
    jobExchange().announce(ownerKey(), CheapIdentities.of(SampleOrders.DATA_OWNER));
    assertEquals(List.of(JOB.job()), exchange().jobs(List.of()));
  }

  @Test
  void aDirectoryThatDescribesAnotherJobIsRefused() throws IOException {
    jobExchange().announce(ownerKey(), CheapIdentities.of(SampleOrders.DATA_OWNER));
    Path other = Files.createDirectories(root.resolve("jobs").resolve(new UUID(9, 9).toString()));
    Files.copy(job.resolve("job.json"), other.resolve("job.json"));

    assertThrows(ExchangeException.class, () -> exchange().order(new UUID(9, 9)));
  }

  @Test
  void whatOnlyItsOwnerMayReadOnlyItsOwnerCan() throws IOException {
    HadoopFiles.writePrivate(
        hadoop(root).getFileSystem(configuration), hadoop(root.resolve("secret")), new byte[3]);

    assertEquals(
        "rw-------",
        java.nio.file.attribute.PosixFilePermissions.toString(
            Files.getPosixFilePermissions(root.resolve("secret"))));
  }
}
