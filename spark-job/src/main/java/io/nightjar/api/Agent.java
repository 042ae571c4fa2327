package io.nightjar.api;

import io.nightjar.exchange.HadoopFiles;
import io.nightjar.identity.Identity;
import io.nightjar.job.AgentJob;
import io.nightjar.job.AgentRequest;
import io.nightjar.job.JobProgress;
import io.nightjar.job.JobRefusedException;
import io.nightjar.job.Passphrases;
import io.nightjar.job.ScoreResult;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.SettingSource;
import io.nightjar.settings.Settings;
import io.nightjar.tables.RecordSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A data owner who has the records of a dataset scored by a model owner, who is met only in an
 * exchange directory. It does not change: each of its methods with a choice returns another agent.
 *
 * <pre>{@code
 * Scores scores =
 *     Agent.of(Path.of("plan.json"), Path.of("keys"), "hdfs:///exchange")
 *         .modelOwner("ed25519:...")
 *         .id("patient")
 *         .output("hdfs:///scored/2026-02-03")
 *         .score(patients);
 * Dataset<Row> joined = patients.join(scores.results(), "patient");
 * }</pre>
 *
 * <p><b>A call is a job.</b> {@link #score} orders at most one, and returns when its results are
 * there. The output is what tells jobs apart: the same call again with the same output goes on with
 * a job that was interrupted, finds one that was finished, and orders nothing; with another output
 * it is another job, which the model owner counts again.
 *
 * <p><b>Records</b> are read, checked and staged by the Spark session that the dataset is of. Who
 * started that session has decided that its driver and its executors may see them in the clear: it
 * must be a Spark that the data owner trusts, with {@code spark.io.encryption.enabled}. Nothing of
 * theirs goes to the model owner but ciphertexts. On a cluster the executors do all of the data
 * owner's work, as with {@code agent --master}: they read the directory of the keys and the output
 * themselves, and have the passphrase from a file or a credential provider. Such a session has to
 * have {@code spark.plugins=io.nightjar.cluster.OwnerPlugin}, by which executors close keys when
 * their work is done and log nothing of what is in rows, and its processes have to know each other
 * ({@code spark.authenticate}) and encrypt what they say ({@code spark.network.crypto.enabled}).
 */
public final class Agent {

  private static final int MOST_REPORT_BYTES = 1 << 26;
  private static final String HADOOP = "spark.hadoop.";
  private static final String RESULTS = "parquet";

  /** The calls in this process that are at work, by their outputs. */
  private static final Map<Path, Call> BUSY = new ConcurrentHashMap<>();

  /** A call that is at work: who is, and for which output, as it was given. */
  private record Call(Thread thread, Optional<String> output) {}

  private final java.nio.file.Path plan;
  private final java.nio.file.Path keys;
  private final String exchange;
  private final Choices choices;

  /**
   * What can be chosen.
   *
   * @param modelOwner whose results are taken; anyone's, if that is empty inside
   */
  private record Choices(
      Optional<Optional<Identity>> modelOwner,
      Optional<String> output,
      List<String> ids,
      Optional<String> name,
      Map<String, String> settings) {}

  private Agent(
      java.nio.file.Path plan, java.nio.file.Path keys, String exchange, Choices choices) {
    this.plan = plan;
    this.keys = keys;
    this.exchange = exchange;
    this.choices = choices;
  }

  /**
   * Returns an agent.
   *
   * @param plan the file of the plan that was agreed on; any other is refused
   * @param keys the directory of the data owner's identity
   * @param exchange the directory where the model owner is met, on any Hadoop file system
   */
  public static Agent of(java.nio.file.Path plan, java.nio.file.Path keys, String exchange) {
    return new Agent(
        plan,
        keys,
        exchange,
        new Choices(Optional.empty(), Optional.empty(), List.of(), Optional.empty(), Map.of()));
  }

  private Agent with(Choices others) {
    return new Agent(plan, keys, exchange, others);
  }

  /**
   * Takes the plan and the results of one model owner.
   *
   * @param fingerprint its identity, as it told it, not by way of the exchange
   * @throws JobRefusedException if it is none
   */
  public Agent modelOwner(String fingerprint) {
    try {
      return from(Optional.of(Identity.parse(fingerprint)));
    } catch (IllegalArgumentException e) {
      throw new JobRefusedException("The model owner: " + e.getMessage(), e);
    }
  }

  /** Takes the plan and the results of anyone who may write to the exchange. */
  public Agent anyModelOwner() {
    return from(Optional.empty());
  }

  private Agent from(Optional<Identity> modelOwner) {
    return with(
        new Choices(
            Optional.of(modelOwner), choices.output, choices.ids, choices.name, choices.settings));
  }

  /** Says where results go: a directory of the job's own, on any Hadoop file system. */
  public Agent output(String directory) {
    return with(
        new Choices(
            choices.modelOwner,
            Optional.of(directory),
            choices.ids,
            choices.name,
            choices.settings));
  }

  /**
   * Says which columns tell records apart; without it, that is {@code id}.
   *
   * @throws JobRefusedException if a name has a comma, which settings cannot hold
   */
  public Agent id(String... columns) {
    for (String column : columns) {
      if (column.contains(",")) {
        throw new JobRefusedException("The name of an id column must have no comma: rename it");
      }
    }
    return with(
        new Choices(
            choices.modelOwner, choices.output, List.of(columns), choices.name, choices.settings));
  }

  /**
   * Names the dataset. An interrupted job goes on with the records that it began with, if a dataset
   * of the same name is given, whatever is in it by now. Without a name, the dataset is evaluated
   * again and refused if it gives others, which one does that is random or whose source changes.
   */
  public Agent named(String name) {
    return with(
        new Choices(
            choices.modelOwner, choices.output, choices.ids, Optional.of(name), choices.settings));
  }

  /**
   * Sets one of Nightjar's settings, over those of the session, or one of Spark's for file systems
   * ({@code spark.hadoop.*}). No secret is a setting.
   */
  public Agent with(String key, String value) {
    Map<String, String> settings = new HashMap<>(choices.settings);
    settings.put(key, value);
    return with(
        new Choices(
            choices.modelOwner, choices.output, choices.ids, choices.name, Map.copyOf(settings)));
  }

  /**
   * Has the records of a dataset scored, and returns when their results are there. The passphrase
   * of the keys comes from where commands have it from: the file that {@code
   * spark.nightjar.keys.passphraseFile} names, the environment, a credential provider of Hadoop's,
   * or a prompt.
   *
   * @throws io.nightjar.records.InvalidInputException if a record is bad or there twice, or the
   *     session is none that may see them; nothing is ordered then
   * @throws JobRefusedException if it cannot be done as it was asked for
   * @throws io.nightjar.protocol.ProtocolException if the model owner refuses it, or offers another
   *     plan
   * @throws io.nightjar.job.ResultsWithheldException if decryption showed that results are not the
   *     plan's
   * @throws IOException if something fails that may not fail the next time
   */
  public Scores score(Dataset<Row> records) throws IOException, InterruptedException {
    return score(records, Passphrases.ofThisProcess());
  }

  /**
   * Has the records of a dataset scored, as {@link #score(Dataset)} does.
   *
   * @param passphrase the passphrase of the keys, which is wiped before this returns
   */
  public Scores score(Dataset<Row> records, char[] passphrase)
      throws IOException, InterruptedException {
    try {
      return score(records, Passphrases.of(passphrase));
    } finally {
      Arrays.fill(passphrase, ' ');
    }
  }

  /**
   * Interrupts the call of {@code score} in this process that is at work for this agent's output,
   * if there is one. It ends with an {@code InterruptedException}, and its job can go on.
   */
  public void interrupt() {
    BUSY.forEach(
        (output, call) -> {
          if (call.output().equals(choices.output)) {
            call.thread().interrupt();
          }
        });
  }

  private Scores score(Dataset<Row> records, Passphrases passphrases)
      throws IOException, InterruptedException {
    AgentRequest request = request(records);
    SparkSession session = records.sparkSession();
    Configuration configuration = session.sparkContext().hadoopConfiguration();
    Path output = request.output().getFileSystem(configuration).makeQualified(request.output());
    if (BUSY.putIfAbsent(output, new Call(Thread.currentThread(), choices.output)) != null) {
      throw new JobRefusedException(
          "A job for the output %s is running in this process: wait for its end".formatted(output));
    }
    try {
      ScoreResult result = AgentJob.run(request, passphrases, JobProgress.NONE);
      return new Scores(
          results(session, output, request.settings()),
          report(output, configuration),
          output.toString(),
          result.before());
    } finally {
      BUSY.remove(output);
    }
  }

  private AgentRequest request(Dataset<Row> records) {
    Optional<Identity> modelOwner =
        choices.modelOwner.orElseThrow(
            () -> missing("whose results are taken", "modelOwner, or anyModelOwner"));
    String output = choices.output.orElseThrow(() -> missing("where results go", "output"));
    return new AgentRequest(
        location("exchange", exchange),
        keys,
        Optional.of(plan),
        modelOwner,
        new RecordSource.Rows(records, choices.name),
        location("output", output),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        settings(records.sparkSession()));
  }

  private static JobRefusedException missing(String what, String method) {
    return new JobRefusedException("Nobody has said %s: call %s".formatted(what, method));
  }

  private static Path location(String what, String text) {
    try {
      return new Path(text);
    } catch (IllegalArgumentException e) {
      throw new JobRefusedException(
          "The %s must be a path or a URI, not '%s'".formatted(what, text), e);
    }
  }

  private Settings settings(SparkSession session) {
    Map<String, String> conf = CollectionConverters.asJava(session.conf().getAll());
    Map<String, String> own = new HashMap<>();
    conf.forEach(
        (key, value) -> {
          if (key.startsWith(HADOOP)) {
            own.put(key, value);
          }
        });
    own.putAll(choices.settings);
    if (!choices.ids.isEmpty()) {
      own.put(NightjarSettings.INPUT_ID_COLUMN.key(), String.join(",", choices.ids));
    }
    SettingSource given = SettingSource.sparkConf(conf);
    Settings settings = Settings.resolve(List.of(given, SettingSource.program(own)));
    if (settings.isSet(NightjarSettings.OUTPUT_FORMAT)
        && !settings.text(NightjarSettings.OUTPUT_FORMAT).equalsIgnoreCase(RESULTS)) {
      throw new JobRefusedException(
          "The results of a program are %s, which keeps the types of ids: leave %s out"
              .formatted(RESULTS, NightjarSettings.OUTPUT_FORMAT.key()));
    }
    own.put(NightjarSettings.OUTPUT_FORMAT.key(), RESULTS);
    return Settings.resolve(List.of(given, SettingSource.program(own)));
  }

  /** Returns the results, in which a single id has the name that it has in the records. */
  private static Dataset<Row> results(SparkSession session, Path output, Settings settings) {
    Dataset<Row> results = session.read().parquet(output.toString());
    String id = settings.get(NightjarSettings.INPUT_ID_COLUMN);
    return id.contains(",") ? results : results.withColumnRenamed(results.columns()[0], id);
  }

  private static String report(Path output, Configuration configuration) throws IOException {
    Path file = new Path(new Path(output, "_report"), "report.json");
    return HadoopFiles.read(output.getFileSystem(configuration), file, MOST_REPORT_BYTES)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .orElseThrow(() -> new IOException("There is no report in %s".formatted(file)));
  }
}
