package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.natives.Blake3;
import io.nightjar.crypto.paillier.PaillierHeader;
import io.nightjar.crypto.paillier.PaillierParameters;
import io.nightjar.crypto.paillier.PaillierPublicKey;
import io.nightjar.exchange.Direction;
import io.nightjar.exchange.Exchange;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.FileDigest;
import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.JobExchange;
import io.nightjar.exchange.Manifest;
import io.nightjar.exchange.Wave;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileUtil;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What somebody who knows the format, and can write to the exchange, makes of a job over Paillier:
 * every digest of a manifest is right, what it is of is not.
 */
@Slow
class TwoPartyDnnFaultTest {

  private static final int WAVES = 3;

  /** The wave whose uploads of the first round, or results of the last, are forged. */
  private static final int WAVE = 0;

  private static final int ANOTHER_WAVE = 1;

  private static final int LAST_ROUND = 1;
  private static final String KEEP = "spark.nightjar.exchange.keep=true";
  private static final Configuration CONFIGURATION = new Configuration();

  @TempDir private static Path shared;

  private static TestJobs jobs;
  private static Path keys;
  private static BigInteger modulus;

  /** Where everything is evaluated, and no wave's results have been taken. */
  private static Path exchange;

  /** The same when a data owner had uploaded all of the first round, before any answer. */
  private static Path ordered;

  /** The exchange of an earlier job with the same keys. */
  private static Path earlier;

  private static UUID job;

  @TempDir private Path directory;

  private static final class Ended extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @BeforeAll
  static void runAJobUpToItsResults() throws Exception {
    jobs = TestJobs.in(shared, ProtocolProfile.TWO_PARTY_DNN);
    keys = jobs.keys("keys");
    try (PaillierPublicKey key =
        PaillierPublicKey.read(paillier(), Files.readAllBytes(keys.resolve("public-key.bin")))) {
      modulus = key.modulus();
    }
    Parties.score(jobs.scoring("earlier", keys, KEEP));
    earlier = onlyJob(shared.resolve("earlier/_nightjar/exchange"));
    exchange = shared.resolve("exchange");
    new Exchange(hadoop(exchange), CONFIGURATION).offer(jobs.plan());
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
    assertThrows(Ended.class, () -> AgentJob.run(asking(WAVES), untilAllIsUploaded));
    job = UUID.fromString(onlyJob(exchange).getFileName().toString());
    ordered = copy(exchange, shared.resolve("ordered"));
    CompletableFuture<Integer> serving =
        Parties.serving(jobs.serving(exchange.toUri().toString(), 1, KEEP));
    CyclicBarrier all = new CyclicBarrier(WAVES);
    JobProgress untilAllIsEvaluated =
        new JobProgress() {
          @Override
          public void evaluated(Wave wave, int round) {
            if (round == LAST_ROUND) {
              await(all);
              throw new Ended();
            }
          }
        };
    assertThrows(Ended.class, () -> AgentJob.run(asking(WAVES), untilAllIsEvaluated));
    assertEquals(0, serving.get());
  }

  private static PaillierParameters paillier() {
    return (PaillierParameters) jobs.plan().encryption();
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new AssertionError("Not all waves were evaluated", e);
    }
  }

  private static AgentRequest asking(int wavesInFlight) {
    return jobs.asking(
        exchange.toUri().toString(),
        keys,
        "out",
        KEEP,
        "spark.nightjar.waves.inFlight=" + wavesInFlight);
  }

  private static Path onlyJob(Path place) throws IOException {
    try (Stream<Path> found = Files.list(place.resolve("jobs"))) {
      return found.reduce((a, b) -> null).orElseThrow();
    }
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

  private static Path round(Path ofJob, int wave, int round) {
    return ofJob.resolve("wave-%05d/round-%02d".formatted(wave, round));
  }

  /** What becomes of a public key; whoever orders says what its fingerprint is. */
  enum KeyFault {
    CUT_SHORT("A public key of "),
    ONE_BIT_FLIPPED("was changed on its way"),
    OF_OTHER_PARAMETERS("The public key is for parameters "),
    AN_EVEN_MODULUS("divisible by 2"),
    A_SHORTER_MODULUS("bits, not 2048");

    private final String reason;

    KeyFault(String reason) {
      this.reason = reason;
    }

    byte[] apply(byte[] good) {
      byte[] bytes = good.clone();
      return switch (this) {
        case CUT_SHORT -> Arrays.copyOf(bytes, bytes.length - 1);
        case ONE_BIT_FLIPPED -> {
          bytes[bytes.length / 2] ^= 1;
          yield bytes;
        }
        case OF_OTHER_PARAMETERS -> {
          byte[] digest = new PaillierParameters(2048, 9).digest().toByteArray();
          System.arraycopy(digest, 0, bytes, 5, digest.length);
          yield withChecksum(bytes);
        }
        case AN_EVEN_MODULUS -> withModulus(bytes, modulus.subtract(BigInteger.ONE));
        case A_SHORTER_MODULUS -> withModulus(bytes, modulus.shiftRight(1).setBit(0));
      };
    }

    private static byte[] withModulus(byte[] key, BigInteger number) {
      int width = modulus.bitLength() / Byte.SIZE;
      put(number, key, key.length - Integer.BYTES - width, width);
      return withChecksum(key);
    }

    private static byte[] withChecksum(byte[] key) {
      int at = key.length - Integer.BYTES;
      ByteBuffer.wrap(key).putInt(at, crc(key, 0, at));
      return key;
    }
  }

  private static void put(BigInteger number, byte[] bytes, int at, int width) {
    for (int i = 0; i < width; i++) {
      bytes[at + width - 1 - i] = number.shiftRight(Byte.SIZE * i).byteValue();
    }
  }

  private static int crc(byte[] bytes, int from, int to) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, from, to - from);
    return (int) checksum.getValue();
  }

  @ParameterizedTest
  @EnumSource
  void anOrderWithAKeyThatIsNoneIsRefusedBeforeAnythingIsCountedOrEvaluated(KeyFault fault)
      throws Exception {
    Path place = copy(ordered, directory.resolve("exchange"));
    Path file = inJob(place, "public-key.bin");
    byte[] good = Files.readAllBytes(file);
    byte[] bad = fault.apply(good);
    Files.write(file, bad);
    Path order = inJob(place, "job.json");
    Files.writeString(order, Files.readString(order).replace(blake3(good), blake3(bad)));

    assertRefused(place, fault.reason);

    assertEquals(List.of(), jobs.entries(state()));
  }

  @Test
  void anOrderWithAKeyOfAnotherFingerprintIsRefused() throws Exception {
    Path place = copy(ordered, directory.resolve("exchange"));
    Path theirs =
        TestJobs.in(directory.resolve("others"), ProtocolProfile.TWO_PARTY_DNN).keys("other-keys");
    Path file = inJob(place, "public-key.bin");
    Files.delete(file);
    Files.copy(theirs.resolve("public-key.bin"), file);

    assertRefused(place, " has fingerprint ");
  }

  private String state() {
    return "spark.nightjar.serve.stateDir=" + directory.resolve("state");
  }

  private void assertRefused(Path place, String... reasons) throws Exception {
    int refused =
        Parties.serve(
            jobs.serving(place.toUri().toString(), 1, state(), "spark.nightjar.waves.inFlight=1"));

    assertEquals(1, refused, "jobs refused");
    String refusal = Files.readString(inJob(place, "refused.json"));
    for (String reason : reasons) {
      assertTrue(refusal.contains(reason), refusal);
    }
    Path forged = round(inJob(place, ""), WAVE, 0);
    assertFalse(Files.exists(forged.resolve("down.json")));
  }

  /** What somebody makes of a block. */
  enum BlockForgery {
    CUT_SHORT("The block ends inside its checksum: 3 of 4 bytes"),
    ONE_BIT_FLIPPED("The block's payload does not match its checksum"),
    ZERO("A ciphertext is no unit modulo n^2"),
    TOO_LARGE("Ciphertext 0 of column 0 is not below n^2"),
    ANOTHER_KEYS("The block's key digest is "),
    A_CIPHERTEXT_LESS("The block's ciphertexts is "),
    A_RECORD_LESS("The block's records is "),
    HUGE(" are allowed"),
    AN_EARLIER_JOBS("The block's job is "),
    ANOTHER_WAVES("The block's batch is 1"),
    ANOTHER_DRAWS("it holds draw 1"),
    ANOTHER_ROUNDS("A result of round 0 for draw 0, which waits for round 1"),
    BEYOND_THE_BOUND("the plan's bound is "),
    BEYOND_ITS_FIELDS("A plaintext is more than ");

    private static final int COLUMNS = 76;
    private static final int RECORDS = 80;
    private static final int PAYLOAD_BYTES = 84;

    private final String reason;

    BlockForgery(String reason) {
      this.reason = reason;
    }

    byte[] apply(Path file, int ofRound) throws IOException {
      byte[] block = Files.readAllBytes(file);
      ByteBuffer fields = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
      int columns = fields.getInt(COLUMNS);
      int records = fields.getInt(RECORDS);
      String name = file.getFileName().toString();
      String ofAnother = name.replace("batch-0000000", "batch-0000001");
      String direction = file.getParent().getFileName().toString();
      Path ofJob = file.resolve("../../../..").normalize();
      BigInteger one = BigInteger.ONE;
      return switch (this) {
        case CUT_SHORT -> Arrays.copyOf(block, block.length - 1);
        case ONE_BIT_FLIPPED -> {
          block[block.length / 2] ^= 4;
          yield block;
        }
        case ZERO -> withCiphertext(block, BigInteger.ZERO);
        case TOO_LARGE -> withCiphertext(block, modulus.multiply(modulus).add(one));
        case ANOTHER_KEYS -> {
          block[8] ^= 1;
          yield withChecksums(block);
        }
        case A_CIPHERTEXT_LESS -> claiming(block, columns - 1, records);
        case A_RECORD_LESS -> claiming(block, columns, records - 1);
        case HUGE -> {
          long huge = paillier().blockBytes(1 << 20, records);
          fields.putInt(COLUMNS, 1 << 20).putLong(PAYLOAD_BYTES, huge);
          yield withChecksums(block);
        }
        case AN_EARLIER_JOBS ->
            Files.readAllBytes(round(earlier, WAVE, ofRound).resolve(direction).resolve(name));
        case ANOTHER_WAVES ->
            Files.readAllBytes(
                round(ofJob, ANOTHER_WAVE, ofRound).resolve(direction).resolve(ofAnother));
        case ANOTHER_DRAWS ->
            Files.readAllBytes(file.resolveSibling(name.replace("draw-00", "draw-01")));
        case ANOTHER_ROUNDS -> Files.readAllBytes(firstResult(round(ofJob, WAVE, 0)));
        // Anybody can encrypt under the data owner's public key.
        case BEYOND_THE_BOUND -> {
          long bound = jobs.plan().rounds().get(ofRound).bound();
          yield withCiphertext(block, modulus.multiply(BigInteger.valueOf(bound + 1)).add(one));
        }
        case BEYOND_ITS_FIELDS ->
            withCiphertext(block, modulus.multiply(modulus.shiftRight(2)).add(one));
      };
    }

    /** A block with fewer of either, cut to its length. */
    private static byte[] claiming(byte[] block, int columns, int records) {
      long payload = paillier().blockBytes(columns, records);
      int length = Math.toIntExact(PaillierHeader.BYTES + payload + Integer.BYTES);
      byte[] cut = Arrays.copyOf(block, length);
      ByteBuffer fields = ByteBuffer.wrap(cut).order(ByteOrder.LITTLE_ENDIAN);
      fields.putInt(COLUMNS, columns).putInt(RECORDS, records).putLong(PAYLOAD_BYTES, payload);
      return withChecksums(cut);
    }

    private static byte[] withCiphertext(byte[] block, BigInteger number) {
      put(number, block, PaillierHeader.BYTES, paillier().ciphertextBytes());
      return withChecksums(block);
    }

    private static byte[] withChecksums(byte[] block) {
      ByteBuffer fields = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
      int header = PaillierHeader.BYTES - Integer.BYTES;
      int end = block.length - Integer.BYTES;
      fields.putInt(header, crc(block, 0, header));
      fields.putInt(end, crc(block, PaillierHeader.BYTES, end));
      return block;
    }
  }

  private static Path firstResult(Path round) throws IOException {
    try (Stream<Path> files = Files.list(round.resolve("down"))) {
      return files
          .filter(file -> file.getFileName().toString().matches("batch.*draw-00.*njb"))
          .findFirst()
          .orElseThrow();
    }
  }

  /** Puts another block in the place of one, and the manifest right. */
  private static void replace(Path place, int round, Direction direction, BlockForgery forgery)
      throws IOException {
    org.apache.hadoop.fs.Path path = hadoop(inJob(place, ""));
    JobDescription description = JobExchange.description(path, CONFIGURATION).orElseThrow();
    JobExchange open = JobExchange.of(path, CONFIGURATION, description);
    Manifest manifest = open.manifest(WAVE, round, direction).orElseThrow();
    List<FileDigest> files = new ArrayList<>(manifest.files());
    String name = files.get(0).name();
    Path file = round(inJob(place, ""), WAVE, round).resolve(direction + "/" + name);
    byte[] forged = forgery.apply(file, round);
    Files.write(file, forged);
    files.set(0, new FileDigest(name, forged.length, blake3(forged)));
    open.commit(Manifest.of(description, WAVE, round, direction, manifest.source(), files));
  }

  private static String blake3(byte[] bytes) {
    return HexFormat.of().formatHex(new Blake3().digest(bytes));
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "CUT_SHORT",
        "ONE_BIT_FLIPPED",
        "ZERO",
        "TOO_LARGE",
        "ANOTHER_KEYS",
        "A_CIPHERTEXT_LESS",
        "HUGE"
      })
  void aForgedUploadIsNotEvaluated(BlockForgery forgery) throws Exception {
    Path place = copy(ordered, directory.resolve("exchange"));
    replace(place, 0, Direction.UP, forgery);

    assertRefused(place, "Wave 0, round 0 (fc1) failed on the executors: ", forgery.reason);
  }

  @ParameterizedTest
  @EnumSource(names = {"A_RECORD_LESS", "AN_EARLIER_JOBS", "ANOTHER_WAVES"})
  void anUploadFromElsewhereIsNotEvaluated(BlockForgery forgery) throws Exception {
    Path place = copy(ordered, directory.resolve("exchange"));
    replace(place, 0, Direction.UP, forgery);

    assertRefused(place, "batch-0000000.draw-00.col-00000.njb", "it belongs elsewhere");
  }

  private static Set<BlockForgery> forgeriesOfResults() {
    return EnumSet.complementOf(
        EnumSet.of(
            BlockForgery.TOO_LARGE,
            BlockForgery.ANOTHER_KEYS,
            BlockForgery.A_CIPHERTEXT_LESS,
            BlockForgery.HUGE)); // which codecs refuse, and the other party's is the same
  }

  @Test
  void aForgedResultIsNotTakenAndTheJobGoesOnWithTheRightOne() throws Exception {
    Path mine = round(inJob(exchange, ""), WAVE, LAST_ROUND);
    Path kept = copy(mine, directory.resolve("kept"));
    for (BlockForgery forgery : forgeriesOfResults()) {
      replace(exchange, LAST_ROUND, Direction.DOWN, forgery);

      ExchangeException refusal =
          assertThrows(ExchangeException.class, () -> AgentJob.run(asking(1), JobProgress.NONE));

      String message = refusal.getMessage();
      assertTrue(message.contains(forgery.reason), forgery + ": " + message);
      assertFalse(message.codePoints().anyMatch(Character::isISOControl), message);
      assertFalse(Files.exists(shared.resolve("out/_SUCCESS")));
      assertFalse(Files.exists(shared.resolve("out/_nightjar/parts/part-00000.csv")));
      assertTrue(FileUtil.fullyDelete(mine.toFile()));
      copy(kept, mine);
    }

    AgentJob.run(asking(1), JobProgress.NONE);

    jobs.assertScored("out");
  }
}
