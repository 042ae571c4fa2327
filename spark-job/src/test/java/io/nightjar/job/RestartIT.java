package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.job.FaultyFileSystem.Effect;
import io.nightjar.job.FaultyFileSystem.Fault;
import io.nightjar.job.FaultyFileSystem.Operation;
import io.nightjar.testing.Slow;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program in processes of its own, which are killed and started again. */
@Slow
class RestartIT {

  private static final Fault NONE = Fault.once(Operation.OPEN, "nowhere", Effect.FAILS);

  @TempDir private Path directory;

  private TestJobs jobs;
  private final List<Process> started = new ArrayList<>();
  private int count;

  @AfterEach
  void killWhatIsLeft() throws InterruptedException {
    for (Process process : started) {
      process.destroyForcibly().waitFor();
    }
  }

  /** A process, and where it remembers its faults and writes what it has to say. */
  private record Child(Process process, Path memory) {

    /** Kills it when it has come to its fault. */
    void killAtFault() throws IOException, InterruptedException {
      while (FaultyFileSystem.strikes(memory) == 0) {
        assertTrue(process.isAlive(), () -> read("err"));
        Thread.sleep(10);
      }
      process.destroyForcibly().waitFor();
    }

    void assertDone() throws InterruptedException {
      assertTrue(process.waitFor(5, TimeUnit.MINUTES));
      assertEquals(0, process.exitValue(), read("err"));
      assertEquals(List.of(), said());
    }

    /** What it says itself on standard error, where its log is too. */
    List<String> said() {
      return read("err").lines().filter(line -> line.startsWith("nightjar: ")).toList();
    }

    String read(String name) {
      try {
        return Files.readString(memory.resolve(name));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private Child start(Fault fault, String command, String... arguments) throws IOException {
    Path memory = Files.createDirectories(directory.resolve("memory-" + count++));
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("@" + Path.of("..", "conf", "java.args"));
    line.add("-Dlog4j2.configurationFile=" + Path.of("..", "conf", "log4j2.properties"));
    line.addAll(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1"));
    line.add("-cp");
    line.add(
        System.getProperty("nightjar.jar")
            + File.pathSeparator
            + System.getProperty("java.class.path"));
    line.add("io.nightjar.cli.Main");
    line.add(command);
    line.addAll(List.of(arguments));
    // A secret that nobody knows beforehand.
    List<String> pairs =
        new ArrayList<>(
            jobs.settingPairs("spark.nightjar.job.seedFile=", "spark.local.ip=127.0.0.1"));
    pairs.addAll(FaultyFileSystem.settings(fault, memory));
    for (String pair : pairs) {
      line.add("--conf");
      line.add(pair);
    }
    Process process =
        new ProcessBuilder(line)
            .redirectOutput(memory.resolve("out").toFile())
            .redirectError(memory.resolve("err").toFile())
            .start();
    started.add(process);
    return new Child(process, memory);
  }

  private Child score(Fault fault, Optional<Path> keys) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--model",
                jobs.model().toString(),
                "--input",
                jobs.records().toString(),
                "--output",
                FaultyFileSystem.uri(directory.resolve("out")),
                "--master",
                "local[2]"));
    keys.ifPresent(path -> arguments.addAll(List.of("--keys", path.toString())));
    return start(fault, "score", arguments.toArray(new String[0]));
  }

  @ParameterizedTest
  @CsvSource({"bayhenn, 01", "cryptonets, 00"})
  void aDriverWithKeysThatIsKilledInsideAndBetweenRoundsGoesOn(ProtocolProfile profile, String last)
      throws Exception {
    jobs = TestJobs.in(directory, profile);
    Optional<Path> keys = Optional.of(jobs.keys("keys"));
    Path secret = directory.resolve("out/_nightjar/secret");

    score(hang(Operation.CREATE, ".*/wave-00001/round-00/down/_temporary/.*njb"), keys)
        .killAtFault();
    byte[] raw = Files.readAllBytes(secret);
    score(hang(Operation.RENAME, ".*/wave-00000/round-%s/down.json".formatted(last)), keys)
        .killAtFault();
    score(NONE, keys).assertDone();

    jobs.assertScored(raw, "out");
    assertFalse(Files.exists(secret));
  }

  @Test
  void aDriverWithoutKeysThatIsKilledGoesOn() throws Exception {
    jobs = TestJobs.in(directory);
    score(hang(Operation.CREATE, ".*/wave-00001/round-01/up/.*njb"), Optional.empty())
        .killAtFault();
    byte[] raw = Files.readAllBytes(directory.resolve("out/_nightjar/secret"));
    score(NONE, Optional.empty()).assertDone();

    jobs.assertScored(raw, "out");
  }

  @ParameterizedTest
  @CsvSource({"bayhenn, 01", "cryptonets, 00"})
  void anAgentAndAServerThatAreKilledGoOn(ProtocolProfile profile, String last) throws Exception {
    jobs = TestJobs.in(directory, profile);
    Path keys = jobs.keys("keys");
    String uri = FaultyFileSystem.uri(directory.resolve("exchange"));
    String[] serve = {
      "--model", jobs.model().toString(), "--exchange", uri, "--jobs", "1", "--master", "local[2]"
    };
    String[] agent = {
      "--exchange",
      uri,
      "--keys",
      keys.toString(),
      "--input",
      jobs.records().toString(),
      "--output",
      directory.resolve("out").toString()
    };

    String blocks = ".*/wave-00001/round-%s/%s/.*njb";
    Child server = start(hang(Operation.CREATE, blocks.formatted(last, "down")), "serve", serve);
    start(hang(Operation.CREATE, blocks.formatted(last, "up")), "agent", agent).killAtFault();
    Child secondAgent = start(NONE, "agent", agent);
    server.killAtFault();
    byte[] raw;
    try (var states = Files.walk(directory.resolve("serve-state"))) {
      raw = Files.readAllBytes(states.filter(path -> path.endsWith("secret")).findFirst().get());
    }
    Child secondServer = start(NONE, "serve", serve);

    secondAgent.assertDone();
    secondServer.assertDone();
    jobs.assertScored(raw, "out");
  }

  private static Fault hang(Operation operation, String path) {
    return Fault.once(operation, path, Effect.HANGS);
  }

  @Test
  void aFailureIsOneLine() throws Exception {
    jobs = TestJobs.in(directory);
    Child full =
        score(
            Fault.always(Operation.CREATE, ".*/wave-00001/round-01/down/.*njb", Effect.FILLS_UP),
            Optional.empty());

    assertTrue(full.process().waitFor(5, TimeUnit.MINUTES));
    assertEquals(1, full.process().exitValue(), full.read("err"));
    assertEquals(
        List.of("nightjar: Wave 1, round 1 (fc2) failed on the executors: No space left on device"),
        full.said());
    assertEquals("", full.read("out"));
  }
}
