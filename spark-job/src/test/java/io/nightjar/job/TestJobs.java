package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nightjar.crypto.EncryptionParameters;
import io.nightjar.crypto.RawSecretAccess;
import io.nightjar.draw.JobSecret;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.Wave;
import io.nightjar.model.Architecture;
import io.nightjar.model.Dense;
import io.nightjar.model.Gaussian;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Layer;
import io.nightjar.model.Model;
import io.nightjar.model.ModelReader;
import io.nightjar.model.ModelWriter;
import io.nightjar.model.Parameter;
import io.nightjar.model.Posterior;
import io.nightjar.model.Range;
import io.nightjar.model.Relu;
import io.nightjar.model.Shape;
import io.nightjar.model.Square;
import io.nightjar.model.Task;
import io.nightjar.model.WeightSet;
import io.nightjar.model.WeightedLayer;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDigest;
import io.nightjar.plan.Planner;
import io.nightjar.plan.Protocol;
import io.nightjar.protocol.Draws;
import io.nightjar.protocol.Predictions;
import io.nightjar.records.RecordBatch;
import io.nightjar.records.RecordInput;
import io.nightjar.records.RecordOptions;
import io.nightjar.records.RecordReader;
import io.nightjar.records.ResultFormat;
import io.nightjar.records.ResultWriter;
import io.nightjar.reference.ReferenceEvaluator;
import io.nightjar.settings.SettingSource;
import io.nightjar.settings.Settings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * A small network and records for it in a directory, jobs over them, and what their results must
 * be: recomputed in the clear from the same draws.
 */
public final class TestJobs {

  /** Three batches, the last not full. */
  public static final int RECORDS = 5000;

  public static final int DRAWS = 2;

  /** Which secret the jobs have, unless a test says otherwise. */
  public static final int SEED = 7;

  public static final String PASSPHRASE = "four owls in a barn";

  /** What noise may change of a probability, where results are not exact. */
  private static final double TOLERANCE = 2e-3;

  /** By the plan's digest: the same for all jobs with the known secret. */
  private static final Map<String, SortedMap<String, String>> EXPECTED = new ConcurrentHashMap<>();

  /** Files of keys whose primes take a second to draw, by parameters and name. */
  private static final Map<String, Map<String, byte[]>> DRAWN_KEYS = new ConcurrentHashMap<>();

  private final Path directory;
  private final Model model;

  /** What the reference evaluates: records with a value for each of the network's inputs. */
  private final String seen;

  private final ModelPrivacy privacy;

  private final Protocol protocol;

  /** Three batches too, where batches are larger or smaller. */
  private final int count;

  private TestJobs(Path directory, Model model, String seen, ModelPrivacy privacy, int count) {
    this(directory, model, seen, privacy, Protocol.BAYHENN, count);
  }

  private TestJobs(
      Path directory,
      Model model,
      String seen,
      ModelPrivacy privacy,
      Protocol protocol,
      int count) {
    this.protocol = protocol;
    this.directory = directory;
    this.model = model;
    this.seen = seen;
    this.privacy = privacy;
    this.count = count;
  }

  /** Writes everything that a job needs. */
  public static TestJobs in(Path directory) {
    return in(directory, Protocol.BAYHENN);
  }

  /** Writes everything that a job needs. */
  public static TestJobs in(Path directory, ModelPrivacy privacy) {
    return in(directory, Protocol.BAYHENN, privacy);
  }

  /** Writes everything that a job of this protocol needs. */
  public static TestJobs in(Path directory, Protocol protocol) {
    return in(directory, protocol, ModelPrivacy.NONE);
  }

  /** Writes everything that a job of this protocol needs. */
  public static TestJobs in(Path directory, Protocol protocol, ModelPrivacy privacy) {
    return switch (protocol) {
      case BAYHENN -> {
        int count = privacy == ModelPrivacy.NONE ? RECORDS : 4 * RECORDS;
        yield in(new TestJobs(directory, network(1), "records.csv", privacy, count));
      }
      case CRYPTONETS -> sealed(directory);
      case TWO_PARTY_DNN -> overPaillier(directory);
    };
  }

  /** Writes everything that a job needs whose executors evaluate the whole network. */
  public static TestJobs sealed(Path directory) {
    Model model =
        network(
            1, new Dense("fc1", 6, 5, true), new Square("square"), new Dense("fc2", 5, 3, true));
    return in(
        new TestJobs(
            directory, model, "records.csv", ModelPrivacy.NONE, Protocol.CRYPTONETS, 2 * RECORDS));
  }

  /** Writes everything that a job over Paillier needs, with the shortest modulus that is taken. */
  public static TestJobs overPaillier(Path directory) {
    return in(
        new TestJobs(
            directory,
            network(1),
            "records.csv",
            ModelPrivacy.NONE,
            Protocol.TWO_PARTY_DNN,
            2 * RECORDS / 5));
  }

  /** Writes everything that a job with this network needs. */
  public static TestJobs in(Path directory, Model model) {
    return in(new TestJobs(directory, model, "records.csv", ModelPrivacy.NONE, RECORDS));
  }

  private static TestJobs in(TestJobs jobs) {
    try {
      jobs.prepare();
      jobs.writeRecords("records.csv", jobs.count);
      return jobs;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes everything that a job needs over a table with categories and missing values. */
  public static TestJobs ofTable(Path directory) {
    TestJobs jobs =
        new TestJobs(directory, TestTable.network(), "seen.csv", ModelPrivacy.NONE, RECORDS);
    try {
      jobs.prepare();
      TestTable.write(directory.resolve("records.csv"), directory.resolve("seen.csv"));
      return jobs;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void prepare() throws IOException {
    Files.createDirectories(directory);
    writeModel("model", model);
    Files.writeString(directory.resolve("passphrase"), PASSPHRASE + "\n");
    try (JobSecret secret = JobSecret.fixedForTests(SEED)) {
      Files.write(directory.resolve("seed"), secret.toBytes(RawSecretAccess.granted()));
    }
  }

  /** A 6-5-3 network; other seeds have other weights and so other plans. */
  public static Model network(int seed) {
    return network(
        seed, new Dense("fc1", 6, 5, true), new Relu("relu"), new Dense("fc2", 5, 3, true));
  }

  /** A network of these layers, from six features to three classes. */
  public static Model network(int seed, Layer... layerArray) {
    return network(
        seed,
        new InputSpec(
            Shape.flat(6), new Range(0, 1), IntStream.range(0, 6).mapToObj(k -> "f" + k).toList()),
        layerArray);
  }

  /** A network of these layers, from this input to three classes. */
  public static Model network(int seed, InputSpec input, Layer... layerArray) {
    List<Layer> layers = List.of(layerArray);
    Random random = new Random(seed);
    Map<String, Parameter> weights = new HashMap<>();
    Map<String, Parameter> biases = new HashMap<>();
    for (Layer layer : layers) {
      if (layer instanceof WeightedLayer weighted) {
        weights.put(layer.name(), gaussian(weighted.weightCount(), random));
        biases.put(layer.name(), gaussian(weighted.biasCount(), random));
      }
    }
    Architecture architecture =
        new Architecture(
            "small",
            Task.CLASSIFICATION,
            input,
            layers,
            List.of("no", "maybe", "yes"),
            layers.stream()
                .filter(layer -> !(layer instanceof WeightedLayer))
                .collect(
                    Collectors.toMap(
                        Layer::name, layer -> new Range(0, layer instanceof Square ? 20 : 3))));
    return new Model(architecture, Posterior.of(new WeightSet(weights, biases, Map.of())));
  }

  private static Gaussian gaussian(int size, Random random) {
    float[] means = new float[size];
    float[] stds = new float[size];
    for (int i = 0; i < size; i++) {
      means[i] = (float) (0.7 * random.nextGaussian());
      stds[i] = 0.2f;
    }
    return new Gaussian(means, stds);
  }

  /** Writes another model beside the first. */
  public Path writeModel(String name, Model written) throws IOException {
    Path target = Files.createDirectories(directory.resolve(name));
    try (OutputStream json = Files.newOutputStream(target.resolve(ModelReader.MODEL_JSON));
        OutputStream posterior = Files.newOutputStream(target.resolve(ModelReader.POSTERIOR))) {
      ModelWriter.write(written, json, posterior);
    }
    return target;
  }

  /** Writes records, the same ones at every call; their ids are in no order. */
  public Path writeRecords(String name, int count) throws IOException {
    Random random = new Random(3);
    StringBuilder csv = new StringBuilder("id,f0,f1,f2,f3,f4,f5\n");
    for (int i = 0; i < count; i++) {
      csv.append(id(i));
      for (int k = 0; k < 6; k++) {
        csv.append(String.format(Locale.ROOT, ",%.3f", random.nextInt(1001) / 1000.0));
      }
      csv.append('\n');
    }
    return Files.writeString(directory.resolve(name), csv);
  }

  /** The id of a record: 7919 is prime, so all differ. */
  static long id(int record) {
    return record * 7919L % 1_000_003;
  }

  public Path directory() {
    return directory;
  }

  public Path model() {
    return directory.resolve("model");
  }

  public Path records() {
    return directory.resolve("records.csv");
  }

  public Path passphraseFile() {
    return directory.resolve("passphrase");
  }

  /** Returns the settings of small jobs with several waves, and others. */
  public Settings settings(String... pairs) {
    return Settings.resolve(List.of(SettingSource.conf(settingPairs(pairs))));
  }

  /** Returns the same as {@code KEY=VALUE}. */
  public List<String> settingPairs(String... pairs) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "spark.nightjar.job.samples=" + DRAWS,
                "spark.nightjar.plan.modelPrivacy=" + privacy.text(),
                "spark.nightjar.job.protocol=" + protocol.text(),
                "spark.nightjar.plan.modulusBits=2048",
                "spark.nightjar.waves.batches=1",
                "spark.nightjar.output.format=csv",
                "spark.nightjar.owner.threads=2",
                "spark.nightjar.job.seedFile=" + directory.resolve("seed"),
                "spark.nightjar.exchange.pollMillis=10",
                "spark.nightjar.exchange.timeout=100s",
                "spark.nightjar.keys.passphraseFile=" + passphraseFile(),
                "spark.nightjar.serve.stateDir=" + directory.resolve("serve-state"),
                "spark.ui.enabled=false",
                "spark.driver.host=localhost",
                "spark.driver.bindAddress=127.0.0.1"));
    all.addAll(Arrays.asList(pairs));
    return all;
  }

  public Plan plan() {
    return Planner.plan(model, PlanSettings.options(settings()));
  }

  /** Makes keys for the plan. Over Paillier, keys of one name are the same for all tests. */
  public Path keys(String name) throws IOException {
    Path keys = directory.resolve(name);
    EncryptionParameters parameters = plan().encryption();
    if (protocol != Protocol.TWO_PARTY_DNN) {
      KeyDirectory.create(keys, parameters, PASSPHRASE.toCharArray());
      return keys;
    }
    String which = parameters.digest() + " " + name;
    if (!DRAWN_KEYS.containsKey(which)) {
      KeyDirectory.create(keys, parameters, PASSPHRASE.toCharArray());
      DRAWN_KEYS.put(which, contents(keys));
      return keys;
    }
    Files.createDirectories(keys);
    for (Map.Entry<String, byte[]> file : DRAWN_KEYS.get(which).entrySet()) {
      Files.write(keys.resolve(file.getKey()), file.getValue());
    }
    return keys;
  }

  private static Map<String, byte[]> contents(Path keys) throws IOException {
    Map<String, byte[]> contents = new HashMap<>();
    try (Stream<Path> files = Files.list(keys)) {
      for (Path file : files.toList()) {
        contents.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return contents;
  }

  /** Returns a round's uploads of all jobs in an exchange, whatever their other waves do. */
  static List<Path> uploads(Path exchange, Wave wave, int round) throws IOException {
    String up = "wave-%05d/round-%02d/up".formatted(wave.index(), round);
    List<Path> uploads = new ArrayList<>();
    try (Stream<Path> jobs = Files.list(exchange.resolve("jobs"))) {
      for (Path place : jobs.map(job -> job.resolve(up)).filter(Files::isDirectory).toList()) {
        try (Stream<Path> files = Files.list(place)) {
          files.filter(file -> file.toString().endsWith(".njb")).forEach(uploads::add);
        }
      }
    }
    return uploads;
  }

  /** Returns a request to score the records in two threads of this process. */
  public ScoreRequest scoring(String output, String... pairs) {
    return scoring(directory.resolve(output).toUri().toString(), Optional.empty(), pairs);
  }

  /** Returns a request to score the records with keys. */
  public ScoreRequest scoring(String output, Path keys, String... pairs) {
    return scoring(directory.resolve(output).toUri().toString(), Optional.of(keys), pairs);
  }

  /** Returns a request to score the records. */
  public ScoreRequest scoring(String outputUri, Optional<Path> keys, String... pairs) {
    return new ScoreRequest(
        new org.apache.hadoop.fs.Path(model().toUri()),
        new org.apache.hadoop.fs.Path(records().toUri()),
        new org.apache.hadoop.fs.Path(outputUri),
        keys,
        Optional.empty(),
        OptionalLong.empty(),
        Optional.of("local[2]"),
        settings(pairs));
  }

  /** Returns the same request for another master. */
  public static ScoreRequest on(String master, ScoreRequest request) {
    return new ScoreRequest(
        request.model(),
        request.input(),
        request.output(),
        request.keys(),
        request.labels(),
        request.limit(),
        Optional.of(master),
        request.settings());
  }

  /** Returns the same request with what the records really are. */
  public static ScoreRequest labelled(Path labels, ScoreRequest request) {
    return new ScoreRequest(
        request.model(),
        request.input(),
        request.output(),
        request.keys(),
        Optional.of(new org.apache.hadoop.fs.Path(labels.toUri())),
        request.limit(),
        request.master(),
        request.settings());
  }

  /** Returns how many records there are. */
  public int count() {
    return count;
  }

  /** Writes labels: what is expected of the first records, and what is not of all others. */
  public Path writeLabels(String name, int right) throws IOException {
    Map<String, String> predicted = new HashMap<>();
    for (String part : expected().values()) {
      part.lines()
          .skip(1)
          .map(line -> line.split(",", 3))
          .forEach(fields -> predicted.put(fields[0], fields[1]));
    }
    StringBuilder csv = new StringBuilder("id,label\n");
    for (int i = 0; i < count; i++) {
      String id = Long.toString(id(i));
      int label = Integer.parseInt(predicted.get(id));
      csv.append(id).append(',').append(i < right ? label : (label + 1) % 3).append('\n');
    }
    return Files.writeString(directory.resolve(name), csv);
  }

  /** Returns a request to serve the model. */
  public ServeRequest serving(String exchangeUri, int jobs, String... pairs) {
    return new ServeRequest(
        new org.apache.hadoop.fs.Path(model().toUri()),
        new org.apache.hadoop.fs.Path(exchangeUri),
        OptionalInt.of(jobs),
        Optional.of("local[2]"),
        settings(pairs));
  }

  /** Returns a request to have the records scored by whoever serves. */
  public AgentRequest asking(String exchangeUri, Path keys, String output, String... pairs) {
    return new AgentRequest(
        new org.apache.hadoop.fs.Path(exchangeUri),
        keys,
        Optional.empty(),
        new org.apache.hadoop.fs.Path(records().toUri()),
        new org.apache.hadoop.fs.Path(directory.resolve(output).toUri()),
        Optional.empty(),
        OptionalLong.empty(),
        settings(pairs));
  }

  /** Returns the same request with what the records really are. */
  public static AgentRequest labelled(Path labels, AgentRequest request) {
    return new AgentRequest(
        request.exchange(),
        request.keys(),
        request.plan(),
        request.input(),
        request.output(),
        Optional.of(new org.apache.hadoop.fs.Path(labels.toUri())),
        request.limit(),
        request.settings());
  }

  /** Scores with the known secret. */
  public static ScoreResult score(ScoreRequest request) throws IOException, InterruptedException {
    return score(request, JobProgress.NONE);
  }

  /** Scores with the known secret. */
  public static ScoreResult score(ScoreRequest request, JobProgress progress)
      throws IOException, InterruptedException {
    return ScoreJob.run(request, progress);
  }

  /** Serves with the known secret. */
  public static int serve(ServeRequest request) throws IOException, InterruptedException {
    return serve(request, JobProgress.NONE);
  }

  /** Serves with the known secret. */
  public static int serve(ServeRequest request, JobProgress progress)
      throws IOException, InterruptedException {
    return ServeJob.run(request, progress);
  }

  /** Serves with the known secret, while the caller goes on. */
  public static CompletableFuture<Integer> serving(ServeRequest request) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return serve(request);
          } catch (IOException | InterruptedException e) {
            throw new CompletionException(e);
          }
        });
  }

  /** Returns the files of results that the known secret must lead to. */
  public SortedMap<String, String> expected() throws IOException {
    String plan = PlanDigest.of(plan()).hex();
    if (!EXPECTED.containsKey(plan)) {
      try (JobSecret secret = JobSecret.fixedForTests(SEED)) {
        EXPECTED.put(plan, expectedOf(secret));
      }
    }
    return EXPECTED.get(plan);
  }

  private SortedMap<String, String> expectedOf(JobSecret secret) throws IOException {
    Plan plan = plan();
    ReferenceEvaluator reference = new ReferenceEvaluator(plan, Draws.of(model, plan, secret));
    Configuration configuration = HadoopFiles.configuration(new Configuration());
    RecordInput records =
        RecordInput.open(
            configuration,
            new org.apache.hadoop.fs.Path(directory.resolve(seen).toUri()),
            new InputSpec(plan.input().shape(), plan.input().range(), plan.input().features()),
            RecordOptions.defaults());
    Path parts = Files.createTempDirectory(directory, "expected");
    int batch = 0;
    try (RecordReader reader = records.reader()) {
      for (Optional<RecordBatch> read = reader.next(plan.batchSize());
          read.isPresent();
          read = reader.next(plan.batchSize())) {
        Predictions predictions = reference.score(batch, read.get().values());
        Path part = parts.resolve(String.format(Locale.ROOT, "part-%05d.csv", batch++));
        try (ResultWriter writer =
            ResultWriter.open(
                configuration,
                new org.apache.hadoop.fs.Path(part.toUri()),
                ResultFormat.CSV,
                records.census().idType(),
                plan.task(),
                plan.classes(),
                plan.outputs())) {
          writer.write(read.get().ids(), predictions);
          writer.commit();
        }
      }
    }
    return results(parts);
  }

  /** Returns the files of results in a directory, each record of which is there once. */
  private SortedMap<String, String> results(Path output) throws IOException {
    SortedMap<String, String> results = new TreeMap<>();
    List<Long> ids = new ArrayList<>();
    try (Stream<Path> files = Files.list(output)) {
      for (Path file :
          files.filter(file -> file.getFileName().toString().startsWith("part-")).toList()) {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        results.put(file.getFileName().toString(), text);
        text.lines().skip(1).forEach(line -> ids.add(Long.valueOf(line.split(",", 2)[0])));
      }
    }
    assertEquals(
        IntStream.range(0, count).mapToObj(TestJobs::id).sorted().toList(),
        ids.stream().sorted().toList());
    return results;
  }

  /**
   * Asserts that a finished job has the results of the known secret: exactly, or but for the noise
   * of a sealed plan.
   */
  public void assertScored(String output) throws IOException {
    assertScored(expected(), output);
  }

  /** Asserts that a finished job has the results of a secret in its raw form. */
  public void assertScored(byte[] secret, String output) throws IOException {
    try (JobSecret opened = JobSecret.ofBytes(secret, RawSecretAccess.granted())) {
      assertScored(expectedOf(opened), output);
    }
  }

  private void assertScored(SortedMap<String, String> expected, String output) throws IOException {
    Path directoryOfResults = directory.resolve(output);
    SortedMap<String, String> found = results(directoryOfResults);
    if (protocol == Protocol.CRYPTONETS) {
      assertNearly(expected, found);
    } else {
      assertEquals(expected, found);
    }
    assertEquals(true, Files.exists(directoryOfResults.resolve("_SUCCESS")));
  }

  private static void assertNearly(
      SortedMap<String, String> expected, SortedMap<String, String> found) {
    assertEquals(expected.keySet(), found.keySet());
    for (String part : expected.keySet()) {
      List<String> wanted = expected.get(part).lines().toList();
      List<String> lines = found.get(part).lines().toList();
      assertEquals(wanted.size(), lines.size());
      assertEquals(wanted.get(0), lines.get(0));
      for (int i = 1; i < wanted.size(); i++) {
        String[] a = wanted.get(i).split(",", -1);
        String[] b = lines.get(i).split(",", -1);
        assertEquals(a[0], b[0]);
        for (int k = 3; k < a.length; k++) { // after the id, the prediction and its class
          assertEquals(Double.parseDouble(a[k]), Double.parseDouble(b[k]), TOLERANCE);
        }
      }
    }
  }
}
