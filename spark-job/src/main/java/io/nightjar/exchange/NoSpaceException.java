package io.nightjar.exchange;

import io.nightjar.text.Amounts;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import org.apache.hadoop.fs.Path;

/** A file system has, or will have, too little room for what is to be written there. */
public final class NoSpaceException extends IOException {

  private static final long serialVersionUID = 1;

  /** Creates an exception with a message for whoever can make room. */
  public NoSpaceException(String message) {
    super(message);
  }

  private NoSpaceException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Returns what is thrown when a local file could not be written: this, if there is no space left,
   * and otherwise what was thrown.
   */
  static IOException of(IOException failure, java.nio.file.Path file) {
    String message = String.valueOf(failure.getMessage());
    if (!message.contains("No space left") && !message.contains("quota exceeded")) {
      return failure;
    }
    try {
      java.nio.file.Path found = existing(new Path(file.toUri()));
      FileStore store = Files.getFileStore(found);
      return new NoSpaceException(
          "%s is full (%s of %s free) and has no room for %s; the same command again goes on when there is"
              .formatted(
                  name(store, found),
                  Amounts.bytes(store.getUsableSpace()),
                  Amounts.bytes(store.getTotalSpace()),
                  file),
          failure);
    } catch (IOException e) {
      failure.addSuppressed(e);
      return failure;
    }
  }

  /** Returns the nearest directory above a local path that is there. */
  public static java.nio.file.Path existing(Path path) {
    java.nio.file.Path found = java.nio.file.Path.of(path.toUri().getPath()).toAbsolutePath();
    while (!Files.exists(found)) {
      found = found.getParent();
    }
    return found;
  }

  /** Returns what a person knows a local file system by. */
  public static String name(FileStore store, java.nio.file.Path somewhere) throws IOException {
    java.nio.file.Path mount = somewhere.toRealPath();
    while (mount.getParent() != null && Files.getFileStore(mount.getParent()).equals(store)) {
      mount = mount.getParent();
    }
    return "The file system at %s (%s, %s)".formatted(mount, store.name(), store.type());
  }
}
