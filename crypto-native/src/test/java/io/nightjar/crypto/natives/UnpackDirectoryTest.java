package io.nightjar.crypto.natives;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackDirectoryTest {

  private static final String FILE = "some.so";

  @TempDir Path parent;

  @Test
  void itIsPrivateAndUniqueAndGoesWithItsFile() throws Exception {
    try (UnpackDirectory one = UnpackDirectory.create(parent, FILE);
        UnpackDirectory two = UnpackDirectory.create(parent, FILE)) {
      Files.writeString(one.file(), "content");

      assertNotEquals(one.file(), two.file());
      assertEquals(
          "rwx------",
          PosixFilePermissions.toString(Files.getPosixFilePermissions(one.file().getParent())));
    }

    assertEquals(List.of(), children(parent));
  }

  @Test
  void theDirectoryOfALiveProcessIsKeptAndThatOfADeadOneRemoved() throws Exception {
    Process owner = start("hold");
    try (BufferedReader out = owner.inputReader(StandardCharsets.UTF_8)) {
      Path file = Path.of(out.readLine());

      tidy();
      assertTrue(Files.exists(file), "owner lives");

      owner.destroyForcibly().waitFor();
      assertTrue(Files.exists(file), "owner was killed and could not tidy up");
      tidy();
      assertEquals(List.of(), children(parent));
    } finally {
      owner.destroyForcibly();
    }
  }

  @Test
  void thisJvmsOwnDirectoriesAreKeptWithTheirLocks() throws Exception {
    try (UnpackDirectory own = UnpackDirectory.create(parent, FILE)) {
      Files.writeString(own.file(), "content");
      tidy();
      // Another process still finds it locked: tidying here has not released the lock.
      assertEquals(0, start("tidy").waitFor());

      assertTrue(Files.exists(own.file()));
    }
  }

  @Test
  void anOwnerThatDiedBeforeMakingItsLockLeavesNothingEither() throws Exception {
    Files.createDirectory(parent.resolve(UnpackDirectory.PREFIX + "1-1-00"));

    tidy();

    assertEquals(List.of(), children(parent));
  }

  @Test
  void whatIsNotOursIsKept() throws Exception {
    Path unlocked = Files.createDirectory(parent.resolve(UnpackDirectory.PREFIX + "1-1-00"));
    Files.writeString(unlocked.resolve(FILE), "a directory of ours has a lock in it");
    Path other = Files.createDirectory(parent.resolve("nightjar-other"));
    Files.writeString(other.resolve(UnpackDirectory.LOCK), "");
    Path file = Files.writeString(parent.resolve(UnpackDirectory.PREFIX + "file"), "");
    Path link = Files.createSymbolicLink(parent.resolve(UnpackDirectory.PREFIX + "1-1-01"), other);

    tidy();

    for (Path kept : List.of(unlocked.resolve(FILE), other.resolve("lock"), file, link)) {
      assertTrue(Files.exists(kept), kept.toString());
    }
  }

  @Test
  void filesBesideOursInAnAbandonedDirectoryAreKept() throws Exception {
    Path abandoned = Files.createDirectory(parent.resolve(UnpackDirectory.PREFIX + "1-1-00"));
    Files.writeString(abandoned.resolve(UnpackDirectory.LOCK), "");
    Files.writeString(abandoned.resolve(FILE), "");
    Path foreign = Files.writeString(abandoned.resolve("foreign"), "");

    tidy();

    assertTrue(Files.exists(foreign));
    assertFalse(Files.exists(abandoned.resolve(FILE)));
  }

  /** Four processes make, fill and remove directories while they tidy up after each other. */
  @Test
  void processesThatStartTogetherDoNotRemoveEachOthersFiles() throws Exception {
    List<Process> processes = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        processes.add(start("churn"));
      }
      for (Process process : processes) {
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
      }
    } finally {
      processes.forEach(Process::destroyForcibly);
    }

    assertEquals(List.of(), children(parent));
  }

  private void tidy() throws IOException {
    OtherProcess.tidy(parent);
  }

  private Process start(String role) throws Exception {
    String classPath =
        Stream.of(UnpackDirectory.class, OtherProcess.class)
            .map(type -> type.getProtectionDomain().getCodeSource().getLocation().getPath())
            .collect(joining(System.getProperty("path.separator")));
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-cp",
            classPath,
            OtherProcess.class.getName(),
            role,
            parent.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static List<Path> children(Path directory) throws IOException {
    try (Stream<Path> children = Files.list(directory)) {
      return children.toList();
    }
  }

  /** What the tests have another JVM do. */
  static final class OtherProcess {

    private static final int ROUNDS = 300;

    private OtherProcess() {}

    public static void main(String[] args) throws Exception {
      Path parent = Path.of(args[1]);
      switch (args[0]) {
        case "hold" -> hold(parent);
        case "tidy" -> tidy(parent);
        case "churn" -> churn(parent);
        default -> throw new IllegalArgumentException(args[0]);
      }
    }

    /** Says which file it has made, and then lives until it is killed. */
    private static void hold(Path parent) throws Exception {
      try (UnpackDirectory directory = UnpackDirectory.create(parent, FILE)) {
        Files.writeString(directory.file(), "content");
        System.out.println(directory.file());
        Thread.sleep(TimeUnit.MINUTES.toMillis(5));
      }
    }

    static void tidy(Path parent) throws IOException {
      try (UnpackDirectory directory = UnpackDirectory.create(parent, FILE)) {
        directory.removeAbandonedSiblings();
      }
    }

    private static void churn(Path parent) throws IOException {
      for (int round = 0; round < ROUNDS; round++) {
        try (UnpackDirectory directory = UnpackDirectory.create(parent, FILE)) {
          Files.writeString(directory.file(), "content");
          directory.removeAbandonedSiblings();
          if (!Files.readString(directory.file()).equals("content")) {
            throw new AssertionError("changed in round " + round);
          }
        }
      }
    }
  }
}
