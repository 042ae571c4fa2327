package io.nightjar.staging;

import io.nightjar.records.RecordBatch;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.permission.FsPermission;

/** A file of records that is being written, piece by piece, each of which is sealed by itself. */
public final class StagedFile implements Closeable {

  private static final FsPermission PRIVATE = new FsPermission((short) 0600);
  private static final int BUFFER_BYTES = 1 << 18;

  private final int number;
  private final FileCipher cipher;
  private final FSDataOutputStream out;
  private final List<Piece> pieces = new ArrayList<>();

  private StagedFile(int number, FileCipher cipher, FSDataOutputStream out) {
    this.number = number;
    this.cipher = cipher;
    this.out = out;
  }

  /** Returns the path of a file of staged records. */
  static Path path(Path directory, int number) {
    return new Path(directory, String.format(Locale.ROOT, "records-%05d.njst", number));
  }

  /**
   * Creates a file.
   *
   * @param number which no other file of the directory has
   */
  static StagedFile create(FileSystem files, Path directory, int number, StagingKey key)
      throws IOException {
    Path path = path(directory, number);
    FSDataOutputStream out =
        files.create(
            path,
            PRIVATE,
            true,
            BUFFER_BYTES,
            files.getDefaultReplication(path),
            files.getDefaultBlockSize(path),
            null);
    boolean done = false;
    try {
      FileCipher cipher = FileCipher.fresh(key);
      out.write(cipher.header());
      done = true;
      return new StagedFile(number, cipher, out);
    } finally {
      if (!done) {
        out.close();
      }
    }
  }

  /** Appends a batch, or a part of one. */
  public void add(RecordBatch batch) throws IOException {
    long first = 2L * pieces.size();
    byte[] ids = cipher.seal(first, IdCodec.encode(batch.ids()));
    byte[] values = cipher.seal(first + 1, ColumnCodec.encode(batch.values()));
    pieces.add(new Piece(number, first, out.getPos(), ids.length, values.length, batch.size()));
    out.write(ids);
    out.write(values);
  }

  /** Has everything on the disk, where the file system can promise that, and says where it is. */
  public List<Piece> finish() throws IOException {
    if (out.hasCapability(StreamCapabilities.HSYNC)) {
      out.hsync();
    }
    out.close();
    return List.copyOf(pieces);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
