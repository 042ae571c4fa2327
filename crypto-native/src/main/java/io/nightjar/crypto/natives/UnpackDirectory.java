package io.nightjar.crypto.natives;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Set;

/**
 * A private directory, in a shared temporary one, that a single file is unpacked into.
 *
 * <p>Its owner holds a lock on a file in it for as long as it exists. The kernel releases the lock
 * when the process ends, however it ends, so a lock that can be had means a dead owner; a process
 * id would not do, since containers that share a temporary directory do not share those. It does
 * not protect against another process of the same user that means harm.
 */
final class UnpackDirectory implements AutoCloseable {

  static final String PREFIX = "nightjar-native-";
  static final String LOCK = "lock";

  private static final int ATTEMPTS = 16;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path directory;
  private final Path file;
  private final FileChannel lock;

  private UnpackDirectory(Path directory, String fileName, FileChannel lock) {
    this.directory = directory;
    this.file = directory.resolve(fileName);
    this.lock = lock;
  }

  /** Makes a directory under {@code parent}, which must exist, for a file of the given name. */
  static UnpackDirectory create(Path parent, String fileName) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Path directory = parent.resolve(uniqueName());
      Files.createDirectory(directory, OWNER_ONLY);
      // Until the lock is held, another process may take the directory for abandoned and remove it.
      // It then also removes the lock file, so whoever finds that in place with the lock held is
      // the owner.
      FileChannel channel;
      try {
        channel =
            FileChannel.open(
                directory.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      } catch (NoSuchFileException e) {
        continue;
      } catch (IOException e) {
        Files.deleteIfExists(directory);
        throw e;
      }
      UnpackDirectory created = new UnpackDirectory(directory, fileName, channel);
      boolean owned = false;
      try {
        owned = channel.tryLock() != null && Files.exists(directory.resolve(LOCK));
        if (owned) {
          return created;
        }
      } finally {
        if (!owned) {
          created.close();
        }
      }
    }
    throw new IOException(
        "gave up after %d directories were removed by other processes".formatted(ATTEMPTS));
  }

  /** Returns the path of the file, which need not exist yet. */
  Path file() {
    return file;
  }

  /** Removes, beside this directory, those that crashed processes of the same user left behind. */
  void removeAbandonedSiblings() {
    try {
      UserPrincipal user = Files.getOwner(directory);
      try (DirectoryStream<Path> siblings =
          Files.newDirectoryStream(directory.getParent(), PREFIX + "*")) {
        for (Path sibling : siblings) {
          // This JVM may have locked it through another class loader. Not to be touched: a process
          // loses its lock on a file when it closes any channel to it.
          if (!sibling.getFileName().toString().startsWith(ownPrefix())) {
            removeIfAbandoned(sibling, user);
          }
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Tidying up after others must not stop us; whoever loads next tries again.
      return;
    }
  }

  private void removeIfAbandoned(Path sibling, UserPrincipal user) {
    try {
      if (!Files.isDirectory(sibling, LinkOption.NOFOLLOW_LINKS)
          || !Files.getOwner(sibling, LinkOption.NOFOLLOW_LINKS).equals(user)) {
        return;
      }
      Path siblingLock = sibling.resolve(LOCK);
      if (Files.notExists(siblingLock, LinkOption.NOFOLLOW_LINKS)) {
        // Its owner died before making the lock, or is about to and will then start over.
        Files.delete(sibling);
        return;
      }
      try (FileChannel channel =
              FileChannel.open(siblingLock, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
          FileLock held = channel.tryLock()) {
        if (held != null) {
          // By name and not recursively: there is nothing else in a directory of ours.
          Files.deleteIfExists(sibling.resolve(file.getFileName()));
          Files.deleteIfExists(siblingLock);
          Files.deleteIfExists(sibling);
        }
      }
    } catch (IOException | OverlappingFileLockException e) {
      // Alive, not ours to remove, or being removed by another process at this moment.
      return;
    }
  }

  /** Removes the directory and what is in it; what resists is left to the next process. */
  @Override
  public void close() {
    // The lock goes last, so that nobody else starts removing what we are removing.
    try (lock) {
      Files.deleteIfExists(file);
      Files.deleteIfExists(directory.resolve(LOCK));
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      // On NFS, for one, a mapped file keeps its directory from going until this process ends. What
      // the file was unpacked for has succeeded or failed already: that is what the caller hears.
      return;
    }
  }

  private static String uniqueName() {
    byte[] random = new byte[8];
    RANDOM.nextBytes(random);
    return ownPrefix() + HexFormat.of().formatHex(random);
  }

  /** The start time tells apart processes that had the same id, here or in another container. */
  private static String ownPrefix() {
    ProcessHandle self = ProcessHandle.current();
    long started = self.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    return PREFIX + self.pid() + "-" + started + "-";
  }
}
