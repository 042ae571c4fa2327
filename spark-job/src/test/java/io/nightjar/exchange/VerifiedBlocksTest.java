package io.nightjar.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.CryptoException;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.lattice.BlockCodec;
import io.nightjar.crypto.lattice.BlockEncryptor;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.Form;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.crypto.lattice.Packing;
import io.nightjar.crypto.lattice.Scheme;
import io.nightjar.crypto.lattice.SecretKey;
import io.nightjar.crypto.natives.Blake3;
import io.nightjar.crypto.natives.NativeMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifiedBlocksTest {

  private static final HeParameters PARAMETERS =
      HeParameters.ofAnySecurity(Scheme.BFV, 64, List.of(44), 1L << 20);
  private static final UUID JOB = new UUID(3, 4);

  @TempDir private java.nio.file.Path directory;

  private HeContext context;
  private SecretKey key;
  private BlockCodec codec;
  private FileSystem files;
  private java.nio.file.Path file;
  private Section digest;

  @BeforeEach
  void writeThreeBlocks() throws IOException {
    context = HeContext.open(PARAMETERS);
    key = SecretKey.generate(context);
    codec = new BlockCodec(context);
    files =
        new Path(directory.toUri()).getFileSystem(HadoopFiles.configuration(new Configuration()));
    digest = write();
    file = directory.resolve(digest.file());
  }

  /** Writes the same values under the same names; their encryption is another one every time. */
  private Section write() throws IOException {
    BlockEncryptor encryptor = new BlockEncryptor(context, key);
    try (BlockFileWriter writer = new BlockFileWriter(files, new Path(directory.toUri()))) {
      for (int draw = 1; draw < 4; draw++) { // the second of three sections
        for (int first = 0; first < 3; first++) {
          IntegerColumns values = new IntegerColumns(1, 3, new long[] {first, 5, -9});
          try (CipherBlock block =
              encryptor.encrypt(values, Packing.COEFFICIENTS, Form.COEFFICIENT)) {
            writer.write(new BlockLabel(JOB, 7, 1, draw, first), block, codec);
          }
        }
      }
      return writer.finish().get(1);
    }
  }

  @AfterEach
  void close() {
    key.close();
    context.close();
  }

  /**
   * Reads to the end, or to where it is refused; returns the first ciphertexts of what it was
   * given.
   */
  private List<Integer> read(Section expected) throws IOException {
    Path path = new Path(directory.resolve(expected.file()).toUri());
    List<Integer> firsts = new ArrayList<>();
    try (VerifiedBlocks blocks = VerifiedBlocks.open(files, path, expected, codec, header -> {})) {
      while (blocks.hasNext()) {
        BlockFormat.Read next = blocks.next();
        next.block().close();
        firsts.add(next.header().label().firstCiphertext());
      }
    }
    return firsts;
  }

  @Test
  void blocksComeInTheirOrder() throws IOException {
    assertEquals("batch-0000007.draw-02.col-00000", digest.name());
    assertTrue(digest.file().matches("batch-0000007[.]draw-01[.]col-00000[.][0-9a-f]{16}[.]njb"));
    assertEquals(Files.size(file), 3 * digest.bytes());
    assertEquals(digest.bytes(), digest.offset());
    assertEquals(List.of(0, 1, 2), read(digest));
  }

  @Test
  void afterAnyChangeTheLastBlockIsNotGivenOut() throws IOException {
    byte[] good = Files.readAllBytes(file);
    long open = NativeMemory.openHandles();
    for (int at = (int) digest.offset(); at < digest.end(); at += 7) {
      byte[] changed = good.clone();
      changed[at] ^= (byte) (1 << (at % 8));
      Files.write(file, changed);
      assertRefused("bit at " + at);
    }
    assertEquals(open, NativeMemory.openHandles());
  }

  @Test
  void whatIsAroundASectionIsNothingToIt() throws IOException {
    byte[] changed = Files.readAllBytes(file);
    changed[(int) digest.offset() - 1] ^= 1;
    changed[(int) digest.end()] ^= 1;
    Files.write(file, changed);

    assertEquals(List.of(0, 1, 2), read(digest));
  }

  @Test
  void otherGoodBlocksUnderTheSameNameAreRefused() throws IOException {
    Section other = write();
    assertEquals(digest.bytes(), other.bytes());
    Files.copy(
        directory.resolve(other.file()), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);

    ExchangeException refusal = assertThrows(ExchangeException.class, () -> read(digest));
    assertTrue(refusal.getMessage().contains("BLAKE3"), refusal.getMessage());
    assertEquals(List.of(0, 1, 2), read(other));
  }

  @Test
  void aFileThatEndsTooEarlyIsRefusedBeforeAnythingIsRead() throws IOException {
    byte[] good = Files.readAllBytes(file);
    for (int length : new int[] {0, 1, (int) digest.offset(), (int) digest.end() - 1}) {
      Files.write(file, Arrays.copyOf(good, length));
      assertThrows(ExchangeException.class, () -> read(digest));
    }
    Files.delete(file);
    assertThrows(ExchangeException.class, () -> read(digest));
  }

  @Test
  void aManifestThatEndsWithinABlockIsRefused() throws IOException {
    int from = (int) digest.offset();
    byte[] good = Arrays.copyOfRange(Files.readAllBytes(file), from, (int) digest.end());
    for (int length = 1; length < good.length; length += 97) {
      if (length % (good.length / 3) != 0) {
        Section claimed =
            new Section(
                digest.name(),
                digest.file(),
                from,
                length,
                Digests.hex(new Blake3().digest(Arrays.copyOf(good, length))),
                "");
        assertThrows(CryptoException.class, () -> read(claimed), "length " + length);
      }
    }
  }

  @Test
  void whatIsNotFinishedLeavesNoFile() throws IOException {
    Path other = new Path(directory.resolve("other").toUri());
    BlockEncryptor encryptor = new BlockEncryptor(context, key);
    IntegerColumns values = new IntegerColumns(1, 3, new long[] {1, 5, -9});
    try (BlockFileWriter writer = new BlockFileWriter(files, other);
        CipherBlock block = encryptor.encrypt(values, Packing.COEFFICIENTS, Form.COEFFICIENT)) {
      writer.write(new BlockLabel(JOB, 7, 1, 2, 0), block, codec);
      assertEquals(1, files.listStatus(other).length);
    }
    assertEquals(0, files.listStatus(other).length);
    try (BlockFileWriter writer = new BlockFileWriter(files, other)) {
      assertEquals(List.of(), writer.finish());
    }
    assertEquals(0, files.listStatus(other).length);
  }

  private void assertRefused(String what) {
    try {
      List<Integer> firsts = read(digest);
      throw new AssertionError(what + " was read as " + firsts);
    } catch (ExchangeException | CryptoException | UncheckedIOException | IOException e) {
      assertTrue(e.getMessage() != null, what);
    }
  }
}
