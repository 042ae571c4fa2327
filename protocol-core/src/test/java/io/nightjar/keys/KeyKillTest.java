package io.nightjar.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.testing.Slow;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same as {@link KeyChangesTest} with a process that is killed, for one change. */
@Slow
class KeyKillTest {

  /** The exit code of a process that signal 9 ended. */
  private static final int KILLED = 128 + 9;

  @TempDir private Path directory;

  /** The process: it changes a directory's passphrase, and kills itself before a step. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws IOException {
      KeyTrials.changes(
              Path.of(arguments[0]),
              new EndingDisk(Integer.parseInt(arguments[1]), Child::killThisProcess))
          .changePassphrase(KeyTrials.OLD.toCharArray(), KeyTrials.NEW.toCharArray());
    }

    private static void killThisProcess() {
      try {
        new ProcessBuilder("kill", "-9", Long.toString(ProcessHandle.current().pid()))
            .start()
            .waitFor();
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
      throw new IllegalStateException("This process should be gone");
    }
  }

  private static int runChild(Path keys, int end) throws IOException, InterruptedException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-cp",
            classPath(),
            Child.class.getName(),
            keys.toString(),
            Integer.toString(end))
        .inheritIO()
        .start()
        .waitFor();
  }

  /** Returns the class path of this process, whichever way it was started. */
  private static String classPath() {
    return Child.class.getClassLoader() instanceof URLClassLoader loader
        ? Arrays.stream(loader.getURLs())
            .map(url -> Path.of(URI.create(url.toString())).toString())
            .collect(Collectors.joining(File.pathSeparator))
        : System.getProperty("java.class.path");
  }

  @Test
  void aKilledProcessLeavesADirectoryThatOnePassphraseOpens() throws Exception {
    Path made = Files.createDirectory(directory.resolve("keys"));
    KeyTrials.writeFirstVersion(made);
    List<String> keys = List.of(KeyDirectory.fingerprint(made));
    int end = 0;
    int exitCode;
    do {
      end++;
      Path copy = KeyTrials.copy(made, directory.resolve("killed-" + end));
      exitCode = runChild(copy, end);
      assertTrue(exitCode == KILLED || exitCode == 0, "exit code " + exitCode);
      assertEquals(
          keys, KeyDirectory.list(copy).stream().map(KeyDescription::fingerprint).toList());
      String passphrase = KeyTrials.passphrase(copy);
      if (exitCode == 0) {
        assertEquals(KeyTrials.NEW, passphrase);
        KeyTrials.assertTidy(copy);
      }
    } while (exitCode == KILLED);

    assertTrue(end > 10, "%d steps".formatted(end));
  }
}
