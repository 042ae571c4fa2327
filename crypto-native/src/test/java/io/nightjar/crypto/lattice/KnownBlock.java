package io.nightjar.crypto.lattice;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RawSecretAccess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * A block on the wire that is kept with the tests, with the key that it was encrypted under: what
 * reads it today must read it tomorrow.
 *
 * <p>A change of the format on purpose gets a new version number, and new files from {@link #main},
 * whose argument is this package's directory in the test resources.
 */
final class KnownBlock {

  /** Two data primes of different sizes, and a special one. */
  static final HeParameters PARAMETERS =
      HeParameters.ofAnySecurity(
          Scheme.BFV, 64, List.of(44, 36, 40), HeParameters.batchingPlainModulus(64, 20));

  static final BlockLabel LABEL =
      new BlockLabel(new UUID(0x0123456789abcdefL, 0xfedcba9876543210L), 7, 1, 3, 20);

  static final IntegerColumns INTEGERS =
      new IntegerColumns(2, 5, new long[] {0, 1, -1, 524000, -524000, 12, 345, 6789, -98, -7654});

  private static final String KEY_FILE = "known-key.bin";
  private static final String BLOCK_FILE = "known-block.bin";

  private KnownBlock() {}

  /** The raw secret key. */
  static byte[] key() {
    return resource(KEY_FILE);
  }

  /** A fresh symmetric block: slots in NTT form, with a seed for its second polynomials. */
  static byte[] wire() {
    return resource(BLOCK_FILE);
  }

  private static byte[] resource(String name) {
    try (InputStream in = KnownBlock.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(name, e);
    }
  }

  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    // -1, 0, 1, 1, -1, 0, 1, 1, ...: two bits each.
    byte[] raw = new byte[PARAMETERS.ringDegree() / 4];
    Arrays.fill(raw, (byte) 0b10_10_01_00);
    try (HeContext context = HeContext.open(PARAMETERS);
        SecretKey key = SecretKey.fromBytes(context, raw, RawSecretAccess.granted());
        CipherBlock block =
            new BlockEncryptor(context, key).encrypt(INTEGERS, Packing.SLOTS, Form.NTT)) {
      Files.write(directory.resolve(KEY_FILE), raw);
      Files.write(directory.resolve(BLOCK_FILE), TestBlocks.wire(context, block, LABEL));
    }
  }
}
