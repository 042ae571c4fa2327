package io.nightjar.identity;

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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same as {@link IdentityChangesTest} with a process that is killed, for two changes. */
@Slow
class IdentityKillTest {

  /** The exit code of a process that signal 9 ended. */
  private static final int KILLED = 128 + 9;

  private static final char[] OLD = IdentityTrials.OLD.toCharArray();

  @TempDir private Path directory;

  /** What the process does, and whether it is seen to be done. */
  enum Change {
    PASSPHRASE {
      @Override
      void make(IdentityChanges changes) throws IOException {
        changes.changePassphrase(OLD, IdentityTrials.NEW.toCharArray());
      }

      @Override
      boolean isDone(Path directory, List<Identity> before) throws IOException {
        assertEquals(before, IdentityTrials.identities(directory));
        return IdentityTrials.passphrase(directory).equals(IdentityTrials.NEW);
      }
    },

    ROTATION {
      @Override
      void make(IdentityChanges changes) throws IOException {
        Identity unused = changes.rotate(OLD);
      }

      @Override
      boolean isDone(Path directory, List<Identity> before) throws IOException {
        assertEquals(IdentityTrials.OLD, IdentityTrials.passphrase(directory));
        List<Identity> left = IdentityTrials.identities(directory);
        assertEquals(before, left.subList(left.size() - before.size(), left.size()));
        return left.size() == before.size() + 1;
      }
    };

    abstract void make(IdentityChanges changes) throws IOException;

    abstract boolean isDone(Path directory, List<Identity> before) throws IOException;
  }

  /** The process: it changes a directory, and kills itself before a step. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws IOException {
      Change.valueOf(arguments[0])
          .make(
              IdentityTrials.changes(
                  Path.of(arguments[1]),
                  new EndingDisk(Integer.parseInt(arguments[2]), Child::killThisProcess)));
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

  private static int runChild(Change change, Path identities, int end)
      throws IOException, InterruptedException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-cp",
            classPath(),
            Child.class.getName(),
            change.name(),
            identities.toString(),
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

  @ParameterizedTest
  @EnumSource
  void aKilledProcessLeavesADirectoryOfBeforeOrAfterwardsThatOnePassphraseOpens(Change change)
      throws Exception {
    Path made = Files.createDirectory(directory.resolve("made"));
    List<Identity> before = IdentityTrials.make(made, 2);
    Set<Boolean> done = new HashSet<>();
    int end = 0;
    int exitCode;
    do {
      end++;
      Path copy = IdentityTrials.copy(made, directory.resolve("killed-" + end));
      exitCode = runChild(change, copy, end);
      assertTrue(exitCode == KILLED || exitCode == 0, "exit code " + exitCode);
      boolean isDone = change.isDone(copy, before);
      done.add(isDone);
      if (exitCode == 0) {
        assertTrue(isDone);
        IdentityTrials.assertTidy(copy);
      }
    } while (exitCode == KILLED);

    assertTrue(end > 4, "%d steps".formatted(end));
    assertEquals(Set.of(false, true), done);
  }
}
