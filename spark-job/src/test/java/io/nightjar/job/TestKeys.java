package io.nightjar.job;

import io.nightjar.keys.KeyDirectory;
import io.nightjar.keys.KeyScheme;
import io.nightjar.keys.OwnerKey;
import io.nightjar.keys.OwnerSecret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Keys of data owners. Drawing one takes up to a second, so those of one name are the same for all
 * tests of a process.
 */
final class TestKeys {

  /** Files of keys, by parameters and name. */
  private static final Map<String, Map<String, byte[]>> DRAWN = new ConcurrentHashMap<>();

  private TestKeys() {}

  /** Writes the keys of a name for such parameters into a directory. */
  static void write(Path directory, KeyScheme keys, String name, String passphrase)
      throws IOException {
    String which = keys.parameters().digest() + " " + name;
    if (!DRAWN.containsKey(which)) {
      // A directory may have the keys of other parameters already, which are never overwritten.
      Path drawn = Files.createTempDirectory(directory.getParent(), "drawn").resolve("keys");
      KeyDirectory.create(drawn, keys, passphrase.toCharArray());
      DRAWN.put(which, contents(drawn));
    }
    Files.createDirectories(directory);
    for (Map.Entry<String, byte[]> file : DRAWN.get(which).entrySet()) {
      Files.write(directory.resolve(file.getKey()), file.getValue());
    }
  }

  /** Writes fresh keys as version 1 of a key directory had them, under any passphrase. */
  static void writeFirstVersion(Path directory, KeyScheme keys, String passphrase)
      throws IOException {
    Files.createDirectories(directory);
    try (OwnerSecret secret = keys.draw()) {
      OwnerKey owner = secret.publicKey();
      Files.write(directory.resolve("secret-key.bin"), secret.protect(passphrase.toCharArray()));
      Files.write(directory.resolve("public-key.bin"), owner.bytes());
      Files.writeString(
          directory.resolve("key.json"),
          "{\"format\":\"nightjar-key\",\"version\":1,\"parameters\":\"%s\",\"description\":\"\",\"fingerprint\":\"%s\"}"
              .formatted(keys.parameters().digest(), owner.fingerprint()));
    }
  }

  private static Map<String, byte[]> contents(Path directory) throws IOException {
    Map<String, byte[]> contents = new HashMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        contents.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return contents;
  }
}
