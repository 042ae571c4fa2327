package io.nightjar.exchange;

import io.nightjar.crypto.BlockFormat;
import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The blocks of a section that a manifest lists, read one by one.
 *
 * <p>The last block is given out only when the whole section has been seen to have the BLAKE3 hash
 * of the manifest; so one with a single block, as all uploads are, is verified before it is used.
 * Whoever reads several has to drop what it made of them when a later one fails.
 */
public final class VerifiedBlocks implements Iterator<BlockFormat.Read>, AutoCloseable {

  private static final int MOST_BUFFER_BYTES = 1 << 18;

  /** What a file system is to read ahead: nothing much, as whole pieces are asked for. */
  private static final int FILE_BUFFER_BYTES = 4096;

  private final Path path;
  private final Section expected;
  private final BlockFormat format;
  private final Consumer<BlockFormat.Header> check;
  private final MessageDigest digest = new SectionDigest();
  private final Bounded in;

  private VerifiedBlocks(
      Path path,
      Section expected,
      BlockFormat format,
      Consumer<BlockFormat.Header> check,
      InputStream file) {
    this.path = path;
    this.expected = expected;
    this.format = format;
    this.check = check;
    InputStream section = new Bounded(file, expected.bytes()); // of the rest no digest is taken
    this.in =
        new Bounded(
            new BufferedInputStream(new DigestInputStream(section, digest), bufferBytes(expected)),
            expected.bytes());
  }

  /** As many as a small section has, of which there may be very many. */
  private static int bufferBytes(Section section) {
    return (int) Math.max(1, Math.min(section.bytes(), MOST_BUFFER_BYTES));
  }

  /**
   * Opens a section.
   *
   * @throws ExchangeException if its file is not there, or ends before the section does
   */
  public static VerifiedBlocks open(
      FileSystem files,
      Path path,
      Section expected,
      BlockFormat format,
      Consumer<BlockFormat.Header> check)
      throws IOException {
    FSDataInputStream file;
    try {
      FileStatus status = files.getFileStatus(path);
      long length = status.isFile() ? status.getLen() : 0;
      if (length < expected.end()) {
        throw new ExchangeException(
            "%s has %d bytes; its manifest says that %s ends at %d"
                .formatted(path, length, expected.name(), expected.end()));
      }
      file = files.open(path, FILE_BUFFER_BYTES);
    } catch (FileNotFoundException e) { // which says no more than this
      throw new ExchangeException("%s is in its manifest, but not there".formatted(path));
    }
    boolean done = false;
    try {
      file.seek(expected.offset());
      VerifiedBlocks blocks = new VerifiedBlocks(path, expected, format, check, file);
      done = true;
      return blocks;
    } finally {
      if (!done) {
        file.close();
      }
    }
  }

  @Override
  public boolean hasNext() {
    return in.remaining > 0;
  }

  @Override
  public BlockFormat.Read next() {
    if (!hasNext()) {
      throw new NoSuchElementException(expected.name() + " has no more blocks");
    }
    try {
      BlockFormat.Read block = format.readBlock(in, check);
      boolean good = false;
      try {
        if (in.remaining == 0) {
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
          "%s: %s has the BLAKE3 hash %s; its manifest says %s"
              .formatted(path, expected.name(), found, expected.blake3()));
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** A stream that ends after so many bytes, and counts down to there. */
  private static final class Bounded extends InputStream {
    private final InputStream source;
    private long remaining;

    Bounded(InputStream source, long bytes) {
      this.source = source;
      this.remaining = bytes;
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
