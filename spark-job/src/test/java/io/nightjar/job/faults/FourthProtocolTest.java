package io.nightjar.job.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.testing.Slow;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A protocol that nobody in the project knows: one package and a line in a list make it one that is
 * planned, run by executors in processes of their own, resumed and reported. It has a layout of its
 * own too, in which a ciphertext is not a column.
 */
@Slow
class FourthProtocolTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Path MODEL = Path.of("..", "data", "models", "digits-mlp");
  private static final Path DIGITS = Path.of("..", "data", "digits");
  private static final int RECORDS = 256; // two waves of two batches

  @TempDir private Path directory;
  private String classPath;

  /** The list of a class path is what all files of this name on it say together. */
  @BeforeEach
  void addToTheList() throws IOException {
    Path list = directory.resolve("list/META-INF/services/io.nightjar.protocol.Protocol");
    Files.createDirectories(list.getParent());
    Files.writeString(list, "io.nightjar.clear.Clear\n");
    classPath =
        System.getProperty("java.class.path") + File.pathSeparator + directory.resolve("list");
  }

  private record Ended(int exitCode, String out, String err) {}

  private Process start(String name, String... arguments) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("@" + Path.of("..", "conf", "java.args"));
    line.add("-Dlog4j2.configurationFile=" + Path.of("..", "conf", "log4j2.properties"));
    line.addAll(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-Dspark.testing=true"));
    line.add("-Dspark.test.home=" + directory.resolve("spark"));
    line.addAll(List.of("-cp", classPath, "io.nightjar.cli.Main"));
    line.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().put("NIGHTJAR_PASSPHRASE", "a passphrase for tests");
    return builder
        .redirectOutput(directory.resolve(name + ".out").toFile())
        .redirectError(directory.resolve(name + ".err").toFile())
        .start();
  }

  private Ended run(String... arguments) throws Exception {
    Process process = start("run", arguments);
    assertTrue(process.waitFor(5, TimeUnit.MINUTES));
    return new Ended(
        process.exitValue(),
        Files.readString(directory.resolve("run.out")),
        Files.readString(directory.resolve("run.err")));
  }

  @Test
  void helpSettingsAndPlansHaveItsNameItsOptionAndItsField() throws Exception {
    Ended help = run("score", "--help");
    assertEquals(0, help.exitCode(), help.err());
    String words = help.out().replaceAll("\\s+", " ");
    assertTrue(words.contains("bayhenn, cryptonets, 2p-dnn, clear"), words);

    Ended settings = run("settings", "--markdown");
    assertTrue(settings.out().contains("`spark.nightjar.plan.clearOffset` | `7`"), settings.out());
    assertTrue(settings.out().contains("and clear is a toy that protects nothing"));

    String[] plan = {"plan", "--model", MODEL.toString(), "--protocol", "clear"};
    Ended text = run(with(plan, "--conf", "spark.nightjar.plan.clearOffset=11"));
    assertTrue(text.out().contains("11 is added to every integer"), text.out() + text.err());
    JsonNode json = MAPPER.readTree(run(with(plan, "--json")).out());
    assertEquals("clear", json.path("protocol").asText());
    assertEquals(7, json.path("clearOffset").asInt());

    Ended refused = run(with(plan, "--conf", "spark.nightjar.plan.clearOffset=1001"));
    assertEquals(2, refused.exitCode());
    assertTrue(refused.err().contains("a whole number from 0 to 1000"), refused.err());
  }

  @Test
  void aJobThatIsKilledIsResumedAndItsReportSaysWhatItWas() throws Exception {
    LocalCluster.prepare(Files.createDirectories(directory.resolve("spark"))).close();
    Path keys = directory.resolve("keys");
    Ended keygen =
        run("keygen", "--model", MODEL.toString(), "--protocol", "clear", "--out", keys.toString());
    assertEquals(0, keygen.exitCode(), keygen.err());
    FaultyDisk hanging =
        FaultyDisk.in(
            directory,
            Fault.once(
                Fault.Operation.CREATE, ".*/wave-00001/round-01/down/.*njb", Fault.Effect.HANGS));

    Process killed = start("killed", score(keys, hanging));
    while (hanging.strikes().get(0) == 0) {
      assertTrue(
          killed.isAlive(), () -> "it ended by itself: see " + directory.resolve("killed.err"));
      Thread.sleep(20);
    }
    killed.destroyForcibly().waitFor();
    assertFalse(Files.exists(directory.resolve("out/_SUCCESS")));

    Ended resumed = run(score(keys, FaultyDisk.in(directory)));
    assertEquals(0, resumed.exitCode(), resumed.err());
    JsonNode report =
        MAPPER.readTree(Files.readString(directory.resolve("out/_report/report.json")));
    assertEquals("clear", report.path("protocol").asText());
    assertEquals(RECORDS, report.path("records").asInt());
    assertTrue(report.path("recordsScoredNow").asInt() > 0);
    assertTrue(report.path("recordsScoredNow").asInt() < RECORDS, "nothing had been done before");
    assertEquals(0.0, report.path("referenceAgreement").path("largestLogitError").asDouble());
    assertTrue(report.path("referenceAccuracy").asDouble() > 0.8, report.toString());
    assertTrue(Files.readString(directory.resolve("out/_report/report.html")).contains("clear"));
  }

  private String[] score(Path keys, FaultyDisk disk) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "score",
                "--model",
                MODEL.toString(),
                "--protocol",
                "clear",
                "--samples",
                "2",
                "--keys",
                keys.toString(),
                "--input",
                DIGITS.resolve("test-images-idx3-ubyte.gz").toString(),
                "--labels",
                DIGITS.resolve("test-labels-idx1-ubyte.gz").toString(),
                "--limit",
                Integer.toString(RECORDS),
                "--output",
                FaultyDisk.uri(directory.resolve("out")),
                "--master",
                "local-cluster[2,1,1024]"));
    List<String> pairs = new ArrayList<>(List.of(disk.settings()));
    pairs.add("spark.nightjar.plan.clearTogether=10");
    pairs.add("spark.nightjar.waves.batches=2");
    pairs.add("spark.nightjar.waves.inFlight=1");
    pairs.add("spark.local.ip=127.0.0.1");
    pairs.add("spark.executor.extraClassPath=" + classPath);
    pairs.add("spark.executorEnv.SPARK_SCALA_VERSION=2.13");
    pairs.add("spark.executor.memory=512m");
    pairs.add("spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    pairs.add("spark.executor.memoryOverhead=256m");
    for (String pair : pairs) {
      all.add("--conf");
      all.add(pair);
    }
    return all.toArray(new String[0]);
  }

  private static String[] with(String[] line, String... more) {
    String[] all = Arrays.copyOf(line, line.length + more.length);
    System.arraycopy(more, 0, all, line.length, more.length);
    return all;
  }
}
