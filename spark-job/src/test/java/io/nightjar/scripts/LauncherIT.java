package io.nightjar.scripts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests what the launcher keeps of a command, for the command to start faster the next time. */
class LauncherIT {

  @TempDir private Path cache;

  @Test
  void aCommandLeavesItsClassesToItselfAlone() throws Exception {
    String first = launcher().run("settings").exits(0).out();

    Path left = onlyFile(cache.resolve("nightjar"));
    assertTrue(
        left.getFileName().toString().matches("settings-[0-9a-f]{16}[.]jsa"), left::toString);
    assertEquals("rwx------", mode(left.getParent()));
    Path classes = cache.resolve("classes.txt");
    Script.Result second =
        launcher()
            .with("NIGHTJAR_JAVA_OPTS", "-Xlog:class+load:file=" + classes)
            .run("settings")
            .exits(0);
    assertEquals(first, second.out());
    assertEquals("", second.err());
    String loaded = Files.readString(classes);
    assertTrue(loaded.contains("io.nightjar.cli.Main source: shared objects file"));
    // Those of picocli are too old for it, and with them what extends them. Of all others, it has
    // also those that are loaded and not used.
    assertEquals(
        List.of(),
        loaded
            .lines()
            .filter(line -> line.matches(".* (io[.]nightjar|org[.]apache)[.]\\S+ source: file:.*"))
            .filter(line -> !line.matches(".*[.]cli[.](HelpText|Main[$]Version) .*"))
            .toList());
  }

  @Test
  void aCommandThatFailsLeavesNothing() throws Exception {
    launcher().run("settings", "--markdown", "--template").exits(2);

    assertEquals(List.of(), files(cache.resolve("nightjar")));
  }

  /** Whoever can write there could have a command run what they like. */
  @Test
  void aDirectoryThatOthersWriteToIsNotUsed() throws Exception {
    Path open = Files.createDirectory(cache.resolve("nightjar"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxr-x"));

    launcher().run("--version").exits(0);

    assertEquals(List.of(), files(open));
  }

  @Test
  void aBrokenFileChangesNothing() throws Exception {
    String first = launcher().run("settings").exits(0).out();
    Path left = onlyFile(cache.resolve("nightjar"));
    Files.delete(left);
    Files.writeString(left, "This is no archive.");

    Script.Result second = launcher().run("settings").exits(0);

    assertEquals(first, second.out());
    assertEquals("", second.err());
  }

  @Test
  void itCanBeTurnedOff() throws Exception {
    launcher().with("NIGHTJAR_CLASS_DATA", "off").run("--version").exits(0);

    assertFalse(Files.exists(cache.resolve("nightjar")));
  }

  private Script launcher() {
    return Script.named("nightjar", cache)
        .without("NIGHTJAR_CLASS_DATA")
        .with("XDG_CACHE_HOME", cache.toString());
  }

  private static Path onlyFile(Path directory) throws IOException {
    List<Path> files = files(directory);
    assertEquals(1, files.size(), files::toString);
    return files.get(0);
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
