package io.nightjar.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.crypto.RawSecretAccess;
import io.nightjar.draw.JobSecret;
import io.nightjar.exchange.Exchange;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.identity.CheapIdentities;
import io.nightjar.keys.KeyScheme;
import io.nightjar.ledger.Entry;
import io.nightjar.model.Model;
import io.nightjar.model.ModelReader;
import io.nightjar.model.ModelWriter;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanJson;
import io.nightjar.protocol.RoundInputs;
import io.nightjar.settings.SettingSource;
import io.nightjar.settings.Settings;
import io.nightjar.spark.SeenInputs;
import io.nightjar.tables.RecordSource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SortedMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/** A small network and records for it in a directory, requests for jobs over them, and results. */
public final class TestJobs {

  /** Three batches of bayhenn, the last not full. */
  public static final int RECORDS = ProtocolProfile.BAYHENN.records();

  public static final int DRAWS = 2;

  /** Which secret jobs have that are served. */
  private static final int SERVED = 7;

  /** The draws of a job follow from a fresh secret and from its uploads, as they should. */
  public static final String FRESH = "spark.nightjar.job.seedFile=";

  public static final String PASSPHRASE = "four owls in a barn";

  /** Blocks stay in the exchange. */
  public static final String KEEP = "spark.nightjar.exchange.keep=true";

  /** A wave begins when the one before it has ended. */
  public static final String WAVE_BY_WAVE = "spark.nightjar.waves.inFlight=1";

  private static final int FEATURES = 6;
  private static final int WHITE = 255;

  private final Path directory;
  private final ProtocolProfile profile;
  private final Path records;

  /** What the network sees of all records. */
  private final List<double[]> values;

  private TestJobs(Path directory, ProtocolProfile profile, String records, List<double[]> values) {
    this.directory = directory;
    this.profile = profile;
    this.records = directory.resolve(records);
    this.values = values;
  }

  /** Returns what another process has written for jobs with this profile. */
  static TestJobs writtenIn(Path directory, ProtocolProfile profile) {
    return new TestJobs(directory, profile, "records.idx", values(images(profile.records())));
  }

  /** Writes everything that a job of bayhenn needs. */
  public static TestJobs in(Path directory) {
    return in(directory, ProtocolProfile.BAYHENN);
  }

  /** Writes everything that a job of bayhenn with this network needs. */
  public static TestJobs in(Path directory, Model model) {
    return in(directory, ProtocolProfile.BAYHENN.with(model));
  }

  /** Writes everything that a job with this profile needs. */
  public static TestJobs in(Path directory, ProtocolProfile profile) {
    try {
      TestJobs jobs = writtenIn(directory, profile);
      jobs.prepare();
      jobs.writeRecords("records.idx", profile.records());
      return jobs;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes everything that a job needs over a table with categories and missing values. */
  public static TestJobs ofTable(Path directory) {
    try {
      ProtocolProfile profile = ProtocolProfile.BAYHENN.with(TestTable.network());
      TestJobs jobs = new TestJobs(directory, profile, "records.csv", TestTable.values());
      jobs.prepare();
      Files.write(jobs.records(), TestTable.lines());
      return jobs;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void prepare() throws IOException {
    Files.createDirectories(directory);
    writeModel("model", profile.model());
    Files.writeString(passphraseFile(), PASSPHRASE + "\n");
    TestIdentities.write(modelOwner(), TestIdentities.MODEL_OWNER, PASSPHRASE);
    Files.write(directory.resolve("seed"), seed());
  }

  /** Returns the seed that jobs repeat whose driver is the data owner's, unless they are fresh. */
  public static byte[] seed() {
    byte[] seed = new byte[JobSecret.SEED_BYTES];
    new Random(SERVED).nextBytes(seed);
    return seed;
  }

  /** Returns the secret of that seed. */
  static JobSecret repeatedSecret() {
    return JobSecret.ofSeed(seed());
  }

  /** Returns the secret that every job has that is served; draws follow its uploads as well. */
  static JobSecret servedSecret() {
    return JobSecret.fixedForTests(SERVED);
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

  private static byte[] images(int count) {
    byte[] images = new byte[count * FEATURES];
    new Random(3).nextBytes(images);
    return images;
  }

  private static List<double[]> values(byte[] images) {
    return IntStream.range(0, images.length / FEATURES)
        .mapToObj(
            i ->
                IntStream.range(0, FEATURES)
                    .mapToDouble(k -> Byte.toUnsignedInt(images[i * FEATURES + k]) / (double) WHITE)
                    .toArray())
        .toList();
  }

  /** Writes records as images, the same ones at every call; their ids are their numbers. */
  public Path writeRecords(String name, int count) throws IOException {
    byte[] images = images(count);
    ByteBuffer file = ByteBuffer.allocate(3 * Integer.BYTES + images.length);
    file.putInt(0x802).putInt(count).putInt(FEATURES).put(images);
    return Files.write(directory.resolve(name), file.array());
  }

  /** Returns the records as lines of a table with their ids, below one that names its columns. */
  public List<String> table() {
    return table(values);
  }

  private static List<String> table(List<double[]> values) {
    List<String> lines = new ArrayList<>(List.of("id,f0,f1,f2,f3,f4,f5"));
    for (int i = 0; i < values.size(); i++) {
      String cells =
          Arrays.stream(values.get(i)).mapToObj(Double::toString).collect(Collectors.joining(","));
      lines.add(i + "," + cells);
    }
    return lines;
  }

  /** Writes the records as a table that has their ids, in no order. */
  public Path writeTable(String name) throws IOException {
    return writeTable(name, count());
  }

  /** Writes so many records as a table that has their ids, in no order. */
  public Path writeTable(String name, int count) throws IOException {
    List<String> lines = table(values(images(count)));
    Collections.shuffle(lines.subList(1, lines.size()), new Random(4));
    return Files.write(directory.resolve(name), lines);
  }

  /** Writes labels: what is expected of the first records, and what is not of all others. */
  public Path writeLabels(String name, int right) throws IOException {
    return writeLabels(name, labels(right));
  }

  /** Writes labels, in the order of the records. */
  public Path writeLabels(String name, List<Integer> labels) throws IOException {
    ByteBuffer file = ByteBuffer.allocate(2 * Integer.BYTES + labels.size());
    file.putInt(0x801).putInt(labels.size());
    labels.forEach(label -> file.put(label.byteValue()));
    return Files.write(directory.resolve(name), file.array());
  }

  /** Writes the same as a table that has the records' ids. */
  public Path writeLabelTable(String name, int right) throws IOException {
    List<String> lines = new ArrayList<>(List.of("id,label"));
    labels(right).forEach(label -> lines.add(lines.size() - 1 + "," + label));
    return Files.write(directory.resolve(name), lines);
  }

  private List<Integer> labels(int right) throws IOException {
    SortedMap<Long, List<String>> expected = expected();
    return IntStream.range(0, count())
        .mapToObj(i -> (Integer.parseInt(expected.get((long) i).get(0)) + (i < right ? 0 : 1)) % 3)
        .toList();
  }

  public Path directory() {
    return directory;
  }

  ProtocolProfile profile() {
    return profile;
  }

  public Path model() {
    return directory.resolve("model");
  }

  public Path records() {
    return records;
  }

  /** Returns the directory of the model owner's identity. */
  public Path modelOwner() {
    return directory.resolve("model-owner");
  }

  public Path passphraseFile() {
    return directory.resolve("passphrase");
  }

  /** Returns how many records there are. */
  public int count() {
    return profile.records();
  }

  /** Returns the settings of small jobs with several waves, and others. */
  public Settings settings(String... pairs) {
    return Settings.resolve(List.of(SettingSource.conf(settingPairs(pairs))));
  }

  /** Returns the same as words of a command line. */
  public List<String> settingWords(String... pairs) {
    return settingPairs(pairs).stream().flatMap(pair -> Stream.of("--conf", pair)).toList();
  }

  private List<String> settingPairs(String... pairs) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "spark.nightjar.job.samples=" + DRAWS,
                "spark.nightjar.plan.modelPrivacy=" + profile.privacy().text(),
                "spark.nightjar.job.protocol=" + profile.protocol().name(),
                "spark.nightjar.waves.batches=1",
                "spark.nightjar.owner.threads=2",
                "spark.nightjar.job.seedFile=" + directory.resolve("seed"),
                "spark.nightjar.exchange.pollMillis=10",
                "spark.nightjar.exchange.timeout=100s",
                "spark.nightjar.keys.passphraseFile=" + passphraseFile(),
                "spark.nightjar.serve.stateDir=" + directory.resolve("serve-state"),
                "spark.nightjar.serve.identityDir=" + modelOwner(),
                "spark.ui.enabled=false",
                "spark.driver.host=localhost",
                "spark.driver.bindAddress=127.0.0.1"));
    all.addAll(profile.settings());
    all.addAll(Arrays.asList(pairs));
    return all;
  }

  /** Returns the plan that jobs with such settings follow. */
  public Plan plan(String... pairs) {
    return PlanSettings.explain(profile.model(), settings(pairs));
  }

  /** Writes the plan that jobs with such settings follow, as parties agree on it. */
  public Path planFile(String... pairs) {
    try {
      return Files.writeString(directory.resolve("agreed-plan.json"), PlanJson.write(plan(pairs)));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the words of a command line with which a data owner says whom it trusts. */
  public List<String> trusting(String... pairs) {
    return List.of(
        "--plan",
        planFile(pairs).toString(),
        "--model-owner",
        TestIdentities.modelOwner().identity().toString());
  }

  /** Returns the index of the plan's last round. */
  public int lastRound() {
    return plan().lastRound().index();
  }

  /** Returns what the last round is called in an exchange. */
  public String lastRoundName() {
    return "round-%02d".formatted(lastRound());
  }

  /** Makes the directory of a data owner's identity; those of one name are the same always. */
  public Path keys(String name) throws IOException {
    return keys(name, PASSPHRASE);
  }

  /** Makes such a directory under a passphrase. */
  public Path keys(String name, String passphrase) throws IOException {
    Path keys = directory.resolve(name);
    TestIdentities.write(keys, name, passphrase);
    return keys;
  }

  /** Returns the scheme of the plan's keys. */
  public KeyScheme keyScheme() {
    return profile.protocol().keys(plan());
  }

  /** Returns what was written down of admitted jobs. */
  public List<Entry> entries(String... pairs) throws IOException {
    return LedgerPolicy.open(settings(pairs)).entries();
  }

  /** Starts Spark as jobs do. */
  public JavaSparkContext spark() throws IOException, InterruptedException {
    return SparkContexts.open("tests", Optional.of("local[1]"), settings());
  }

  /** Puts the plan on offer in an exchange. */
  public void offer(Path exchange) throws IOException {
    offer(exchange, plan());
  }

  /** Puts a plan on offer in an exchange. */
  public static void offer(Path exchange, Plan plan) throws IOException {
    new Exchange(hadoop(exchange), HadoopFiles.configuration(new Configuration()))
        .offer(plan, CheapIdentities.of(TestIdentities.modelOwner()));
  }

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
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
        hadoop(model()),
        RecordSource.at(hadoop(records())),
        new org.apache.hadoop.fs.Path(outputUri),
        Optional.empty(),
        keys,
        Optional.empty(),
        OptionalLong.empty(),
        Optional.of("local[2]"),
        settings(pairs));
  }

  /** Returns a request to serve the model until so many jobs are done. */
  public ServeRequest serving(Path exchange, int jobs, String... pairs) {
    return serving(exchange.toUri().toString(), jobs, pairs);
  }

  /** Returns a request to serve the model until so many jobs are done. */
  public ServeRequest serving(String exchangeUri, int jobs, String... pairs) {
    return new ServeRequest(
        new ServedModels.One(hadoop(model())),
        new org.apache.hadoop.fs.Path(exchangeUri),
        OptionalInt.of(jobs),
        Optional.of("local[2]"),
        settings(Stream.concat(Stream.of(FRESH), Stream.of(pairs)).toArray(String[]::new)));
  }

  /** Returns a request to have the records scored by whoever serves. */
  public AgentRequest asking(Path exchange, Path keys, String output, String... pairs) {
    return asking(exchange.toUri().toString(), keys, output, pairs);
  }

  /** Returns a request to have the records scored by whoever serves. */
  public AgentRequest asking(String exchangeUri, Path keys, String output, String... pairs) {
    return new AgentRequest(
        new org.apache.hadoop.fs.Path(exchangeUri),
        keys,
        Optional.empty(),
        Optional.of(TestIdentities.modelOwner().identity()),
        RecordSource.at(hadoop(records())),
        hadoop(directory.resolve(output)),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        settings(pairs));
  }

  private ExpectedResults results() {
    return new ExpectedResults(profile.model(), plan(), values, profile.tolerance());
  }

  /**
   * Returns the results that repeating the known seed must lead to: by the id of a record, the
   * texts of the cells that follow it.
   */
  public SortedMap<Long, List<String>> expected() throws IOException {
    return results().repeated();
  }

  /** Asserts that a finished job has the results that it must have, as near as there must be. */
  public void assertScored(String output) throws IOException {
    assertScored(directory.resolve(output));
  }

  /**
   * Asserts that a finished job has the results that it must have, as near as there must be: those
   * of the known seed or, where it was served, those of the known secret and its uploads.
   */
  public void assertScored(Path output) throws IOException {
    Path state = servedState(output);
    if (Files.exists(state)) {
      try (JobSecret secret = servedSecret()) {
        results().assertIn(output, results().of(secret, seen(state)));
      }
    } else {
      results().assertIn(output, expected());
    }
  }

  /** Asserts that a finished job that was served has the results of a secret as it is stored. */
  public void assertServed(byte[] secret, String output) throws IOException {
    assertScored(secret, seen(servedState(directory.resolve(output))), output);
  }

  /** Asserts that a finished job has the results of a secret as it is stored, and its uploads. */
  public void assertScored(byte[] secret, RoundInputs inputs, String output) throws IOException {
    try (JobSecret opened = JobSecret.ofBytes(secret, RawSecretAccess.granted())) {
      results().assertIn(directory.resolve(output), results().of(opened, inputs));
    }
  }

  /** Where there is what whoever served the job in an output was asked. */
  private Path servedState(Path output) throws IOException {
    String job =
        new ObjectMapper()
            .readTree(output.resolve("_nightjar/job.json").toFile())
            .at("/job/job")
            .asText();
    return AskedUploads.of(directory.resolve("serve-state")).resolve(job);
  }

  private static RoundInputs seen(Path state) throws IOException {
    return new SeenInputs(hadoop(state), HadoopFiles.configuration(new Configuration()));
  }
}
