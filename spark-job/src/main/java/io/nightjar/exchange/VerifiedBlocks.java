package io.nightjar.exchange;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.natives.Blake3;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The blocks of a file that a manifest lists, read one by one.
 *
 * <p>The last block is given out only when the whole file has been seen to have the length and the
 * BLAKE3 hash of the manifest; so a file with one block, as all uploads are, is verified before it
 * is used. Whoever reads several has to drop what it made of them when a later one fails.
 */
public final class VerifiedBlocks implements Iterator<BlockFormat.Read>, AutoCloseable {

  private static final int BUFFER_BYTES = 1 << 18;

  private final Path path;
  private final FileDigest expected;
  private final BlockFormat format;
  private final Consumer<BlockFormat.Header> check;
  private final MessageDigest digest = new Blake3();
  private final InputStream in;
  private long remaining;

  private VerifiedBlocks(
      Path path,
      FileDigest expected,
      BlockFormat format,
      Consumer<BlockFormat.Header> check,
      InputStream file) {
    this.path = path;
    this.expected = expected;
    this.format = format;
    this.check = check;
    this.remaining = expected.bytes();
    this.in =
        new Bounded(new BufferedInputStream(new DigestInputStream(file, digest), BUFFER_BYTES));
  }

  /**
   * Opens a file.
   *
   * @throws ExchangeException if it is not there, or has another length
   */
  public static VerifiedBlocks open(
      FileSystem files,
      Path path,
      FileDigest expected,
      BlockFormat format,
      Consumer<BlockFormat.Header> check)
      throws IOException {
    if (!files.exists(path)) {
      throw new ExchangeException("%s is in its manifest, but not there".formatted(path));
    }
    long length = files.getFileStatus(path).getLen();
    if (length != expected.bytes()) {
      throw new ExchangeException(
          "%s has %d bytes; its manifest says %d".formatted(path, length, expected.bytes()));
    }
    return new VerifiedBlocks(path, expected, format, check, files.open(path, BUFFER_BYTES));
  }

  @Override
  public boolean hasNext() {
    return remaining > 0;
  }

  @Override
  public BlockFormat.Read next() {
    if (!hasNext()) {
      throw new NoSuchElementException(path + " has no more blocks");
    }
    try {
      BlockFormat.Read block = format.readBlock(in, check);
      boolean good = false;
      try {
        if (remaining == 0) {
          verify();
        }
        good = true;
      } finally {
        if (!good) {
          block.block().close();
        }
      }
      return block;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void verify() {
    String found = Digests.hex(digest.digest());
    if (!found.equals(expected.blake3())) {
      throw new ExchangeException(
          "%s has the BLAKE3 hash %s; its manifest says %s"
              .formatted(path, found, expected.blake3()));
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** A stream that ends where the manifest says that the file ends, and counts down to there. */
  private final class Bounded extends InputStream {
    private final InputStream source;

    Bounded(InputStream source) {
      this.source = source;
    }

    @Override
    public int read() throws IOException {
      int b = remaining > 0 ? source.read() : -1;
      remaining -= b < 0 ? 0 : 1;
      return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (remaining == 0) {
        return -1;
      }
      int read = source.read(bytes, offset, (int) Math.min(length, remaining));
      remaining -= Math.max(read, 0);
      return read;
    }

    @Override
    public void close() throws IOException {
      source.close();
    }
  }
}
