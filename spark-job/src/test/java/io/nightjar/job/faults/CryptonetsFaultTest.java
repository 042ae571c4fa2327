package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.lattice.BlockCodec;
import io.nightjar.crypto.lattice.BlockEncryptor;
import io.nightjar.crypto.lattice.BlockEvaluator;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.exchange.Direction;
import io.nightjar.job.JobFiles;
import io.nightjar.job.ProtocolProfile;
import io.nightjar.job.StoredSection;
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
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What can go wrong only where executors evaluate a whole network: the key that they multiply with,
 * and real numbers that are more or less than they say.
 */
@Slow
class CryptonetsFaultTest {

  private static final String PUBLIC_KEY = "public-key.bin";

  private static StoredJobs stored;
  private static Forger forger;

  @TempDir private Path directory;

  @BeforeAll
  static void findJobs() throws IOException {
    stored = StoredJobs.of(ProtocolProfile.CRYPTONETS);
    forger = new Forger(stored);
  }

  private static HeParameters parameters() {
    return (HeParameters) stored.jobs().plan().encryption();
  }

  @Test
  void oneRoundGoesEachWay() throws Exception {
    for (int wave = 0; wave < StoredJobs.WAVES; wave++) {
      String batch = "batch-%07d.draw-%02d.col-00000";
      assertEquals(
          List.of(
              "round-00",
              "round-00/down",
              "round-00/down.json",
              "round-00/down.json.sig",
              "round-00/up",
              "round-00/up.json",
              "round-00/up.json.sig"),
          FileTree.visible(stored.answered().wave(wave)).stream()
              .filter(name -> !name.endsWith(".njb"))
              .toList());
      assertEquals(List.of(batch.formatted(wave, 0)), names(wave, Direction.UP));
      assertEquals(
          List.of(batch.formatted(wave, 0), batch.formatted(wave, 1)), names(wave, Direction.DOWN));
    }
  }

  private static List<String> names(int wave, Direction direction) throws Exception {
    return StoredSection.of(stored.answered(), wave, 0, direction).stream()
        .map(StoredSection::name)
        .toList();
  }

  /** What becomes of the relinearisation key after a public key. */
  enum KeyFault {
    NOTHING_IS_THERE("no relinearisation key comes after it"),
    ONE_BIT_FLIPPED("A public key is refused: "),
    OF_ANOTHER_PAIR(" has fingerprint "),
    OF_OTHER_PARAMETERS("The block's parameter digest is ");

    private final String reason;

    KeyFault(String reason) {
      this.reason = reason;
    }

    byte[] apply(byte[] good) throws IOException {
      byte[] publicKey = Arrays.copyOf(good, firstBlock(good));
      return switch (this) {
        case NOTHING_IS_THERE -> publicKey;
        case ONE_BIT_FLIPPED -> {
          byte[] flipped = good.clone();
          flipped[(publicKey.length + good.length) / 2] ^= 8;
          yield flipped;
        }
        case OF_ANOTHER_PAIR -> mixed(publicKey, parameters());
        case OF_OTHER_PARAMETERS -> mixed(publicKey, HeParameters.ckks(8192, List.of(43, 43, 43)));
      };
    }

    /** A public key with the relinearisation key of a new pair. */
    private static byte[] mixed(byte[] publicKey, HeParameters parameters) throws IOException {
      try (OwnerSecret other = new LatticeKeys(parameters).draw()) {
        byte[] theirs = other.publicKey().bytes();
        int first = firstBlock(theirs);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(publicKey);
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
    JobFiles job = stored.copyOrdered(directory.resolve("exchange"));
    Path file = job.resolve(PUBLIC_KEY);
    Files.write(file, fault.apply(Files.readAllBytes(file)));

    forger.assertOrderRefused(job, directory.resolve("state"), fault.reason);
  }

  /** What somebody makes of a block. */
  enum BlockForgery {
    ANOTHER_SCALE("scale"),
    NO_NUMBER_AS_SCALE("A CKKS scale must be above 0 "),
    ANOTHER_PACKING("CKKS blocks pack slots "),
    ANOTHER_NUMBER_OF_PRIMES("The block's shape is "),
    HUGE_VALUES("");

    private final String reason;

    BlockForgery(String reason) {
      this.reason = reason;
    }

    byte[] apply(StoredSection block, Direction direction) throws IOException {
      byte[] header = block.bytes();
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
          Round round = stored.jobs().plan().rounds().get(0);
          return encrypted(fields, 2 * round.bound() / round.outputScale(0), fields.getShort(136));
        }
      }
      fields.putInt(140, Forger.crc(header, 0, 140));
      return header;
    }

    /** A block in the place of another: anybody can encrypt under the data owner's public key. */
    private static byte[] encrypted(ByteBuffer like, double value, int limbs) throws IOException {
      int ciphertexts = like.getInt(132);
      int records = like.getInt(80);
      double[] values = new double[ciphertexts * records];
      Arrays.fill(values, value);
      OwnerKey owner = stored.publicKey();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (HeContext context = HeContext.open(parameters());
          LatticeKeys.Opened opened = LatticeKeys.open(owner, context)) {
        CipherBlock block =
            new BlockEncryptor(context, opened.publicKey())
                .encrypt(new RealColumns(ciphertexts, records, values), like.getDouble(84));
        while (block.shape().limbs() > limbs) {
          try (CipherBlock before = block) {
            block = new BlockEvaluator(context).switchModulus(before);
          }
        }
        try (CipherBlock made = block) {
          new BlockCodec(context).write(made, label(like), out);
        }
      }
      return out.toByteArray();
    }

    private static BlockLabel label(ByteBuffer header) throws IOException {
      UUID job =
          UUID.fromString(JobFiles.onlyOf(stored.exchange()).directory().getFileName().toString());
      return new BlockLabel(
          job, header.getLong(60), header.getInt(68), header.getInt(72), header.getInt(76));
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HUGE_VALUES") // which are for no key to see
  void aForgedUploadIsNotEvaluated(BlockForgery forgery) throws Exception {
    forger.assertNotEvaluated(
        directory, block -> forgery.apply(block, Direction.UP), forgery.reason);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HUGE_VALUES")
  void aForgedResultIsNotTakenAndTheJobGoesOnWithTheRightOne(BlockForgery forgery)
      throws Exception {
    forger.assertNotTaken(block -> forgery.apply(block, Direction.DOWN), forgery.reason);
  }

  @Test
  void hugeValuesLeaveAJobWithoutResults() throws Exception {
    forger.assertPoisons(block -> BlockForgery.HUGE_VALUES.apply(block, Direction.DOWN));
  }

  /** A model owner can have the executors use another pair's key. */
  @Test
  void whatWasMultipliedWithAnotherPairsKeyLeavesAJobWithoutResults() throws Exception {
    JobFiles forged = stored.copyOrdered(directory.resolve("exchange"));
    forged.orderWith(
        KeyFault.OF_ANOTHER_PAIR.apply(Files.readAllBytes(forged.resolve(PUBLIC_KEY))),
        StoredJobs.dataOwner());
    assertEquals(0, stored.serve(forged, directory.resolve("state")));
    JobFiles job = stored.restoreAnswered();
    FileTree.replace(job.wave(Forger.RETURNED), forged.wave(Forger.RETURNED));

    forger.assertPoisons();
  }
}
