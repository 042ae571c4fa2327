package io.nightjar.crypto.lattice;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.InvalidBlockException;
import io.nightjar.crypto.WrongContextException;
import io.nightjar.crypto.natives.Native;
import io.nightjar.crypto.natives.NativeHandle;
import io.nightjar.crypto.natives.NativeMemory;
import io.nightjar.crypto.natives.StageTimes;
import io.nightjar.crypto.natives.StageTimes.Stage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * Blocks and keys on the wire: a {@link BlockHeader}, bit-packed residues, and a CRC-32C of those.
 *
 * <p>Everything read is checked before it is used: the header field by field, its claims against
 * the parameters and the reader's limit before memory is allocated, every residue against its
 * prime. The checksum finds accidents; that bytes come from the right party is for digests in
 * manifests to show.
 */
public final class BlockCodec implements BlockFormat {

  /** Packed ciphertexts are read and written in pieces of about this size. */
  private static final int PIECE_BYTES = 1 << 17;

  private final HeContext context;
  private final long maxBlockBytes;

  /** Creates a codec that reads blocks of any size that {@link NativeMemory} allows. */
  public BlockCodec(HeContext context) {
    this(context, Long.MAX_VALUE);
  }

  /**
   * Creates a codec.
   *
   * @param maxBlockBytes the most native memory that reading one block may take
   */
  public BlockCodec(HeContext context, long maxBlockBytes) {
    this.context = Objects.requireNonNull(context, "context");
    this.maxBlockBytes = maxBlockBytes;
  }

  /** A block with its header. */
  public record Labelled(BlockHeader header, CipherBlock block) implements Read {}

  /** Writes a block. */
  public void write(CipherBlock block, BlockLabel label, OutputStream out) throws IOException {
    write(BlockKind.CIPHERTEXTS, block, label, out);
  }

  @Override
  public void writeBlock(EncryptedBlock block, BlockLabel label, OutputStream out)
      throws IOException {
    if (!(block instanceof CipherBlock ciphertexts)) {
      throw new WrongContextException("The block is of another scheme than this context");
    }
    write(ciphertexts, label, out);
  }

  @Override
  public Labelled readBlock(InputStream in, Consumer<Header> check) throws IOException {
    return read(in, check::accept);
  }

  /** Writes a public key. */
  public void write(PublicKey key, OutputStream out) throws IOException {
    write(BlockKind.PUBLIC_KEY, key.block(), BlockLabel.NONE, out);
  }

  /** Writes a relinearisation key. */
  public void write(RelinearisationKey key, OutputStream out) throws IOException {
    write(BlockKind.RELINEARISATION_KEY, key.block(), BlockLabel.NONE, out);
  }

  /**
   * Reads a block.
   *
   * @param check sees the header before any memory is allocated, and throws what it will not have
   * @throws InvalidBlockException if anything is not as it must be
   */
  public Labelled read(InputStream in, Consumer<BlockHeader> check) throws IOException {
    return read(BlockKind.CIPHERTEXTS, in, check);
  }

  /** Reads a public key. */
  public PublicKey readPublicKey(InputStream in) throws IOException {
    return new PublicKey(readKey(BlockKind.PUBLIC_KEY, 1, in));
  }

  /** Reads a relinearisation key. */
  public RelinearisationKey readRelinearisationKey(InputStream in) throws IOException {
    RelinearisationKey.requireKeySwitching(context.parameters());
    int ciphertexts = context.parameters().dataLimbs();
    return RelinearisationKey.of(context, readKey(BlockKind.RELINEARISATION_KEY, ciphertexts, in));
  }

  private CipherBlock readKey(BlockKind kind, int ciphertexts, InputStream in) throws IOException {
    return read(
            kind, in, header -> KeyBlocks.check(kind, header, context.parameters(), ciphertexts))
        .block();
  }

  private void write(BlockKind kind, CipherBlock block, BlockLabel label, OutputStream out)
      throws IOException {
    context.requireSame(block.parameters(), "block");
    BlockHeader header = BlockHeader.of(kind, label, block);
    CRC32C checksum = new CRC32C();
    long ciphertextBytes = header.ciphertextBytes(context.parameters());
    byte[] piece = newPiece(header, ciphertextBytes);
    try (NativeHandle.Use c = context.use();
        NativeHandle.Use memory = block.use()) {
      out.write(header.toBytes(context.parameters()));
      int step = (int) (piece.length / ciphertextBytes);
      for (int first = 0; first < block.shape().ciphertexts(); first += step) {
        int count = Math.min(step, block.shape().ciphertexts() - first);
        int length = (int) (count * ciphertextBytes);
        long start = StageTimes.now();
        Native.packColumns(
            c.pointer(), memory.pointer(), header.payloadPolys(), first, count, piece);
        start = StageTimes.addSince(Stage.PACKING, start);
        checksum.update(piece, 0, length);
        StageTimes.addSince(Stage.HASHING, start);
        out.write(piece, 0, length);
      }
    }
    out.write(checksumBytes(checksum));
  }

  private Labelled read(BlockKind kind, InputStream in, Consumer<BlockHeader> check)
      throws IOException {
    byte[] headerBytes = new byte[BlockHeader.BYTES];
    readFully(in, headerBytes, headerBytes.length, "header");
    BlockHeader header = BlockHeader.parse(headerBytes, context.parameters());
    if (header.kind() != kind) {
      throw new InvalidBlockException("The block is a %s, not a %s".formatted(header.kind(), kind));
    }
    long needed = CipherBlock.nativeBytes(context.parameters(), header.shape());
    if (needed > maxBlockBytes) {
      throw new InvalidBlockException(
          "The block needs %d bytes; at most %d are allowed".formatted(needed, maxBlockBytes));
    }
    check.accept(header);
    // Reading happens inside, so that a failure leaves no block behind.
    Payload payload = new Payload(header, in);
    try {
      CipherBlock block =
          CipherBlock.create(
              context,
              header.shape(),
              header.packing(),
              header.records(),
              header.scale(),
              header.seed(),
              (c, memory) -> {
                payload.readInto(c, memory);
                long start = StageTimes.now();
                header.seed().ifPresent(seed -> Native.expandSeed(c, memory, seed.bytes()));
                StageTimes.addSince(Stage.PACKING, start);
              });
      return new Labelled(header, block);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** The payload of one block; carries an IOException through code that cannot. */
  private final class Payload {
    private final BlockHeader header;
    private final InputStream in;

    Payload(BlockHeader header, InputStream in) {
      this.header = header;
      this.in = in;
    }

    void readInto(long c, long memory) {
      try {
        long ciphertextBytes = header.ciphertextBytes(context.parameters());
        byte[] piece = newPiece(header, ciphertextBytes);
        int step = (int) (piece.length / ciphertextBytes);
        int ciphertexts = header.shape().ciphertexts();
        CRC32C checksum = new CRC32C();
        for (int first = 0; first < ciphertexts; first += step) {
          int count = Math.min(step, ciphertexts - first);
          int length = (int) (count * ciphertextBytes);
          readFully(in, piece, length, "payload");
          long start = StageTimes.now();
          checksum.update(piece, 0, length);
          start = StageTimes.addSince(Stage.HASHING, start);
          Native.unpackColumns(c, memory, header.payloadPolys(), first, count, piece);
          StageTimes.addSince(Stage.PACKING, start);
        }
        byte[] expected = new byte[Integer.BYTES];
        readFully(in, expected, expected.length, "checksum");
        if (!Arrays.equals(expected, checksumBytes(checksum))) {
          throw new InvalidBlockException("The block's payload does not match its checksum");
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static byte[] newPiece(BlockHeader header, long ciphertextBytes) {
    long ciphertexts = Math.max(1, PIECE_BYTES / ciphertextBytes);
    return new byte[(int) (Math.min(ciphertexts, header.shape().ciphertexts()) * ciphertextBytes)];
  }

  private static byte[] checksumBytes(CRC32C checksum) {
    return ByteBuffer.allocate(Integer.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt((int) checksum.getValue())
        .array();
  }

  private static void readFully(InputStream in, byte[] bytes, int length, String part)
      throws IOException {
    int read = in.readNBytes(bytes, 0, length);
    if (read < length) {
      throw new InvalidBlockException(
          "The block ends inside its %s: %d of %d bytes".formatted(part, read, length));
    }
  }
}
