package io.nightjar.records;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The bytes of a file, unzipped if they are gzipped, which their magic number says. */
final class ContentStream {

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int GZIP_MAGIC = 0x1f8b;

  private ContentStream() {}

  static InputStream open(FileSystem files, Path file) throws IOException {
    InputStream raw = new BufferedInputStream(files.open(file), BUFFER_BYTES);
    try {
      raw.mark(2);
      boolean gzipped = isGzipped(raw);
      raw.reset();
      return gzipped
          ? new BufferedInputStream(new GZIPInputStream(new Endless(raw), BUFFER_BYTES))
          : raw;
    } catch (IOException | RuntimeException e) {
      raw.close();
      throw e;
    }
  }

  /** Returns whether a file is gzipped. */
  static boolean isGzipped(FileSystem files, Path file) throws IOException {
    try (InputStream raw = files.open(file)) {
      return isGzipped(raw);
    }
  }

  private static boolean isGzipped(InputStream raw) throws IOException {
    return (raw.read() << 8 | raw.read()) == GZIP_MAGIC;
  }

  /** Returns whether a failure says that the bytes are not what gzip writes. */
  static boolean isCorrupt(IOException failure) {
    return failure instanceof ZipException || failure instanceof EOFException;
  }

  /**
   * A stream that always says that more bytes are available.
   *
   * <p>The JDK looks for another gzip member only then, and some file systems say that nothing is
   * available where a request ends: the rest of the file would be lost without a word.
   */
  private static final class Endless extends FilterInputStream {

    Endless(InputStream in) {
      super(in);
    }

    @Override
    public int available() {
      return 1;
    }
  }
}
