package io.nightjar.identity;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Everything that changes the files of a directory with identities, one step at a time: a process
 * may end before any of them.
 */
interface IdentityDisk {

  /** The disk itself. */
  IdentityDisk REAL = new Real();

  /** Writes a new file that its owner alone may read; it is on the disk when this returns. */
  void write(Path file, byte[] bytes) throws IOException;

  /** Gives a file another's name, and so takes that one's place at once. */
  void replace(Path file, Path other) throws IOException;

  /** Removes a file. */
  void delete(Path file) throws IOException;

  /** Brings the names in a directory to the disk. */
  void sync(Path directory) throws IOException;

  /** The disk itself. */
  final class Real implements IdentityDisk {

    private static final Set<OpenOption> CREATE =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private Real() {}

    @Override
    public void write(Path file, byte[] bytes) throws IOException {
      try (FileChannel out =
          FileChannel.open(
              file,
              CREATE,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          out.write(buffer);
        }
        out.force(true);
      }
    }

    @Override
    public void replace(Path file, Path other) throws IOException {
      Files.move(file, other, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(Path file) throws IOException {
      Files.delete(file);
    }

    @Override
    public void sync(Path directory) throws IOException {
      try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
        names.force(true);
      }
    }
  }
}
