package io.nightjar.exchange;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * A local file system without Hadoop's checksum files, as blocks have digests of their own, and
 * without a process for every change of permissions. What cannot be written is an exception, not
 * Hadoop's {@link FSError}.
 */
public final class PlainLocalFileSystem extends LocalFileSystem {

  /** Creates the file system; Hadoop calls this by the name of the class. */
  public PlainLocalFileSystem() {
    super(new Raw());
    setWriteChecksum(false);
    setVerifyChecksum(false);
  }

  /**
   * A file system that sets permissions itself. Hadoop's would run chmod where its native library
   * is missing, as it is nearly everywhere.
   */
  private static final class Raw extends RawLocalFileSystem {
    @Override
    protected OutputStream createOutputStreamWithMode(
        Path path, boolean append, FsPermission permission) throws IOException {
      java.nio.file.Path file = pathToFile(path).toPath();
      try {
        return new PlainFileStream(
            super.createOutputStreamWithMode(path, append, permission), file);
      } catch (FSError e) {
        throw PlainFileStream.exception(e, file);
      } catch (IOException e) {
        throw NoSpaceException.of(e, file);
      }
    }

    @Override
    public void setPermission(Path path, FsPermission permission) throws IOException {
      String symbols =
          permission.getUserAction().SYMBOL
              + permission.getGroupAction().SYMBOL
              + permission.getOtherAction().SYMBOL;
      Set<PosixFilePermission> posix = PosixFilePermissions.fromString(symbols);
      Files.setPosixFilePermissions(pathToFile(path).toPath(), posix);
    }
  }
}
