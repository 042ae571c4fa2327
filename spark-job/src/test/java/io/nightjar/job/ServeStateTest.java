package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.RawSecretAccess;
import io.nightjar.draw.JobSecret;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.InUseException;
import io.nightjar.settings.SettingSource;
import io.nightjar.settings.Settings;
import io.nightjar.testing.JavaProcess;
import io.nightjar.testing.Slow;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests what outlives a process that serves, and that one process at a time has it. */
class ServeStateTest {

  private static final UUID JOB = new UUID(1, 2);

  @TempDir private Path directory;

  private ServeState open() throws IOException {
    return open(directory);
  }

  private static ServeState open(Path directory) throws IOException {
    Settings settings =
        Settings.resolve(
            List.of(SettingSource.conf(List.of("spark.nightjar.serve.stateDir=" + directory))));
    return ServeState.open(
        settings, HadoopFiles.configuration(new Configuration()), JobSecret::fresh);
  }

  /** Keeps the directory until it is killed. */
  static final class Keeper {

    private Keeper() {}

    public static void main(String[] args) throws Exception {
      ServeState state = open(Path.of(args[0]));
      System.out.println("kept");
      int end = System.in.read(); // nobody writes, so it waits
      System.out.println("left " + end);
      state.close();
    }
  }

  private static String commitment(ServeState.Kept kept) {
    try (JobSecret secret = kept.secret()) {
      return secret.commitment();
    }
  }

  @Test
  void aDirectoryThatIsInUseIsRefusedUntilItIsClosed() throws IOException {
    try (ServeState first = open()) {
      InUseException refusal = assertThrows(InUseException.class, this::open);
      assertTrue(refusal.getMessage().startsWith("Another serve works in "), refusal.getMessage());
      assertThrows(InUseException.class, this::open, "the attempt did not end the first lock");
      assertTrue(first.secret(JOB).isNew());
    }
    open().close();
  }

  @Slow
  @Test
  void anotherProcessKeepsTheDirectoryUntilItIsKilled() throws Exception {
    Process keeper = JavaProcess.start(Keeper.class, directory.toString());
    try (BufferedReader said = JavaProcess.output(keeper)) {
      assertEquals("kept", said.readLine());
      assertThrows(InUseException.class, this::open);

      keeper.destroyForcibly().waitFor();

      open().close();
    } finally {
      keeper.destroyForcibly();
    }
  }

  @Test
  void aSecretIsDrawnOnceAndKept() throws IOException {
    String first;
    try (ServeState state = open()) {
      ServeState.Kept drawn = state.secret(JOB);
      assertTrue(drawn.isNew());
      first = commitment(drawn);
    }
    try (ServeState state = open()) {
      ServeState.Kept kept = state.secret(JOB);
      assertFalse(kept.isNew());
      assertEquals(first, commitment(kept));
      assertNotEquals(first, commitment(state.secret(new UUID(1, 3))));
    }
    Path file = directory.resolve(JOB.toString()).resolve("secret");
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertEquals(JobSecret.BYTES, Files.size(file));
  }

  @Test
  void threadsThatDrawTheSecretOfOneJobAllGetTheSame() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (ServeState state = open()) {
      for (int job = 0; job < 20; job++) {
        UUID name = new UUID(3, job);
        List<Future<ServeState.Kept>> drawn = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          drawn.add(threads.submit(() -> state.secret(name)));
        }
        Set<String> different = new HashSet<>();
        int isNew = 0;
        for (Future<ServeState.Kept> kept : drawn) {
          isNew += kept.get().isNew() ? 1 : 0;
          different.add(commitment(kept.get()));
        }
        assertEquals(1, different.size());
        assertEquals(1, isNew);
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void aSecretThatIsThereIsNotOverwritten() throws IOException {
    Path file = directory.resolve(JOB.toString()).resolve("secret");
    Files.createDirectories(file.getParent());
    byte[] bytes;
    try (JobSecret before = JobSecret.fresh()) {
      bytes = before.toBytes(RawSecretAccess.granted());
    }
    Files.write(file, bytes);

    try (ServeState state = open();
        JobSecret secret = state.secret(JOB).secret()) {
      assertArrayEquals(bytes, secret.toBytes(RawSecretAccess.granted()));
    }
    assertArrayEquals(bytes, Files.readAllBytes(file));
  }

  @Test
  void nothingIsLeftOfAJobThatWasNotAdmitted() throws IOException {
    try (ServeState state = open()) {
      state.secret(JOB).secret().close();
      state.abandon(JOB);
    }
    assertFalse(Files.exists(directory.resolve(JOB.toString())));
  }
}
