package io.nightjar.job;

import io.nightjar.exchange.InUseException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * A file on a local disk that one process at a time has locked. The lock ends with the process,
 * however that ends. The file says who has it, and is removed at the end.
 */
final class ProcessLock implements Closeable {

  private static final int MOST_BYTES = 2048;

  /** What the file says when it is about to be removed, to one who has opened it already. */
  private static final String REMOVED = "removed";

  /**
   * The files that this process has locked, and since when. The operating system does not keep a
   * process from itself: to close any other channel of a file would end the lock on it.
   */
  private static final Map<Path, String> LOCKED = new ConcurrentHashMap<>();

  private final Path file;
  private final FileChannel channel;

  private ProcessLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @param refusal what is said if there is one already, given who has it
   * @throws InUseException if there is one
   */
  static ProcessLock take(Path file, UnaryOperator<String> refusal) throws IOException {
    Path directory = Files.createDirectories(file.toAbsolutePath().getParent()).toRealPath();
    Path real = directory.resolve(file.getFileName());
    String here = Occupant.here();
    String before = LOCKED.putIfAbsent(real, here);
    if (before != null) {
      throw new InUseException(refusal.apply(before));
    }
    boolean done = false;
    try {
      Optional<FileChannel> locked = Optional.empty();
      while (locked.isEmpty()) {
        locked = lock(real, here, refusal);
      }
      done = true;
      return new ProcessLock(real, locked.get());
    } finally {
      if (!done) {
        LOCKED.remove(real);
      }
    }
  }

  /** Locks the file, unless its last holder has removed it meanwhile. The channel stays open. */
  private static Optional<FileChannel> lock(Path file, String here, UnaryOperator<String> refusal)
      throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean done = false;
    try {
      boolean isLocked = Optional.ofNullable(channel.tryLock()).isPresent();
      String content = read(channel);
      if (!isLocked) {
        throw new InUseException(refusal.apply(content.isBlank() ? "another process" : content));
      }
      done = !content.equals(REMOVED);
      if (done) {
        write(channel, here);
      }
      return done ? Optional.of(channel) : Optional.empty();
    } finally {
      if (!done) {
        channel.close();
      }
    }
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(MOST_BYTES);
    int read = 0;
    while (read >= 0 && bytes.hasRemaining()) {
      read = channel.read(bytes, bytes.position());
    }
    return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
  }

  private static void write(FileChannel channel, String content) throws IOException {
    channel.truncate(0);
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(content);
    while (bytes.hasRemaining()) {
      channel.write(bytes, bytes.position());
    }
  }

  @Override
  public void close() throws IOException {
    try {
      write(channel, REMOVED);
      Files.deleteIfExists(file); // while nobody else can have it
    } finally {
      try {
        channel.close();
      } finally {
        LOCKED.remove(file);
      }
    }
  }
}
