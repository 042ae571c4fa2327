package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.job.AskedUploads;
import io.nightjar.job.JobFiles;
import io.nightjar.job.ProtocolProfile;
import io.nightjar.job.TestJobs;
import io.nightjar.job.faults.Fault.Effect;
import io.nightjar.job.faults.Fault.Operation;
import io.nightjar.protocol.RoundInputs;
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
import org.junit.jupiter.params.provider.MethodSource;

/** The program in processes of its own, which are killed and started again. */
@Slow
class RestartIT {

  private static final String EACH_PROTOCOL = "io.nightjar.job.ProtocolProfile#ofEachProtocol";

  @TempDir private Path directory;

  private TestJobs jobs;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void killWhatIsLeft() throws InterruptedException {
    for (Process process : started) {
      process.destroyForcibly().waitFor();
    }
  }

  /** A process, its disk, and where it writes what it has to say. */
  private record Child(Process process, FaultyDisk disk) {

    /** Kills it when it has come to its fault. */
    void killAtFault() throws IOException, InterruptedException {
      while (disk.strikes().get(0) == 0) {
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
        return Files.readString(disk.memory().resolve(name));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private Child start(FaultyDisk disk, String command, String... arguments) throws IOException {
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
    line.addAll(
        jobs.settingWords(
            disk.settings(TestJobs.FRESH, TestJobs.KEEP, "spark.local.ip=127.0.0.1")));
    Process process =
        new ProcessBuilder(line)
            .redirectOutput(disk.memory().resolve("out").toFile())
            .redirectError(disk.memory().resolve("err").toFile())
            .start();
    started.add(process);
    return new Child(process, disk);
  }

  private Child score(FaultyDisk disk, Optional<Path> keys) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--model",
                jobs.model().toString(),
                "--input",
                jobs.records().toString(),
                "--output",
                FaultyDisk.uri(directory.resolve("out")),
                "--master",
                "local[2]"));
    keys.ifPresent(path -> arguments.addAll(List.of("--keys", path.toString())));
    return start(disk, "score", arguments.toArray(new String[0]));
  }

  private FaultyDisk hanging(Operation operation, String path) throws IOException {
    return FaultyDisk.in(directory, Fault.once(operation, path, Effect.HANGS));
  }

  @ParameterizedTest
  @MethodSource(EACH_PROTOCOL)
  void aDriverWithKeysThatIsKilledInsideAndBetweenRoundsGoesOn(ProtocolProfile profile)
      throws Exception {
    jobs = TestJobs.in(directory, profile);
    Optional<Path> keys = Optional.of(jobs.keys("keys"));
    Path secret = directory.resolve("out/_nightjar/secret");

    score(hanging(Operation.CREATE, ".*/wave-00001/round-00/down/.*njb"), keys).killAtFault();
    byte[] raw = Files.readAllBytes(secret);
    score(
            hanging(Operation.RENAME, ".*/wave-00000/%s/down.json".formatted(jobs.lastRoundName())),
            keys)
        .killAtFault();
    score(FaultyDisk.in(directory), keys).assertDone();

    jobs.assertScored(raw, uploads(), "out");
    assertFalse(Files.exists(secret));
  }

  @Test
  void aDriverWithoutKeysThatIsKilledGoesOn() throws Exception {
    jobs = TestJobs.in(directory);
    score(hanging(Operation.CREATE, ".*/wave-00001/round-01/up/.*njb"), Optional.empty())
        .killAtFault();
    byte[] raw = Files.readAllBytes(directory.resolve("out/_nightjar/secret"));
    score(FaultyDisk.in(directory), Optional.empty()).assertDone();

    jobs.assertScored(raw, uploads(), "out");
  }

  /** What the job was evaluated on, whose driver is the data owner's. */
  private RoundInputs uploads() throws IOException {
    return JobFiles.onlyOf(directory.resolve("out/_nightjar/exchange")).inputs();
  }

  @ParameterizedTest
  @MethodSource(EACH_PROTOCOL)
  void anAgentAndAServerThatAreKilledGoOn(ProtocolProfile profile) throws Exception {
    jobs = TestJobs.in(directory, profile);
    Path keys = jobs.keys("keys");
    String uri = FaultyDisk.uri(directory.resolve("exchange"));
    String[] serve = {
      "--model",
      jobs.model().toString(),
      "--exchange",
      uri,
      "--jobs",
      "1",
      "--master",
      "local[2]",
      "--budget",
      "unlimited",
      "--owners",
      "anyone"
    };
    String[] agent = {
      "--exchange",
      uri,
      "--keys",
      keys.toString(),
      "--input",
      jobs.records().toString(),
      "--output",
      directory.resolve("out").toString(),
      "--plan",
      jobs.planFile().toString(),
      "--model-owner",
      "anyone"
    };

    String blocks = ".*/wave-00001/" + jobs.lastRoundName() + "/%s/.*njb";
    Child server = start(hanging(Operation.CREATE, blocks.formatted("down")), "serve", serve);
    start(hanging(Operation.CREATE, blocks.formatted("up")), "agent", agent).killAtFault();
    Child secondAgent = start(FaultyDisk.in(directory), "agent", agent);
    server.killAtFault();
    byte[] raw;
    try (var states = Files.walk(directory.resolve("serve-state"))) {
      raw = Files.readAllBytes(states.filter(path -> path.endsWith("secret")).findFirst().get());
    }
    Child secondServer = start(FaultyDisk.in(directory), "serve", serve);
    AskedUploads asked = AskedUploads.in(directory.resolve("serve-state"));
    while (secondServer.process().isAlive()) {
      asked.keep();
      Thread.sleep(10);
    }

    secondAgent.assertDone();
    secondServer.assertDone();
    jobs.assertServed(raw, "out");
  }

  @Test
  void aFailureIsOneLine() throws Exception {
    jobs = TestJobs.in(directory);
    FaultyDisk full =
        FaultyDisk.in(
            directory,
            Fault.always(Operation.CREATE, ".*/wave-00001/round-01/down/.*njb", Effect.FILLS_UP));

    Child child = score(full, Optional.empty());

    assertTrue(child.process().waitFor(5, TimeUnit.MINUTES));
    assertEquals(1, child.process().exitValue(), child.read("err"));
    assertEquals(
        List.of("nightjar: Wave 1, round 1 (fc2) failed on the executors: No space left on device"),
        child.said());
    assertEquals("", child.read("out"));
  }
}
