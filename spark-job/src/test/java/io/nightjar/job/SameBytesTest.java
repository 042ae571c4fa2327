package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nightjar.exchange.Wave;
import io.nightjar.job.FaultyFileSystem.Effect;
import io.nightjar.job.FaultyFileSystem.Fault;
import io.nightjar.job.FaultyFileSystem.Operation;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A round that is evaluated again, however it is cut and whatever fails, gives the same files. */
@Slow
class SameBytesTest {

  @TempDir private Path directory;

  /** Ends the job when the first round of the second wave has been evaluated. */
  static final class Ended extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  static final JobProgress ENDING =
      new JobProgress() {
        @Override
        public void evaluated(Wave wave, int round) {
          if (wave.index() == 1) {
            throw new Ended();
          }
        }
      };

  @ParameterizedTest
  @CsvSource({"bayhenn", "private bayhenn", "cryptonets", "2p-dnn"})
  void aRoundThatIsEvaluatedAgainGivesTheSameBlocksAndManifest(ProtocolProfile profile)
      throws Exception {
    TestJobs jobs = TestJobs.in(directory, profile);
    Path keys = jobs.keys("keys");
    Path output = directory.resolve("out");
    Path memory = directory.resolve("memory");
    Fault failing =
        Fault.once(Operation.CREATE, ".*/down/_temporary/.*draw-01.*njb", Effect.FILLS_UP);
    ScoreRequest once =
        jobs.scoring(
            FaultyFileSystem.uri(output),
            Optional.of(keys),
            FaultyFileSystem.with(
                Fault.once(Operation.OPEN, "nowhere", Effect.FAILS),
                directory.resolve("no-memory"),
                "spark.nightjar.waves.inFlight=1"));
    ScoreRequest again =
        Requests.on(
            "local[3,4]",
            jobs.scoring(
                FaultyFileSystem.uri(output),
                Optional.of(keys),
                FaultyFileSystem.with(
                    failing,
                    memory,
                    "spark.nightjar.waves.inFlight=1",
                    "spark.nightjar.task.perCore=7",
                    "spark.nightjar.task.targetMillis=10",
                    "spark.nightjar.owner.threads=1")));
    assertThrows(Ended.class, () -> Parties.score(once, ENDING));
    SortedMap<String, String> first = evaluated(output);
    delete(output);

    assertThrows(Ended.class, () -> Parties.score(again, ENDING));

    assertEquals(1, FaultyFileSystem.strikes(memory));
    assertEquals(3, first.size(), first.toString());
    assertEquals(first, evaluated(output));
  }

  /** Returns all blocks and manifests of results. */
  static SortedMap<String, String> evaluated(Path output) throws IOException {
    SortedMap<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(output)) {
      for (Path file :
          all.filter(path -> path.toString().matches(".*/down([.]json|/.*njb)")).toList()) {
        files.put(
            output.relativize(file).toString(),
            Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1));
      }
    }
    return files;
  }

  /** The uploads stay. */
  static void delete(Path output) throws IOException {
    for (String name : evaluated(output).keySet()) {
      Files.delete(output.resolve(name));
    }
  }
}
