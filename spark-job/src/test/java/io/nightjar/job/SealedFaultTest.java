package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.lattice.BlockCodec;
import io.nightjar.crypto.lattice.BlockEncryptor;
import io.nightjar.crypto.lattice.BlockEvaluator;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.crypto.natives.Blake3;
import io.nightjar.exchange.Direction;
import io.nightjar.exchange.Exchange;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.FileDigest;
import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.JobExchange;
import io.nightjar.exchange.Manifest;
import io.nightjar.exchange.Wave;
import io.nightjar.keys.KeyDirectory;
import io.nightjar.keys.KeyScheme;
import io.nightjar.keys.KeysUnusableException;
import io.nightjar.keys.LatticeKeys;
import io.nightjar.keys.OwnerKey;
import io.nightjar.keys.OwnerSecret;
import io.nightjar.plan.Round;
import io.nightjar.testing.Slow;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileUtil;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What can go wrong only where executors evaluate a whole network: the key that they multiply with,
 * and real numbers that are more or less than they say.
 */
@Slow
class SealedFaultTest {

  private static final int WAVES = 3;
  private static final int WAVE = 1;
  private static final Configuration CONFIGURATION = new Configuration();

  @TempDir private static Path shared;

  private static TestJobs jobs;
  private static Path keys;

  /** Where a data owner has uploaded all that there is to upload, and been answered. */
  private static Path exchange;

  /** The same before the answers. */
  private static Path ordered;

  private static UUID job;

  @TempDir private Path directory;

  private static final class Ended extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @BeforeAll
  static void runAJobUpToItsResults() throws Exception {
    jobs = TestJobs.in(shared, ProtocolProfile.CRYPTONETS);
    keys = jobs.keys("keys");
    exchange = shared.resolve("exchange");
    offer(exchange, jobs);
    AtomicInteger uploads = new AtomicInteger();
    JobProgress untilAllIsUploaded =
        new JobProgress() {
          @Override
          public void uploaded(Wave wave, int round) {
            if (uploads.incrementAndGet() == WAVES) {
              throw new Ended();
            }
          }
        };
    assertThrows(Ended.class, () -> AgentJob.run(asking(), untilAllIsUploaded));
    try (Stream<Path> found = Files.list(exchange.resolve("jobs"))) {
      job = UUID.fromString(found.findFirst().orElseThrow().getFileName().toString());
    }
    ordered = copy(exchange, shared.resolve("ordered"));
    assertEquals(0, serve(exchange, shared.resolve("state")));
  }

  private static AgentRequest asking() {
    return jobs.asking(
        exchange.toUri().toString(), keys, "out", "spark.nightjar.waves.inFlight=" + WAVES);
  }

  private static void offer(Path place, TestJobs ofWhom) throws IOException {
    new Exchange(hadoop(place), CONFIGURATION).offer(ofWhom.plan());
  }

  /** Returns how many of one job were refused. */
  private static int serve(Path place, Path state) throws IOException, InterruptedException {
    return Parties.serve(
        jobs.serving(
            place.toUri().toString(),
            1,
            stateDirectory(state),
            "spark.nightjar.waves.inFlight=1")); // no other wave is on the executors at the end
  }

  private static String stateDirectory(Path state) {
    return "spark.nightjar.serve.stateDir=" + state;
  }

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }

  private static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
    return to;
  }

  private static Path inJob(Path place, String path) {
    return place.resolve("jobs").resolve(job.toString()).resolve(path);
  }

  private static HeContext context() {
    return HeContext.open((HeParameters) jobs.plan().encryption());
  }

  @Test
  void oneRoundGoesEachWay() throws IOException {
    for (int wave = 0; wave < WAVES; wave++) {
      String batch = "batch-%07d.draw-%02d.col-00000.njb";
      assertEquals(
          Stream.of(
                  "round-00",
                  "round-00/down",
                  "round-00/down.json",
                  "round-00/down/" + batch.formatted(wave, 0),
                  "round-00/down/" + batch.formatted(wave, 1),
                  "round-00/up",
                  "round-00/up.json",
                  "round-00/up/" + batch.formatted(wave, 0))
              .sorted()
              .toList(),
          visible(inJob(exchange, "wave-%05d".formatted(wave))));
    }
  }

  /** All that is below a directory, but for checksums and other hidden files. */
  private static List<String> visible(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(path -> !path.equals(root))
          .filter(path -> !path.getFileName().toString().matches("[._].*"))
          .map(path -> root.relativize(path).toString())
          .sorted()
          .toList();
    }
  }

  /** What becomes of a public key and the relinearisation key after it. */
  enum KeyFault {
    NOTHING_IS_THERE("There is no "),
    NO_RELINEARISATION_KEY("no relinearisation key comes after it"),
    CUT_SHORT("The block ends inside its checksum"),
    ONE_BIT_FLIPPED("A public key is refused: "),
    OF_ANOTHER_PAIR(" has fingerprint "),
    OF_OTHER_PARAMETERS("The block's parameter digest is ");

    private final String reason;

    KeyFault(String reason) {
      this.reason = reason;
    }

    void commit(Path file) throws IOException {
      byte[] good = Files.readAllBytes(file);
      Files.delete(file);
      byte[] publicKey = Arrays.copyOf(good, firstBlock(good));
      switch (this) {
        case NOTHING_IS_THERE -> {}
        case NO_RELINEARISATION_KEY -> Files.write(file, publicKey);
        case CUT_SHORT -> Files.write(file, Arrays.copyOf(good, good.length - 1));
        case ONE_BIT_FLIPPED -> {
          good[(publicKey.length + good.length) / 2] ^= 8;
          Files.write(file, good);
        }
        case OF_ANOTHER_PAIR ->
            Files.write(file, mixed(publicKey, (HeParameters) jobs.plan().encryption()));
        case OF_OTHER_PARAMETERS ->
            Files.write(file, mixed(publicKey, HeParameters.ckks(8192, List.of(43, 43, 43))));
      }
    }

    /** A public key with the relinearisation key of a new pair. */
    private static byte[] mixed(byte[] publicKey, HeParameters parameters) throws IOException {
      try (OwnerSecret other = new LatticeKeys(parameters).draw()) {
        byte[] theirs = other.publicKey().bytes();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(publicKey);
        int first = firstBlock(theirs);
        out.write(theirs, first, theirs.length - first);
        return out.toByteArray();
      }
    }

    /** A header, the payload whose length it says, and a checksum. */
    private static int firstBlock(byte[] blocks) {
      return Math.toIntExact(144 + little(blocks).getLong(92) + 4);
    }
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @ParameterizedTest
  @EnumSource
  void aFaultyKeyInTheExchangeIsRefusedBeforeAnythingIsCountedOrEvaluated(KeyFault fault)
      throws Exception {
    Path place = copy(ordered, directory.resolve("exchange"));
    fault.commit(inJob(place, "public-key.bin"));
    Path state = directory.resolve("state");

    assertEquals(1, serve(place, state), "jobs refused");

    String refusal = Files.readString(inJob(place, "refused.json"));
    assertTrue(refusal.contains(fault.reason), refusal);
    assertEquals(List.of(), jobs.entries(stateDirectory(state)));
    assertNothingIsEvaluated(place);
  }

  private static void assertNothingIsEvaluated(Path place) throws IOException {
    try (Stream<Path> all = Files.walk(place)) {
      assertFalse(all.anyMatch(path -> path.toString().matches(".*/down([.]json|/.*)")));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFaultyKeyInItsDirectoryIsRefused(KeyFault fault) throws Exception {
    Path own = directory.resolve("keys");
    KeyScheme scheme = new LatticeKeys((HeParameters) jobs.plan().encryption());
    try (OwnerSecret secret = KeyDirectory.open(keys, scheme, TestJobs.PASSPHRASE.toCharArray())) {
      copy(keys, own);
      fault.commit(own.resolve("public-key.bin"));

      KeysUnusableException refusal =
          assertThrows(KeysUnusableException.class, () -> KeyDirectory.owner(own, scheme, secret));

      assertTrue(refusal.getMessage().contains(fault.reason), refusal.getMessage());
    }
  }

  /** Two directories that somebody mixed up: each file is as it must be. */
  @ParameterizedTest
  @MethodSource("io.nightjar.job.ProtocolProfile#ofEachProtocol")
  void publicKeysOfAnotherDirectoryAreRefusedBeforeAnythingIsOrdered(ProtocolProfile profile)
      throws Exception {
    TestJobs own = TestJobs.in(directory, profile);
    Path mixed = own.keys("keys");
    Path other = own.keys("other-keys");
    for (String name : List.of("public-key.bin", "key.json")) {
      Files.delete(mixed.resolve(name));
      Files.copy(other.resolve(name), mixed.resolve(name));
    }
    assertAgentRefuses("public-key.bin does not belong to ", own, mixed);
  }

  @ParameterizedTest
  @CsvSource({"bayhenn, cryptonets", "cryptonets, bayhenn", "bayhenn, 2p-dnn", "2p-dnn, bayhenn"})
  void keysForTheOtherProtocolAreRefusedBeforeAnythingIsOrdered(
      ProtocolProfile made, ProtocolProfile offered) throws Exception {
    Path others = TestJobs.in(directory.resolve("others"), made).keys("keys");
    TestJobs own = TestJobs.in(directory, offered);
    assertAgentRefuses("make a key for this plan with keygen", own, others);
    KeysUnusableException refusal =
        assertThrows(KeysUnusableException.class, () -> Parties.score(own.scoring("out", others)));
    assertTrue(refusal.getMessage().contains("make a key for this plan"), refusal.getMessage());
    assertFalse(Files.exists(directory.resolve("out")));
  }

  private void assertAgentRefuses(String reason, TestJobs own, Path ownKeys) throws IOException {
    Path place = directory.resolve("exchange");
    offer(place, own);
    // Nobody serves: an agent that refused nothing would wait, and say so in its refusal.
    AgentRequest request =
        own.asking(place.toUri().toString(), ownKeys, "out", "spark.nightjar.exchange.timeout=1s");

    KeysUnusableException refusal =
        assertThrows(KeysUnusableException.class, () -> AgentJob.run(request, JobProgress.NONE));

    assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
    assertFalse(Files.exists(directory.resolve("out")));
    assertFalse(Files.exists(place.resolve("jobs")));
  }

  /** What somebody makes of a block, with digests to match. */
  enum BlockForgery {
    ANOTHER_SCALE("scale"),
    NO_NUMBER_AS_SCALE("A CKKS scale must be above 0 "),
    ANOTHER_PACKING("CKKS blocks pack slots "),
    ANOTHER_NUMBER_OF_PRIMES("The block's shape is "),
    HUGE_VALUES("the plan's bound is ");

    private final String reason;

    BlockForgery(String reason) {
      this.reason = reason;
    }

    byte[] apply(byte[] good, Direction direction) throws IOException {
      byte[] header = good.clone();
      ByteBuffer fields = little(header);
      double scale = fields.getDouble(84);
      switch (this) {
        case ANOTHER_SCALE -> fields.putDouble(84, scale / 2);
        case NO_NUMBER_AS_SCALE -> fields.putDouble(84, Double.NaN);
        case ANOTHER_PACKING -> fields.put(42, (byte) (1 - fields.get(42)));
        case ANOTHER_NUMBER_OF_PRIMES -> {
          int limbs = fields.getShort(136);
          return encrypted(fields, 0, direction == Direction.UP ? limbs - 1 : limbs + 1);
        }
        case HUGE_VALUES -> {
          Round round = jobs.plan().rounds().get(0);
          return encrypted(fields, 2 * round.bound() / round.outputScale(0), fields.getShort(136));
        }
      }
      CRC32C checksum = new CRC32C();
      checksum.update(header, 0, 140);
      fields.putInt(140, (int) checksum.getValue());
      return header;
    }

    /** A block in the place of another: anybody can encrypt under the data owner's public key. */
    private static byte[] encrypted(ByteBuffer like, double value, int limbs) throws IOException {
      int columns = like.getInt(132);
      int records = like.getInt(80);
      double[] values = new double[columns * records];
      Arrays.fill(values, value);
      BlockLabel label =
          new BlockLabel(job, like.getLong(60), like.getInt(68), like.getInt(72), like.getInt(76));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (HeContext context = context();
          LatticeKeys.Opened opened =
              LatticeKeys.open(
                  new OwnerKey(Files.readAllBytes(keys.resolve("public-key.bin"))), context)) {
        CipherBlock block =
            new BlockEncryptor(context, opened.publicKey())
                .encrypt(new RealColumns(columns, records, values), like.getDouble(84));
        while (block.shape().limbs() > limbs) {
          try (CipherBlock before = block) {
            block = new BlockEvaluator(context).switchModulus(before);
          }
        }
        try (CipherBlock made = block) {
          new BlockCodec(context).write(made, label, out);
        }
      }
      return out.toByteArray();
    }
  }

  /** Puts another block in the place of one, and the manifest right. */
  private static void replace(Path place, Direction direction, BlockForgery forgery)
      throws IOException {
    org.apache.hadoop.fs.Path path = hadoop(inJob(place, ""));
    JobDescription description = JobExchange.description(path, CONFIGURATION).orElseThrow();
    JobExchange open = JobExchange.of(path, CONFIGURATION, description);
    Manifest manifest = open.manifest(WAVE, 0, direction).orElseThrow();
    List<FileDigest> files = new ArrayList<>(manifest.files());
    String name = files.get(0).name();
    Path file = inJob(place, "wave-%05d/round-00/%s/%s".formatted(WAVE, direction, name));
    byte[] forged = forgery.apply(Files.readAllBytes(file), direction);
    Files.write(file, forged);
    String digest = HexFormat.of().formatHex(new Blake3().digest(forged));
    files.set(0, new FileDigest(name, forged.length, digest));
    open.commit(Manifest.of(description, WAVE, 0, direction, manifest.source(), files));
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "ANOTHER_SCALE",
        "NO_NUMBER_AS_SCALE",
        "ANOTHER_PACKING",
        "ANOTHER_NUMBER_OF_PRIMES"
      })
  void aForgedUploadIsNotEvaluated(BlockForgery forgery) throws Exception {
    Path place = copy(ordered, directory.resolve("exchange"));
    replace(place, Direction.UP, forgery);

    assertEquals(1, serve(place, directory.resolve("state")), "jobs refused");

    String refusal = Files.readString(inJob(place, "refused.json"));
    assertTrue(
        refusal.contains("Wave 1, round 0 (the whole network) failed on the executors: "), refusal);
    assertTrue(refusal.contains(forgery.reason), refusal);
    assertFalse(Files.exists(inJob(place, "wave-00001/round-00/down.json")));
  }

  @Test
  void aForgedResultIsNotTakenAndTheJobGoesOnWithTheRightOne() throws Exception {
    Path mine = inJob(exchange, "wave-00001");
    Path kept = copy(mine, directory.resolve("kept"));
    for (BlockForgery forgery : BlockForgery.values()) {
      replace(exchange, Direction.DOWN, forgery);
      assertNotTaken(forgery.reason);
      restore(kept, mine);
    }
    restore(inJob(answeredWithAnotherPairsKey(), "wave-00001"), mine);
    assertNotTaken("the plan's bound is ");
    restore(kept, mine);

    AgentJob.run(asking(), JobProgress.NONE);

    jobs.assertScored("out");
  }

  private static void restore(Path from, Path to) throws IOException {
    assertTrue(FileUtil.fullyDelete(to.toFile()));
    copy(from, to);
  }

  private static void assertNotTaken(String reason) {
    ExchangeException refusal =
        assertThrows(ExchangeException.class, () -> AgentJob.run(asking(), JobProgress.NONE));
    assertTrue(refusal.getMessage().contains(reason), reason + ": " + refusal.getMessage());
    assertFalse(Files.exists(shared.resolve("out/_SUCCESS")));
    assertFalse(Files.exists(shared.resolve("out/_nightjar/parts/part-00001.csv")));
  }

  /** Whoever can write the order as well can have the executors use another pair's key. */
  private Path answeredWithAnotherPairsKey() throws Exception {
    Path place = copy(ordered, directory.resolve("exchange"));
    Path publicKey = inJob(place, "public-key.bin");
    String before = fingerprint(publicKey);
    KeyFault.OF_ANOTHER_PAIR.commit(publicKey);
    Path order = inJob(place, "job.json");
    Files.writeString(order, Files.readString(order).replace(before, fingerprint(publicKey)));

    assertEquals(0, serve(place, directory.resolve("state")));
    return place;
  }

  private static String fingerprint(Path publicKey) throws IOException {
    return HexFormat.of().formatHex(new Blake3().digest(Files.readAllBytes(publicKey)));
  }
}
