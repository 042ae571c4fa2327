package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.crypto.natives.Blake3;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.Wave;
import io.nightjar.job.Parties;
import io.nightjar.job.Requests;
import io.nightjar.job.TestJobs;
import io.nightjar.job.faults.Fault.Effect;
import io.nightjar.job.faults.Fault.Operation;
import io.nightjar.owner.PartFiles;
import io.nightjar.owner.ResultStore;
import io.nightjar.settings.Settings;
import io.nightjar.tables.Lake;
import io.nightjar.tables.ResultTarget;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that end at every step from the last prediction to the results in their place. */
@Slow
class PublishingCrashTest {

  private static final UUID JOB = new UUID(3, 4);

  @TempDir private Path directory;

  private static Fault crash(Operation operation, String path) {
    return Fault.once(operation, path, Effect.CRASHES);
  }

  /** Writes as Spark does, under other names each time. */
  private static final class Trees implements ResultStore.Publisher {
    private final Configuration configuration;
    private final List<UUID> attempts = new ArrayList<>();

    Trees(Configuration configuration) {
      this.configuration = configuration;
    }

    @Override
    public String write(
        UUID job, List<org.apache.hadoop.fs.Path> parts, org.apache.hadoop.fs.Path to)
        throws IOException {
      attempts.add(job);
      var files = to.getFileSystem(configuration);
      for (String name : List.of("class=a/part-", "class=b/part-", "_delta_log/0-", "_other/x-")) {
        files.create(new org.apache.hadoop.fs.Path(to, name + UUID.randomUUID()), false).close();
      }
      return "7";
    }
  }

  private static String publish(TestJobs jobs, Path output, FaultyDisk disk) throws IOException {
    Configuration configuration = HadoopFiles.configuration(new Configuration());
    for (String setting : disk.settings()) {
      String[] pair = setting.split("=", 2);
      configuration.set(pair[0].substring("spark.hadoop.".length()), pair[1]);
    }
    org.apache.hadoop.fs.Path to = new org.apache.hadoop.fs.Path(FaultyDisk.uri(output));
    Trees trees = new Trees(configuration);
    ResultStore store =
        new ResultStore(
            to,
            new org.apache.hadoop.fs.Path(to, "_nightjar"),
            new PartFiles(
                new org.apache.hadoop.fs.Path(to, "_nightjar/parts"), configuration, jobs.plan()),
            Optional.of(trees));
    String version = store.publish(JOB, List.of(new Wave(0, 0, 1)));
    store.complete();
    assertEquals(List.of(JOB), trees.attempts.isEmpty() ? List.of(JOB) : trees.attempts);
    return version;
  }

  private static List<String> visible(Path output) throws IOException {
    try (Stream<Path> all = Files.walk(output)) {
      return all.filter(Files::isRegularFile)
          .map(file -> output.relativize(file).toString())
          .filter(name -> !name.startsWith("_nightjar"))
          .map(name -> name.replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", ""))
          .sorted()
          .toList();
    }
  }

  @Test
  void treesAreMovedOnceAndTheLogOfATableAtTheEnd() throws Exception {
    TestJobs jobs = TestJobs.in(directory.resolve("jobs"));
    Path output = directory.resolve("out");
    Path parts = Files.createDirectories(output.resolve("_nightjar/parts"));
    byte[] part = "rows".getBytes(StandardCharsets.UTF_8);
    Files.write(parts.resolve("part-00000.parquet"), part);
    Files.writeString(
        parts.resolve("wave-00000.json"),
        "{\"format\":\"nightjar-wave-parts\",\"version\":1,\"parts\":[{\"file\":\"part-00000.parquet\",\"name\":\"part-00000.parquet\",\"blake3\":\"%s\"}]}\n"
            .formatted(HexFormat.of().formatHex(new Blake3().digest(part))));
    for (Fault fault :
        List.of(
            crash(Operation.CREATE, ".*/published/class=b/.*"), // while it is written
            crash(Operation.RENAME, ".*/published/_WRITTEN"),
            crash(Operation.RENAME, ".*/out/class=a"),
            crash(Operation.RENAME, ".*/out/class=b"),
            crash(Operation.RENAME, ".*/out/_delta_log"))) {
      FaultyDisk disk = FaultyDisk.in(directory, fault);
      assertThrows(IOException.class, () -> publish(jobs, output, disk), fault.toString());
      assertEquals(List.of(1), disk.strikes(), fault.toString());
      assertFalse(Files.exists(output.resolve("_delta_log")), fault.toString());
    }
    // where a move is no single step, half of it may have been made
    Path half = Files.createDirectory(output.resolve("_delta_log"));
    crashOnce(jobs, output, crash(Operation.CREATE, ".*/out/_SUCCESS"));

    assertEquals("7", publish(jobs, output, FaultyDisk.in(directory)));
    assertTrue(Files.isDirectory(half));
    assertEquals(
        List.of("_SUCCESS", "_delta_log/0-", "class=a/part-", "class=b/part-"), visible(output));
  }

  private void crashOnce(TestJobs jobs, Path output, Fault fault) throws IOException {
    FaultyDisk disk = FaultyDisk.in(directory, fault);
    assertThrows(IOException.class, () -> publish(jobs, output, disk), fault.toString());
    assertEquals(List.of(1), disk.strikes(), fault.toString());
  }

  /** Scores, ends at each of these steps in turn, and returns what the report says at the end. */
  private static JsonNode score(
      TestJobs jobs, String output, ResultTarget target, String warehouse, List<Fault> faults)
      throws Exception {
    Path keys = jobs.keys("keys");
    String uri = FaultyDisk.uri(jobs.directory().resolve(output));
    for (Fault fault : faults) {
      FaultyDisk disk = FaultyDisk.in(jobs.directory(), fault);
      String[] settings = Lake.settings(warehouse, disk.settings());
      assertThrows(
          Exception.class,
          () -> Parties.score(Requests.to(target, jobs.scoring(uri, Optional.of(keys), settings))),
          fault.toString());
      assertEquals(List.of(1), disk.strikes(), fault.toString());
      assertFalse(Files.exists(jobs.directory().resolve(output + "/_SUCCESS")), fault.toString());
    }
    String[] settings = Lake.settings(warehouse, FaultyDisk.in(jobs.directory()).settings());
    Parties.score(Requests.to(target, jobs.scoring(uri, Optional.of(keys), settings)));
    assertTrue(Files.exists(jobs.directory().resolve(output + "/_SUCCESS")));
    return new ObjectMapper()
        .readTree(jobs.directory().resolve(output + "/_report/report.json").toFile())
        .path("results");
  }

  private static Map<String, String> predicted(TestJobs jobs) throws IOException {
    Map<String, String> predicted = new TreeMap<>();
    jobs.expected()
        .forEach((id, cells) -> predicted.put(id.toString(), cells.get(0) + " " + cells.get(1)));
    return predicted;
  }

  private static void assertRows(TestJobs jobs, Settings settings, String table, int times)
      throws IOException {
    Map<String, String> found = new TreeMap<>();
    Lake.sql(
            settings,
            "SELECT id, min(prediction), max(class), count(*) FROM %s GROUP BY id".formatted(table))
        .forEach(
            row -> {
              found.put(row.get(0).toString(), row.get(1) + " " + row.get(2));
              assertEquals(times, row.getLong(3));
            });
    assertEquals(predicted(jobs), found);
  }

  @Test
  void anIcebergTableGetsTheResultsOnce() throws Exception {
    TestJobs jobs = TestJobs.in(directory);
    Files.createDirectories(directory.resolve("lake/ward"));
    String warehouse = FaultyDisk.uri(directory.resolve("lake"));
    ResultTarget target =
        new ResultTarget.Table(
            "lake.ward.risks", Optional.of("iceberg"), Map.of(), List.of("class"));

    JsonNode report =
        score(
            jobs,
            "out",
            target,
            warehouse,
            List.of(
                crash(Operation.RENAME, ".*/risks/metadata/v1.metadata.json"), // it is made
                crash(Operation.RENAME, ".*/risks/metadata/v2.metadata.json"), // the commit
                crash(Operation.RENAME, ".*/published/_WRITTEN"),
                crash(Operation.RENAME, ".*/_report/report.json")));

    Settings settings =
        jobs.settings(Lake.settings(warehouse, FaultyDisk.in(directory).settings()));
    assertRows(jobs, settings, "lake.ward.risks", 1);
    assertEquals(
        report.path("version").asText(),
        Lake.sql(
                settings,
                "SELECT snapshot_id FROM lake.ward.risks.snapshots WHERE summary['added-records'] > 0")
            .get(0)
            .get(0)
            .toString());
    assertEquals("lake.ward.risks", report.path("table").asText());
    score(jobs, "again", target, warehouse, List.of()); // another job is another commit
    assertRows(jobs, settings, "lake.ward.risks", 2);
  }

  @Test
  void aDeltaTableGetsTheResultsOnce() throws Exception {
    TestJobs jobs = TestJobs.in(directory);
    String table = "delta.`%s`".formatted(directory.resolve("risks"));
    String warehouse = directory.resolve("lake").toUri().toString();

    JsonNode report =
        score(
            jobs,
            "out",
            new ResultTarget.Table(table, Optional.of("delta"), Map.of(), List.of()),
            warehouse,
            List.of(crash(Operation.RENAME, ".*/published/_WRITTEN"))); // after the commit

    assertEquals("1", report.path("version").asText());
    assertRows(jobs, jobs.settings(Lake.settings(warehouse)), table, 1);
  }
}
