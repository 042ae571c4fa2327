package io.nightjar.scripts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts that submit to clusters, with a spark-submit that writes down what it is given. */
class SubmitScriptsIT {

  private static final List<String> STANDALONE = List.of("--master", "spark://h:7077");
  private static final List<String> KUBERNETES =
      List.of("--master", "k8s://https://h:6443", "--image", "registry.example/spark:4");

  @TempDir private Path directory;

  private Path sparkHome;
  private Path recorded;

  @BeforeEach
  void fakeSpark() throws IOException {
    fakeSpark("Spark's \"home\" & $more");
  }

  private void fakeSpark(String name) throws IOException {
    sparkHome = directory.resolve(name);
    recorded = sparkHome.resolve("recorded");
    Files.createDirectories(sparkHome.resolve("bin"));
    Files.writeString(
        Files.createDirectories(sparkHome.resolve("conf")).resolve("spark-defaults.conf"),
        "spark.eventLog.enabled false\nspark.authenticate.secret  of-the-cluster\n");
    Script.write(
        sparkHome.resolve("bin/spark-submit"),
        "printf '%s\\0' \"$@\" >\"$(dirname \"$0\")/../recorded\"\n");
  }

  private Script script(String name) {
    return Script.named(name, directory)
        .with("SPARK_HOME", sparkHome.toString())
        .with("HADOOP_CONF_DIR", "/etc/hadoop");
  }

  private static String[] words(List<String> own, String... more) {
    List<String> words = new ArrayList<>(own);
    words.addAll(List.of(more));
    return words.toArray(new String[0]);
  }

  private static String[] joined(List<List<String>> parts) {
    return parts.stream().flatMap(List::stream).toArray(String[]::new);
  }

  private List<String> recorded() throws IOException {
    String text = Files.readString(recorded);
    return List.of(text.substring(0, text.length() - 1).split("\0", -1));
  }

  /** Returns what spark-submit was told by --conf, each key of which must be there once. */
  private Map<String, String> recordedConf() throws IOException {
    List<String> words = recorded();
    Map<String, String> conf = new TreeMap<>();
    for (int i = 0; i < words.indexOf(Script.JAR.toString()); i++) {
      if (words.get(i).equals("--conf")) {
        String[] pair = words.get(i + 1).split("=", 2);
        assertEquals(null, conf.put(pair[0], pair[1]), pair[0]);
      }
    }
    return conf;
  }

  @Test
  void aServerAndAnAgentAreSubmittedToo() throws Exception {
    List<String> serve = List.of("serve", "--models", "ms", "--exchange", "hdfs:///meeting");
    script("submit-standalone.sh")
        .run(joined(List.of(STANDALONE, List.of("--memory-overhead", "1g", "--"), serve)))
        .exits(0);
    List<String> given = recorded();
    assertEquals(serve, given.subList(given.indexOf("serve"), given.size()));
    assertEquals(Script.JAR.toString(), given.get(given.indexOf("serve") - 1));
    assertFalse(recordedConf().containsKey("spark.nightjar.exchange.dir"));

    List<String> agent = List.of("agent", "--exchange", "hdfs:///meeting", "--keys", "k");
    script("submit-standalone.sh")
        .run(joined(List.of(STANDALONE, List.of("--memory-overhead", "1g", "--"), agent)))
        .exits(0);
    given = recorded();
    assertEquals(
        Stream.concat(agent.stream(), STANDALONE.stream()).toList(),
        given.subList(given.indexOf("agent"), given.size()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "serve --exchange x, serve needs --model DIR or --models DIR",
        "serve --model m, serve needs --exchange URI",
        "agent --keys k, agent needs --exchange URI",
        "agent --exchange x, agent needs --memory-overhead",
        "serve --models none --exchange x, there is no model with a serve.conf in 'none'",
        "ledger --json, 'ledger' is not run on a cluster",
        "--input x, score needs --model DIR",
      })
  void whatACommandNeedsIsAskedForBeforeSparkIsStarted(String words) throws Exception {
    String[] wordsAndAnswer = words.split(", ", 2);
    List<String> all = new ArrayList<>(STANDALONE);
    all.add("--");
    all.addAll(List.of(wordsAndAnswer[0].split(" ", -1)));

    Script.Result run = script("submit-standalone.sh").run(words(all)).exits(2);

    assertTrue(run.err().contains(wordsAndAnswer[1]), run.err());
    assertFalse(Files.exists(recorded));
  }

  @Test
  void aDryRunPrintsTheExactCommandAndDoesNothing() throws Exception {
    fakeSpark("spark");
    Script.Result run =
        Script.named("submit-standalone.sh", directory)
            .with("SPARK_HOME", sparkHome.toString())
            .run(
                words(
                    STANDALONE,
                    "--dry-run",
                    "--exchange",
                    "hdfs:///x",
                    "--executors=3",
                    "--memory-overhead",
                    "700m",
                    "--conf",
                    "spark.executor.memory=2g",
                    "--",
                    "--model",
                    "m",
                    "--input",
                    "in's",
                    "--output",
                    "out"));

    String java =
        "-XX:+UseParallelGC -Dnightjar.home=%1$s -Dnightjar.conf=%1$s/conf/nightjar.conf"
            + " -Dlog4j2.configurationFile=%1$s/conf/log4j2.properties -Dnightjar.log.spark=warn";
    assertEquals(
        String.join(
                " ",
                "%2$s/bin/spark-submit --master spark://h:7077 --deploy-mode client",
                "--class io.nightjar.cli.Main --conf spark.executor.cores=2",
                "--conf spark.executor.memory=2g --conf spark.driver.memory=4g",
                "--conf 'spark.driver.defaultJavaOptions=" + java + "'",
                "--conf spark.executor.defaultJavaOptions=-XX:+UseParallelGC",
                "--conf spark.scheduler.minRegisteredResourcesRatio=0.8",
                "--conf spark.dynamicAllocation.enabled=false --conf spark.authenticate=true",
                "--conf spark.network.crypto.enabled=true",
                "--conf spark.network.crypto.authEngineVersion=2",
                "--conf spark.network.crypto.cipher=AES/GCM/NoPadding",
                "--conf spark.io.encryption.enabled=true --conf spark.io.encryption.keySizeBits=256",
                "--conf spark.executor.memoryOverhead=700m",
                "--conf spark.nightjar.exchange.dir=hdfs:///x --conf spark.cores.max=6",
                "%3$s score --model m --input 'in'\\''s' --output out\n")
            .formatted(Script.ROOT, sparkHome, Script.JAR),
        run.exits(0).out());
    assertFalse(Files.exists(recorded));
  }

  static Stream<Arguments> clusters() {
    return Stream.of(
        Arguments.of("submit-standalone.sh", STANDALONE),
        Arguments.of("submit-yarn.sh", List.of()),
        Arguments.of("submit-k8s.sh", KUBERNETES));
  }

  @ParameterizedTest
  @MethodSource("clusters")
  void whatADryRunPrintsCanBePastedAndEverythingArrivesAsItWasGiven(String name, List<String> own)
      throws Exception {
    List<String> score =
        List.of("--model", "a \"model\"", "--input", "$in put\\", "--output", "o'u\nt", "--x=*");
    List<String> all = new ArrayList<>(own);
    all.addAll(List.of("--exchange", "file:/ex change", "--memory-overhead", "1g"));
    all.addAll(List.of("--native-tmpdir", "/it's here", "--conf", "spark.x=1 2=3"));
    all.add("--");
    all.addAll(score);

    script(name).run(words(all)).exits(0);
    List<String> given = recorded();
    Map<String, String> conf = recordedConf();
    Files.delete(recorded);
    all.add(0, "--dry-run");
    String printed = script(name).run(words(all)).exits(0).out();
    assertFalse(Files.exists(recorded));
    Script.line(printed, directory).run().exits(0);

    assertEquals(given, recorded());
    int jar = given.indexOf(Script.JAR.toString());
    assertEquals("score", given.get(jar + 1));
    assertEquals(score, given.subList(jar + 2, given.size()));
    assertEquals("file:/ex change", conf.get("spark.nightjar.exchange.dir"));
    assertEquals("1 2=3", conf.get("spark.x"));
    assertEquals(
        "-XX:+UseParallelGC '-Dnightjar.native.tmpdir=/it'\\''s here'",
        conf.get("spark.executor.defaultJavaOptions"));
  }

  @ParameterizedTest
  @MethodSource("clusters")
  void theDriverStaysWithTheDataOwner(String name, List<String> own) throws Exception {
    script(name).run(minimal(own)).exits(0);

    int mode = recorded().indexOf("--deploy-mode");
    assertEquals("client", recorded().get(mode + 1));
  }

  @ParameterizedTest
  @MethodSource("clusters")
  void connectionsAndFilesOfExecutorsAreEncryptedAndNoSecretIsOnTheCommandLine(
      String name, List<String> own) throws Exception {
    script(name).run(minimal(own)).exits(0);

    Map<String, String> conf = recordedConf();
    assertEquals("true", conf.get("spark.authenticate"));
    assertEquals("true", conf.get("spark.network.crypto.enabled"));
    assertEquals("true", conf.get("spark.io.encryption.enabled"));
    assertFalse(conf.toString().contains("of-the-cluster"), conf::toString);
  }

  @Test
  void aStandaloneClustersSecretMustBeThereUnlessNobodyIsToBeAuthenticated() throws Exception {
    Path defaults = sparkHome.resolve("conf/spark-defaults.conf");
    Files.writeString(defaults, "# spark.authenticate.secret of-the-cluster\n");

    Script.Result without = script("submit-standalone.sh").run(minimal(STANDALONE));
    assertEquals(
        "submit-standalone.sh: there is no spark.authenticate.secret in %s: put that of the cluster there (see --help)\n"
            .formatted(defaults),
        without.exits(1).err());
    assertFalse(Files.exists(recorded));

    List<String> open = new ArrayList<>(STANDALONE);
    open.addAll(List.of("--conf", "spark.authenticate=false"));
    open.addAll(List.of("--conf", "spark.network.crypto.enabled=false"));
    script("submit-standalone.sh").run(minimal(open)).exits(0);
    assertEquals("false", recordedConf().get("spark.authenticate"));

    Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
    Files.writeString(
        elsewhere.resolve("spark-defaults.conf"), "spark.authenticate.secret=of-the-cluster\n");
    script("submit-standalone.sh")
        .with("SPARK_CONF_DIR", elsewhere.toString())
        .run(minimal(STANDALONE))
        .exits(0);
  }

  private static String[] minimal(List<String> own) {
    List<String> words = new ArrayList<>(own);
    words.addAll(List.of("--exchange", "x", "--memory-overhead", "1g", "--", "--model=m"));
    return words.toArray(new String[0]);
  }

  @Test
  void everyClusterIsToldItsExecutorsInItsOwnWay() throws Exception {
    script("submit-yarn.sh").run(minimal(List.of("--executors", "5", "--queue", "night"))).exits(0);
    assertEquals("yarn", recorded().get(recorded().indexOf("--master") + 1));
    assertEquals("5", recordedConf().get("spark.executor.instances"));
    assertEquals("night", recordedConf().get("spark.yarn.queue"));

    List<String> kubernetes = new ArrayList<>(KUBERNETES);
    kubernetes.addAll(List.of("--executors", "6", "--namespace", "n"));
    script("submit-k8s.sh").run(minimal(kubernetes)).exits(0);
    assertEquals("k8s://https://h:6443", recorded().get(recorded().indexOf("--master") + 1));
    assertEquals("6", recordedConf().get("spark.executor.instances"));
    assertEquals("n", recordedConf().get("spark.kubernetes.namespace"));
    assertEquals(
        "registry.example/spark:4", recordedConf().get("spark.kubernetes.container.image"));

    List<String> standalone = new ArrayList<>(STANDALONE);
    standalone.addAll(List.of("--executors", "7", "--executor-cores", "4"));
    script("submit-standalone.sh").run(minimal(standalone)).exits(0);
    assertEquals("28", recordedConf().get("spark.cores.max"));
    assertEquals("4", recordedConf().get("spark.executor.cores"));
  }

  /** One jar that stands for all those of Spark that the build has. */
  private void pretendToHaveJars() throws IOException {
    String classpath = Files.readString(Script.JAR.resolveSibling("spark.classpath")).strip();
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest
        .getMainAttributes()
        .put(
            Attributes.Name.CLASS_PATH,
            Stream.of(classpath.split(File.pathSeparator, -1))
                .map(jar -> Path.of(jar).toUri().toString())
                .collect(Collectors.joining(" ")));
    Path jar = Files.createDirectory(sparkHome.resolve("jars")).resolve("spark.jar");
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
  }

  @Test
  void connectorsAreOnTheClassPathAfterSpark() throws Exception {
    Files.createDirectory(sparkHome.resolve("jars"));
    Path java = Files.createDirectories(directory.resolve("jdk/bin")).resolve("java");
    Script.write(
        java,
        "if [[ $1 == -version ]]; then echo 'openjdk version \"17.0.1\"' >&2; else printf '%s\\n' \"$@\"; fi\n");

    Script.Result run =
        script("nightjar")
            .with("JAVA_HOME", directory.resolve("jdk").toString())
            .with("NIGHTJAR_EXTRA_JARS", "/opt/s3/*")
            .run("doctor")
            .exits(0);

    String expected = "%s:%s/jars/*:/opt/s3/*".formatted(Script.JAR, sparkHome);
    assertTrue(run.out().lines().anyMatch(expected::equals), run.out());
  }

  @Test
  void executorsGetTheMemoryThatThePlanRecommends() throws Exception {
    pretendToHaveJars();
    Path lenet = Path.of("..", "data", "models", "digits-cnn").toAbsolutePath().normalize();
    List<String> model = List.of("--model", lenet.toString(), "--samples", "3");
    List<String> memory = List.of("--conf", "spark.nightjar.task.memory=16m");
    List<String> cores = List.of("--executor-cores", "3");
    String plan =
        script("nightjar")
            .run(joined(List.of(List.of("plan"), model, memory, cores)))
            .exits(0)
            .out();
    String defaults =
        script("nightjar").run(joined(List.of(List.of("plan"), model, cores))).exits(0).out();

    script("submit-standalone.sh")
        .run(
            joined(
                List.of(
                    STANDALONE, List.of("--exchange", "x"), cores, memory, List.of("--"), model)))
        .exits(0);

    String overhead = recordedConf().get("spark.executor.memoryOverhead");
    assertTrue(overhead.matches("[0-9]+m"), overhead);
    assertTrue(plan.contains("spark.executor.memoryOverhead=" + overhead + " "), plan);
    assertFalse(defaults.contains("spark.executor.memoryOverhead=" + overhead + " "), defaults);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--conf spark.nightjar.keys.passphrase=hunter2 -- --model m",
        "--conf=spark.executorEnv.NIGHTJAR_PASSPHRASE=hunter2 -- --model m",
        "--conf=spark.executorEnv.NIGHTJAR_NEW_PASSPHRASE=hunter2 -- --model m",
        "-- --model m --conf spark.nightjar.password=hunter2"
      })
  void aPassphraseOnTheCommandLineIsRefusedAndNotRepeated(String words) throws Exception {
    List<String> all = new ArrayList<>(STANDALONE);
    all.addAll(List.of("--exchange", "x", "--memory-overhead", "1g"));
    all.addAll(List.of(words.split(" ", -1)));

    Script.Result run = script("submit-standalone.sh").run(words(all)).exits(2);

    assertTrue(run.err().contains("NIGHTJAR_PASSPHRASE"), run.err());
    assertFalse(run.err().contains("hunter2"), run.err());
    assertFalse(Files.exists(recorded));
  }

  @Test
  void sparksSecretOnTheCommandLineIsRefusedAndNotRepeated() throws Exception {
    List<String> own = new ArrayList<>(STANDALONE);
    own.addAll(List.of("--conf", "spark.authenticate.secret=hunter2"));

    Script.Result run = script("submit-standalone.sh").run(minimal(own)).exits(2);

    assertTrue(run.err().contains("spark-defaults.conf"), run.err());
    assertFalse(run.err().contains("hunter2"), run.err());
    assertFalse(Files.exists(recorded));
  }

  @Test
  void credentialsOfABucketOnTheCommandLineAreRefusedAndNotRepeated() throws Exception {
    List<String> own = new ArrayList<>(STANDALONE);
    own.addAll(List.of("--conf", "spark.hadoop.fs.s3a.bucket.meeting.secret.key=hunter2"));

    Script.Result run = script("submit-standalone.sh").run(minimal(own)).exits(2);

    assertTrue(run.err().contains("docs/two-owners.md"), run.err());
    assertFalse(run.err().contains("hunter2"), run.err());
    assertFalse(Files.exists(recorded));
  }

  @Test
  void aFileWithThePassphraseMayBeNamed() throws Exception {
    List<String> all = new ArrayList<>(STANDALONE);
    all.addAll(List.of("--conf", "spark.nightjar.keys.passphraseFile=/etc/passphrase"));

    script("submit-standalone.sh").run(minimal(all)).exits(0);

    assertEquals("/etc/passphrase", recordedConf().get("spark.nightjar.keys.passphraseFile"));
  }

  @Test
  void withoutSparkItSaysWhatToSet() throws Exception {
    Script.Result unset = Script.named("submit-standalone.sh", directory).run(minimal(STANDALONE));
    assertEquals(
        "submit-standalone.sh: SPARK_HOME is not set: it must name a Spark 4 distribution, to submit"
            + " with its bin/spark-submit\n",
        unset.exits(1).err());

    Script.Result wrong =
        script("submit-standalone.sh").with("SPARK_HOME", "/nowhere").run(minimal(STANDALONE));
    assertEquals(
        "submit-standalone.sh: SPARK_HOME is '/nowhere', which has no bin/spark-submit\n",
        wrong.exits(1).err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "submit-standalone.sh --exchange x -- --model m",
        "submit-standalone.sh --master yarn --exchange x -- --model m",
        "submit-standalone.sh --master spark://h:1 -- --model m",
        "submit-standalone.sh --master spark://h:1 --exchange x",
        "submit-standalone.sh --master spark://h:1 --exchange x -- --input i",
        "submit-standalone.sh --master spark://h:1 --exchange x --executors 0 -- --model m",
        "submit-standalone.sh --master spark://h:1 --exchange x --model m",
        "submit-k8s.sh --master k8s://https://h --exchange x -- --model m",
        "nightly.sh --input-root i --output-root o",
        "nightly.sh --input-root i --output-root o --model m --date 2024-02-30",
        "nightly.sh --input-root i --output-root o --model m --keep-days 0",
        "nightly.sh --input-root i --output-root hdfs:///o --model m",
        "nightly.sh --input-root i --output-root hdfs:///o --model m --lock l --keep-days 3",
        "nightly.sh --input-root i --output-root o --model m --submit it's"
      })
  void mistakesAreRefusedInOneLine(String line) throws Exception {
    String[] words = line.split(" ", -1);

    Script.Result run =
        script(words[0]).run(List.of(words).subList(1, words.length).toArray(String[]::new));

    run.exits(2);
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().startsWith(words[0] + ": "), run.err());
    assertEquals("", run.out());
    assertFalse(Files.exists(recorded));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run-local.sh",
        "submit-standalone.sh",
        "submit-yarn.sh",
        "submit-k8s.sh",
        "nightly.sh"
      })
  void helpFitsTheScreen(String name) throws Exception {
    Script.Result run = Script.named(name, directory).run("--help").exits(0);

    assertTrue(run.out().startsWith("usage: " + name), run.out());
    assertTrue(run.out().lines().allMatch(line -> line.length() <= 120), run.out());
  }

  @Test
  void aLocalRunShowsTheRecordsThatTheModelIsLeastSureOf() throws Exception {
    Path output = directory.resolve("scored");
    Script.Result run =
        Script.named("run-local.sh", directory)
            .run("--limit", "40", "--samples", "2", "--output", output.toString())
            .exits(0);

    List<String> lines = run.out().lines().toList();
    int title = lines.size() - 6;
    assertTrue(lines.get(title).contains(output + "/_report/report.html"), run.out());
    List<Double> entropies = new ArrayList<>();
    for (String line : lines.subList(title + 1, lines.size())) {
      assertTrue(line.matches(" {2}record \\d+ +entropy \\d[.]\\d\\d"), line);
      entropies.add(Double.valueOf(line.substring(line.lastIndexOf(' '))));
    }
    assertEquals(entropies.stream().sorted(Comparator.reverseOrder()).toList(), entropies);
    assertTrue(entropies.get(0) > 0, run.out());
  }

  @Test
  void aLocalRunScoresTheBundledDigitsUnlessToldOtherwise() throws Exception {
    Path digits = Script.ROOT.resolve("data/digits");
    String nightjar = Script.ROOT.resolve("submit-scripts/nightjar").toString();

    assertEquals(
        String.join(
                " ",
                nightjar,
                "score --output o --labels",
                digits + "/test-labels-idx1-ubyte.gz",
                "--input",
                digits + "/test-images-idx3-ubyte.gz",
                "--model",
                Script.ROOT.resolve("data/models/digits-mlp").toString(),
                "--samples 8")
            + "\n",
        Script.named("run-local.sh", directory).run("--dry-run", "--output", "o").exits(0).out());
    assertEquals(
        nightjar
            + " score --model m --samples=2 --input i --format parquet --output 'my results'"
            + " --limit 3\n",
        Script.named("run-local.sh", directory)
            .run(
                "--model",
                "m",
                "--samples=2",
                "--input",
                "i",
                "--format",
                "parquet",
                "--output",
                "my results",
                "--limit",
                "3",
                "--dry-run")
            .exits(0)
            .out());
  }
}
