package io.nightjar.job.faults;

import io.nightjar.crypto.paillier.PaillierHeader;
import io.nightjar.crypto.paillier.PaillierParameters;
import io.nightjar.crypto.paillier.PaillierPublicKey;
import io.nightjar.job.JobFiles;
import io.nightjar.job.ProtocolProfile;
import io.nightjar.job.StoredSection;
import io.nightjar.keys.OwnerKey;
import io.nightjar.keys.PaillierKeys;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What somebody can make of numbers modulo n and n^2. */
@Slow
class TwoPartyDnnFaultTest {

  private static final String PUBLIC_KEY = "public-key.bin";

  private static StoredJobs stored;
  private static Forger forger;
  private static BigInteger modulus;

  @TempDir private Path directory;

  @BeforeAll
  static void findJobs() throws IOException {
    stored = StoredJobs.of(ProtocolProfile.TWO_PARTY_DNN);
    forger = new Forger(stored);
    OwnerKey owner = stored.publicKey();
    try (PaillierPublicKey key = PaillierKeys.open(parameters(), owner)) {
      modulus = key.modulus();
    }
  }

  private static PaillierParameters parameters() {
    return (PaillierParameters) stored.jobs().plan().encryption();
  }

  private static void put(BigInteger number, byte[] bytes, int at, int width) {
    for (int i = 0; i < width; i++) {
      bytes[at + width - 1 - i] = number.shiftRight(Byte.SIZE * i).byteValue();
    }
  }

  /** What becomes of the modulus in a public key. */
  enum KeyFault {
    EVEN("divisible by 2"),
    SHORTER("bits, not 2048");

    private final String reason;

    KeyFault(String reason) {
      this.reason = reason;
    }

    byte[] apply(byte[] good) {
      BigInteger number =
          this == EVEN ? modulus.subtract(BigInteger.ONE) : modulus.shiftRight(1).setBit(0);
      byte[] key = good.clone();
      int width = modulus.bitLength() / Byte.SIZE;
      int end = key.length - Integer.BYTES;
      put(number, key, end - width, width);
      ByteBuffer.wrap(key).putInt(end, Forger.crc(key, 0, end));
      return key;
    }
  }

  @ParameterizedTest
  @EnumSource
  void anOrderWithAKeyThatIsNoneIsRefusedBeforeAnythingIsCountedOrEvaluated(KeyFault fault)
      throws Exception {
    JobFiles job = stored.copyOrdered(directory.resolve("exchange"));
    job.orderWith(fault.apply(Files.readAllBytes(job.resolve(PUBLIC_KEY))), StoredJobs.dataOwner());

    forger.assertOrderRefused(job, directory.resolve("state"), fault.reason);
  }

  /** What somebody makes of a block. */
  enum BlockForgery {
    ZERO("A ciphertext is no unit modulo n^2"),
    TOO_LARGE("Number 0 of ciphertext 0 is not below n^2"),
    ANOTHER_KEYS("The block's key digest is "),
    A_CIPHERTEXT_LESS("The block's ciphertexts is "),
    A_RECORD_LESS("The block's records is "),
    HUGE(" are allowed"),
    BEYOND_THE_BOUND(""),
    BEYOND_ITS_FIELDS("");

    private static final int CIPHERTEXTS = 76;
    private static final int RECORDS = 80;
    private static final int PAYLOAD_BYTES = 84;

    private final String reason;

    BlockForgery(String reason) {
      this.reason = reason;
    }

    byte[] apply(StoredSection section) throws IOException {
      byte[] block = section.bytes();
      ByteBuffer fields = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
      int ciphertexts = fields.getInt(CIPHERTEXTS);
      int records = fields.getInt(RECORDS);
      BigInteger one = BigInteger.ONE;
      return switch (this) {
        case ZERO -> withCiphertext(block, BigInteger.ZERO);
        case TOO_LARGE -> withCiphertext(block, modulus.multiply(modulus).add(one));
        case ANOTHER_KEYS -> {
          block[8] ^= 1;
          yield withChecksums(block);
        }
        case A_CIPHERTEXT_LESS -> claiming(block, ciphertexts - 1, records);
        case A_RECORD_LESS -> claiming(block, ciphertexts, records - 1);
        case HUGE -> {
          long huge = parameters().blockBytes(1 << 20, records);
          fields.putInt(CIPHERTEXTS, 1 << 20).putLong(PAYLOAD_BYTES, huge);
          yield withChecksums(block);
        }
        // Anybody can encrypt under the data owner's public key.
        case BEYOND_THE_BOUND -> {
          long bound = stored.jobs().plan().lastRound().bound();
          yield withCiphertext(block, modulus.multiply(BigInteger.valueOf(bound + 1)).add(one));
        }
        case BEYOND_ITS_FIELDS ->
            withCiphertext(block, modulus.multiply(modulus.shiftRight(2)).add(one));
      };
    }

    /** A block with fewer of either, cut to its length. */
    private static byte[] claiming(byte[] block, int ciphertexts, int records) {
      long payload = parameters().blockBytes(ciphertexts, records);
      int length = Math.toIntExact(PaillierHeader.BYTES + payload + Integer.BYTES);
      byte[] cut = Arrays.copyOf(block, length);
      ByteBuffer fields = ByteBuffer.wrap(cut).order(ByteOrder.LITTLE_ENDIAN);
      fields
          .putInt(CIPHERTEXTS, ciphertexts)
          .putInt(RECORDS, records)
          .putLong(PAYLOAD_BYTES, payload);
      return withChecksums(cut);
    }

    private static byte[] withCiphertext(byte[] block, BigInteger number) {
      put(number, block, PaillierHeader.BYTES, parameters().ciphertextBytes());
      return withChecksums(block);
    }

    private static byte[] withChecksums(byte[] block) {
      ByteBuffer fields = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
      int header = PaillierHeader.BYTES - Integer.BYTES;
      int end = block.length - Integer.BYTES;
      fields.putInt(header, Forger.crc(block, 0, header));
      fields.putInt(end, Forger.crc(block, PaillierHeader.BYTES, end));
      return block;
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ZERO", "TOO_LARGE", "ANOTHER_KEYS", "A_CIPHERTEXT_LESS", "HUGE"})
  void aForgedUploadIsNotEvaluated(BlockForgery forgery) throws Exception {
    forger.assertNotEvaluated(directory, forgery::apply, forgery.reason);
  }

  @Test
  void anUploadOfFewerRecordsIsNotEvaluated() throws Exception {
    forger.assertNotEvaluated(
        directory,
        BlockForgery.A_RECORD_LESS::apply,
        "batch-0000000.draw-00.col-00000 ",
        "it belongs elsewhere");
  }

  /** Of the others codecs refuse what is in them, and the other party's is the same. */
  @ParameterizedTest
  @EnumSource(names = {"ZERO", "A_RECORD_LESS"})
  void aForgedResultIsNotTakenAndTheJobGoesOnWithTheRightOne(BlockForgery forgery)
      throws Exception {
    forger.assertNotTaken(forgery::apply, forgery.reason);
  }

  @ParameterizedTest
  @EnumSource(names = {"BEYOND_THE_BOUND", "BEYOND_ITS_FIELDS"})
  void whatOnlyDecryptionShowsLeavesAJobWithoutResults(BlockForgery forgery) throws Exception {
    forger.assertPoisons(forgery::apply);
  }
}
