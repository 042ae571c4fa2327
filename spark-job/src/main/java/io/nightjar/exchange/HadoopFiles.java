package io.nightjar.exchange;

import io.nightjar.text.Amounts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.permission.FsPermission;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and writes small files on a Hadoop file system, whole or not at all, as its kind allows:
 * under another name first, or in an object store by one request.
 */
public final class HadoopFiles {

  /** The permissions of private files: no other user may read results and secrets. */
  private static final FsPermission PRIVATE_FILE = new FsPermission((short) 0600);

  private static final int BUFFER_BYTES = 4096;

  /** As many bytes as any file has that is written here with a condition. */
  static final int MOST_SMALL_BYTES = 64 << 20;

  /** The schemes of file systems on which no two writers can ever create the same file. */
  private static final Set<String> EXCLUSIVE = Set.of("file", "hdfs");

  private static final Logger LOG = LoggerFactory.getLogger(HadoopFiles.class);

  private HadoopFiles() {}

  /**
   * Returns whether no two writers can create the same file on file systems of a scheme, whatever
   * is at its other end. Others may be like that too; but a server that speaks S3 may pass over the
   * condition of a write, and nobody would notice.
   */
  public static boolean isExclusive(String scheme) {
    return EXCLUSIVE.contains(scheme);
  }

  /**
   * Returns a configuration in which local files have no checksum files beside them: blocks have
   * their own digests.
   */
  public static Configuration configuration(Configuration base) {
    Configuration configuration = new Configuration(base);
    configuration.setClass("fs.file.impl", PlainLocalFileSystem.class, FileSystem.class);
    configuration.setBoolean("fs.file.impl.disable.cache", true);
    return configuration;
  }

  /** Reads a file, if it is there. */
  public static Optional<byte[]> read(FileSystem files, Path path, int mostBytes)
      throws IOException {
    if (StoreKind.of(files, path) == StoreKind.OBJECTS) {
      return ObjectFiles.read(files, path, mostBytes);
    }
    if (!files.exists(path)) {
      return Optional.empty();
    }
    try (InputStream in = files.open(path)) {
      return Optional.of(whole(in, path, mostBytes));
    }
  }

  static byte[] whole(InputStream in, Path path, int mostBytes) throws IOException {
    byte[] bytes = in.readNBytes(mostBytes);
    if (bytes.length == mostBytes && in.read() >= 0) {
      throw new ExchangeException("%s has more than %s".formatted(path, Amounts.bytes(mostBytes)));
    }
    return bytes;
  }

  /** Writes a file under another name and renames it; in an object store, at once in its place. */
  public static void write(FileSystem files, Path path, byte[] bytes) throws IOException {
    write(files, path, bytes, FsPermission.getFileDefault());
  }

  /**
   * Writes a file in the place of an earlier one. Where a rename replaces nothing, there is no file
   * for a moment.
   */
  static void writeAnew(FileSystem files, Path path, byte[] bytes) throws IOException {
    if (StoreKind.of(files, path) == StoreKind.RENAMING) {
      files.delete(path, false);
    }
    write(files, path, bytes);
  }

  /**
   * Writes a file in the place of an earlier one, or of none, and returns false if an object store
   * finds something else there. Where a rename replaces nothing, readers may see it half written.
   *
   * @param before what is there, as far as the caller knows
   */
  static boolean replace(FileSystem files, Path path, Optional<byte[]> before, byte[] bytes)
      throws IOException {
    switch (StoreKind.of(files, path)) {
      case LOCAL -> write(files, path, bytes); // to create it would follow a link
      case RENAMING -> {
        try (FSDataOutputStream out = files.create(path, true)) {
          out.write(bytes);
        }
      }
      case OBJECTS -> {
        return before.isPresent()
            ? ObjectFiles.replace(files, path, before.get(), bytes)
            : ObjectFiles.create(files, path, bytes);
      }
    }
    return true;
  }

  /** Writes a file that only its owner may read. */
  public static void writePrivate(FileSystem files, Path path, byte[] bytes) throws IOException {
    write(files, path, bytes, PRIVATE_FILE);
  }

  /**
   * Writes a private file that is there even if the machine stops as soon as this returns, where
   * the file system can promise that before it closes a file.
   */
  public static void writeDurable(FileSystem files, Path path, byte[] bytes) throws IOException {
    write(files, path, bytes, PRIVATE_FILE, true);
    if (files.getUri().getScheme().equals("file")) { // others sync names with what they name
      Path directory = files.makeQualified(path.getParent());
      try (FileChannel names =
          FileChannel.open(
              java.nio.file.Path.of(directory.toUri().getPath()), StandardOpenOption.READ)) {
        names.force(true);
      }
    }
  }

  /**
   * Has a closed file on the disk, if its file system is a local one; others have copies of it
   * elsewhere by then.
   */
  public static void sync(FileSystem files, Path path) throws IOException {
    if (files.getUri().getScheme().equals("file")) {
      try (FileChannel file =
          FileChannel.open(local(files.makeQualified(path)), StandardOpenOption.WRITE)) {
        file.force(true);
      }
    }
  }

  private static void write(FileSystem files, Path path, byte[] bytes, FsPermission permission)
      throws IOException {
    write(files, path, bytes, permission, false);
  }

  private static void write(
      FileSystem files, Path path, byte[] bytes, FsPermission permission, boolean durable)
      throws IOException {
    if (StoreKind.of(files, path) == StoreKind.OBJECTS) { // which know no permissions
      ObjectFiles.write(files, path, bytes);
      return;
    }
    files.mkdirs(path.getParent());
    Path temporary = temporary(path);
    boolean done = false;
    try {
      try (FSDataOutputStream out =
          files.createFile(temporary).recursive().permission(permission).overwrite(false).build()) {
        out.write(bytes);
        if (durable && out.hasCapability(StreamCapabilities.HSYNC)) {
          out.hsync();
        }
      }
      if (!files.rename(temporary, path)) {
        throw new ExchangeException(
            "%s could not be put in its place; is it there already?".formatted(path));
      }
      done = true;
    } finally {
      if (!done) {
        files.delete(temporary, false);
      }
    }
  }

  /**
   * Creates a file that only its owner may read, as {@link #create(FileSystem, Path, byte[])} does.
   */
  public static boolean createPrivate(FileSystem files, Path path, byte[] bytes)
      throws IOException {
    return create(files, path, bytes, PRIVATE_FILE);
  }

  /**
   * Creates a file with its whole content, and returns whether its name was free; when it was, the
   * content is on the disk. Of two that create it at the same time one fails where file systems are
   * {@linkplain #isExclusive exclusive}: a file gets its name when it is finished, by a hard link
   * on a local disk and by a rename on HDFS. In an object store that is so if the store has
   * conditional writes.
   */
  public static boolean create(FileSystem files, Path path, byte[] bytes) throws IOException {
    return create(files, path, bytes, FsPermission.getFileDefault());
  }

  private static boolean create(FileSystem files, Path path, byte[] bytes, FsPermission permission)
      throws IOException {
    if (StoreKind.of(files, path) == StoreKind.OBJECTS) {
      return ObjectFiles.create(files, path, bytes);
    }
    String scheme = files.getUri().getScheme();
    if (!isExclusive(scheme) && files.exists(path)) {
      return false;
    }
    files.mkdirs(path.getParent());
    Path temporary = temporary(path);
    try {
      try (FSDataOutputStream out =
          files.create(
              temporary,
              permission,
              false,
              BUFFER_BYTES,
              files.getDefaultReplication(temporary),
              files.getDefaultBlockSize(temporary),
              null)) {
        out.write(bytes);
        if (isExclusive(scheme) || out.hasCapability(StreamCapabilities.HSYNC)) {
          out.hsync();
        }
      }
      return scheme.equals("file") ? link(temporary, path) : files.rename(temporary, path);
    } finally {
      files.delete(temporary, false);
    }
  }

  /**
   * Removes a directory with all that is in it, and returns whether there was anything. In an
   * object store, uploads below it that nobody goes on with are ended.
   */
  static boolean remove(FileSystem files, Path directory) throws IOException {
    int uploads = 0;
    if (StoreKind.of(files, directory) == StoreKind.OBJECTS) {
      try {
        uploads = ObjectFiles.endUploads(files, directory);
      } catch (IOException e) { // perhaps it is not allowed, and the owner of the bucket does it
        LOG.warn("Uploads below {} that were not finished stay: {}", directory, e.getMessage());
      }
    }
    return files.delete(directory, true) || uploads > 0;
  }

  private static Path temporary(Path path) {
    return new Path(path.getParent(), "." + path.getName() + "." + UUID.randomUUID() + ".tmp");
  }

  private static boolean link(Path temporary, Path path) throws IOException {
    java.nio.file.Path target = local(path);
    try {
      Files.createLink(target, local(temporary));
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (UnsupportedOperationException e) {
      throw new ExchangeException("There are no hard links in %s".formatted(path.getParent()), e);
    }
    try (FileChannel names = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
      names.force(true);
    }
    return true;
  }

  private static java.nio.file.Path local(Path path) {
    return java.nio.file.Path.of(path.toUri().getPath());
  }
}
