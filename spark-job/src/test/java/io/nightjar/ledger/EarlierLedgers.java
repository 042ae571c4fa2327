package io.nightjar.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Ledgers that the first version of the program wrote; {@code WriteLedgers.java} beside them says
 * what with.
 */
public final class EarlierLedgers {

  /** The names of the files of the ledger in a directory. */
  static final List<String> FILES =
      List.of(
          "000000001.json",
          "000000001.blake3",
          "000000002.json",
          "000000002.blake3",
          "000000003.json",
          "000000003.blake3");

  /** A file of a later version, which this program can say nothing else of. */
  static final String LATER =
      "{\"format\":\"nightjar-ledger-entry\",\"version\":3,\"number\":2,\"owls\":[\"barn\"]}\n";

  private EarlierLedgers() {}

  /** Returns a file of the ledger in a directory. */
  static byte[] file(String name) throws IOException {
    return read("directory/" + name);
  }

  /** Puts the ledger in SQLite somewhere. */
  public static void copySqlite(Path target) throws IOException {
    Files.createDirectories(target.getParent());
    // A journal of what was there would be applied to what comes.
    Files.deleteIfExists(Path.of(target + "-journal"));
    Files.write(target, read("ledger.db"));
  }

  private static byte[] read(String name) throws IOException {
    try (InputStream in = EarlierLedgers.class.getResourceAsStream("version-1/" + name)) {
      return in.readAllBytes();
    }
  }

  /** Puts the ledger in a directory somewhere, in place of what is there. */
  static void copyDirectory(Path target) throws IOException {
    Files.createDirectories(target);
    try (var files = Files.list(target)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    for (String name : FILES) {
      Files.write(target.resolve(name), file(name));
    }
  }
}
