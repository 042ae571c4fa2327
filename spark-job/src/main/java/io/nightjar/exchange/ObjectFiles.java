package io.nightjar.exchange;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.MultipartUploader;
import org.apache.hadoop.fs.Options.CreateFileOptionKeys;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathIOException;
import org.apache.hadoop.util.functional.FutureIO;

/**
 * Reads and writes small files in an object store, each by one request that is done or not.
 *
 * <p>An answer may be lost on the way, and then nobody knows whether its request was done; Hadoop
 * sends it again. That does no harm where a file replaces another. Where it must not, the second
 * request finds what the first one wrote; so after a failure the file itself says whose it is.
 */
final class ObjectFiles {

  /** How often a file is read that is replaced again and again while it is. */
  private static final int MOST_READS = 5;

  private static final String IF_ABSENT =
      CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE;
  private static final String IF_UNCHANGED =
      CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE_ETAG;

  private ObjectFiles() {}

  /** Reads a file, if it is there. */
  static Optional<byte[]> read(FileSystem files, Path path, int mostBytes) throws IOException {
    for (int reads = 1; true; reads++) {
      try (InputStream in = files.open(path)) {
        return Optional.of(HadoopFiles.whole(in, path, mostBytes));
      } catch (FileNotFoundException e) { // a look before would be one request more
        return Optional.empty();
      } catch (PathIOException e) { // it was replaced after it was opened
        if (reads == MOST_READS) {
          throw e;
        }
      }
    }
  }

  /** Writes a file in the place of an earlier one. */
  static void write(FileSystem files, Path path, byte[] bytes) throws IOException {
    close(files.createFile(path).recursive().overwrite(true).build(), bytes);
  }

  /**
   * Creates a file, and returns whether its name was free. Of two that create other contents at the
   * same time one fails, where the store has conditional writes. Two that create the same content
   * may both hear that it is theirs.
   */
  static boolean create(FileSystem files, Path path, byte[] bytes) throws IOException {
    FSDataOutputStreamBuilder<?, ?> builder = files.createFile(path).recursive().overwrite(false);
    if (files.hasPathCapability(path, IF_ABSENT)) {
      builder.must(IF_ABSENT, true);
    }
    FSDataOutputStream out;
    try {
      out = builder.build();
    } catch (FileAlreadyExistsException e) {
      return false;
    }
    try {
      close(out, bytes);
      return true;
    } catch (IOException e) {
      Optional<byte[]> there = read(files, path);
      if (there.isEmpty()) {
        throw e;
      }
      return Arrays.equals(there.get(), bytes);
    }
  }

  /**
   * Writes a file in the place of one whose content is known, and returns whether that was still
   * there. A store without conditional writes only looks before it writes.
   */
  static boolean replace(FileSystem files, Path path, byte[] before, byte[] bytes)
      throws IOException {
    FileStatus status;
    try {
      status = files.getFileStatus(path); // before it is read: what changes later has another tag
    } catch (FileNotFoundException e) {
      return false;
    }
    if (!holds(files, path, before)) {
      return false;
    }
    FSDataOutputStreamBuilder<?, ?> builder = files.createFile(path).recursive().overwrite(true);
    if (files.hasPathCapability(path, IF_UNCHANGED) && status instanceof EtagSource tagged) {
      builder.must(IF_UNCHANGED, tagged.getEtag());
    }
    try {
      close(builder.build(), bytes);
      return true;
    } catch (IOException e) {
      if (holds(files, path, before)) { // nothing was done
        throw e;
      }
      return holds(files, path, bytes);
    }
  }

  private static boolean holds(FileSystem files, Path path, byte[] bytes) throws IOException {
    return read(files, path).filter(there -> Arrays.equals(there, bytes)).isPresent();
  }

  private static Optional<byte[]> read(FileSystem files, Path path) throws IOException {
    return read(files, path, HadoopFiles.MOST_SMALL_BYTES);
  }

  /** To close a stream is to publish what was written, which must be all. */
  private static void close(FSDataOutputStream out, byte[] bytes) throws IOException {
    boolean whole = false;
    try {
      out.write(bytes);
      whole = true;
    } finally {
      if (!whole) {
        abandon(out);
      }
    }
    out.close();
  }

  /** Gives up a file that is half written. Where that cannot be said, its end is never reached. */
  static void abandon(FSDataOutputStream out) throws IOException {
    if (out.hasCapability(CommonPathCapabilities.ABORTABLE_STREAM)) {
      out.abort();
      out.close();
    }
  }

  /**
   * Ends uploads below a directory that nobody goes on with: parts of large files that a dead
   * process has left, which no listing shows and which are paid for.
   *
   * @return how many there were
   */
  static int endUploads(FileSystem files, Path directory) throws IOException {
    if (!files.hasPathCapability(directory, CommonPathCapabilities.FS_MULTIPART_UPLOADER)) {
      return 0;
    }
    try (MultipartUploader uploader = files.createMultipartUploader(directory).build()) {
      return Math.max(0, FutureIO.awaitFuture(uploader.abortUploadsUnderPath(directory)));
    }
  }
}
