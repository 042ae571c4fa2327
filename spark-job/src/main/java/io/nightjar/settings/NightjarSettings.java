package io.nightjar.settings;

import io.nightjar.plan.AnswerBudget;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.protocol.PlanOptions;
import io.nightjar.protocol.Protocol;
import io.nightjar.protocol.ProtocolOption;
import io.nightjar.protocols.Protocols;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Every setting there is. */
public final class NightjarSettings {

  private static final long MEBIBYTE = 1L << 20;

  /** Filled by the declarations below, so that none can be forgotten. */
  private static final List<Setting<?>> DECLARED = new ArrayList<>();

  private static final Map<ProtocolOption, Setting<Long>> DECLARED_OWN = new LinkedHashMap<>();

  /** Bits of inputs and activations. */
  public static final Setting<Integer> PLAN_ACTIVATION_BITS =
      declare(
          "plan.activationBits",
          ValueType.wholeNumbers(2, 12),
          Integer.toString(PlanOptions.DEFAULT.activationBits()),
          "Bits of inputs and activations.");

  /** Bits of weights. */
  public static final Setting<Integer> PLAN_WEIGHT_BITS =
      declare(
          "plan.weightBits",
          ValueType.wholeNumbers(2, 16),
          Integer.toString(PlanOptions.DEFAULT.weightBits()),
          "Bits of weights, with the sign.");

  /** Where draws are cut off. */
  public static final Setting<Double> PLAN_CLIP_SIGMAS =
      declare(
          "plan.clipSigmas",
          ValueType.numbersAbove(0, 8),
          Double.toString(PlanOptions.DEFAULT.clipSigmas()),
          "Draws of a weight are cut off at so many standard deviations from its mean.");

  /** What is done to keep the model from the data owner. */
  public static final Setting<ModelPrivacy> PLAN_MODEL_PRIVACY =
      declare(
          "plan.modelPrivacy",
          ValueType.named(List.of(ModelPrivacy.values()), ModelPrivacy::text),
          PlanOptions.DEFAULT.privacy().text(),
          "What is done to keep the model from the data owner: 'none' lets it compute the drawn"
              + " weights, 'bayesian' draws for every record and hides the noise of results;"
              + " serve has no default.");

  /** How near the noise of all answers is to noise that weights have no part in. */
  public static final Setting<Integer> PLAN_STATISTICAL_BITS =
      declare(
          "plan.statisticalBits",
          ValueType.wholeNumbers(1, AnswerBudget.MOST_STATISTICAL_BITS),
          Integer.toString(PlanOptions.DEFAULT.budget().statisticalBits()),
          "Where results are hidden, the noise of all answers of ledger.budget together is within a"
              + " statistical distance of 2 to minus this power of noise that weights have no part"
              + " in.");

  static {
    declareOwn("plan");
  }

  /** Draws from the posterior. */
  public static final Setting<Integer> JOB_SAMPLES =
      declare(
          "job.samples",
          ValueType.wholeNumbers(1, PlanOptions.MAX_DRAWS),
          Integer.toString(PlanOptions.DEFAULT.draws()),
          "Draws from the posterior that each record is scored with.");

  /** The protocol. */
  public static final Setting<Protocol> JOB_PROTOCOL =
      declare(
          "job.protocol",
          ValueType.named(Protocols.all(), Protocol::name),
          Protocols.standard().name(),
          "The protocol that the two parties run: %s.".formatted(summaries()));

  /** The seed that draws follow from, for repeating a job. */
  public static final Setting<Optional<Path>> JOB_SEED_FILE =
      declare(
          "job.seedFile",
          ValueType.localPaths(),
          "",
          "A file of 32 random bytes that the draws of a new job follow from, whatever is uploaded, to"
              + " repeat a job bit for bit; empty draws a fresh secret for every job, as it should be"
              + " and in serve has to be.");

  /** Batches in a wave, or 0. */
  public static final Setting<Integer> WAVES_BATCHES =
      declare(
          "waves.batches",
          ValueType.wholeNumbers(0, 100_000),
          "0",
          "Batches in one wave; 0 chooses from the executors' cores and the plan.");

  /** Waves under way at once. */
  public static final Setting<Integer> WAVES_IN_FLIGHT =
      declare(
          "waves.inFlight",
          ValueType.wholeNumbers(1, 16),
          "2",
          "Waves under way at once, so that executors work on one while the activations of another"
              + " are computed.");

  /** Bytes of one task's output blocks. */
  public static final Setting<Long> TASK_MEMORY =
      declare(
          "task.memory",
          ValueType.byteSizes(16 * MEBIBYTE),
          "128m",
          "What the output blocks of one task may take of an executor's native memory.");

  /** Milliseconds of work in one task. */
  public static final Setting<Integer> TASK_TARGET_MILLIS =
      declare(
          "task.targetMillis",
          ValueType.wholeNumbers(10, 60_000),
          "250",
          "Work aimed at in one task, in milliseconds.");

  /** Least tasks for a core. */
  public static final Setting<Integer> TASK_PER_CORE =
      declare(
          "task.perCore",
          ValueType.wholeNumbers(1, 64),
          "2",
          "Tasks for each core at the least, where there is work enough.");

  /** Where blocks are exchanged, if not under the output. */
  public static final Setting<Optional<String>> EXCHANGE_DIR =
      declare(
          "exchange.dir",
          ValueType.locations(),
          "",
          "Where driver and executors exchange blocks when the data owner runs the driver, on any"
              + " Hadoop file system; empty means _nightjar/exchange under the output.");

  /** Whether exchange data stays. */
  public static final Setting<Boolean> EXCHANGE_KEEP =
      declare(
          "exchange.keep",
          ValueType.booleans(),
          "false",
          "Whether exchanged blocks are kept, so that one can look; otherwise they go as soon as no"
              + " interrupted job could want them to go on.");

  /** The largest block file. */
  public static final Setting<Long> EXCHANGE_MAX_BLOCK_BYTES =
      declare(
          "exchange.maxBlockBytes",
          ValueType.byteSizes(MEBIBYTE),
          "1g",
          "The largest block file that is written, or accepted from the other party.");

  /** Milliseconds between looks for manifests. */
  public static final Setting<Integer> EXCHANGE_POLL_MILLIS =
      declare(
          "exchange.pollMillis",
          ValueType.wholeNumbers(10, 600_000),
          "500",
          "Milliseconds from one look of serve and agent for new manifests to the next.");

  /** How long to wait for the other party. */
  public static final Setting<Duration> EXCHANGE_TIMEOUT =
      declare(
          "exchange.timeout",
          ValueType.durations("1s", "365d"),
          "24h",
          "How long a party waits for the other, or serve for an exchange that cannot be reached,"
              + " before it gives up.");

  /** How long to wait for the first executor. */
  public static final Setting<Duration> EXECUTORS_TIMEOUT =
      declare(
          "executors.timeout",
          ValueType.durations("1s", "365d"),
          "10m",
          "How long to wait for a cluster's first executor before anything is encrypted.");

  /** The column with the records' ids. */
  public static final Setting<String> INPUT_ID_COLUMN =
      declare(
          "input.idColumn",
          ValueType.words(),
          "id",
          "The input's column that tells records apart, of a table also several with commas between"
              + " them; the output is keyed by it.");

  /** Whether an input may have no records. */
  public static final Setting<Boolean> INPUT_MAY_BE_EMPTY =
      declare(
          "input.mayBeEmpty",
          ValueType.booleans(),
          "false",
          "Whether an input without records is no mistake: then nothing is done, and that is"
              + " success.");

  /** The output's format. */
  public static final Setting<OutputFormat> OUTPUT_FORMAT =
      declare(
          "output.format",
          ValueType.choices(OutputFormat.class),
          OutputFormat.PARQUET.text(),
          "The output's format.");

  /** The class whose probability is a record's risk. */
  public static final Setting<Optional<String>> REPORT_RISK_CLASS =
      declare(
          "report.riskClass",
          ValueType.lines(),
          "",
          "The class, by name or number, whose probability the report takes for a record's risk;"
              + " empty means the second of two classes, and none of more.");

  /** The data owner's threads, or 0. */
  public static final Setting<Integer> OWNER_THREADS =
      declare(
          "owner.threads",
          ValueType.wholeNumbers(0, 1024),
          "0",
          "Threads on which the data owner decrypts, activates and encrypts; 0 means one for each"
              + " core.");

  static {
    declareOwn("owner");
  }

  /** The limit on native memory of an executor's blocks, or 0. */
  public static final Setting<Long> NATIVE_MAX_BYTES =
      declare(
          "native.maxBytes",
          ValueType.byteSizesOrZero(16 * MEBIBYTE),
          "0",
          "Native memory that the blocks of one executor may take; 0 derives it from the"
              + " executor's heap.");

  /** What {@code serve} must not forget, if not in the home directory. */
  public static final Setting<Optional<Path>> SERVE_STATE_DIR =
      declare(
          "serve.stateDir",
          ValueType.localPaths(),
          "",
          "Directory, out of the other party's reach, where serve remembers the inputs it has"
              + " answered; empty means .nightjar/serve in the home directory.");

  /** The model owner's identity, if it is not the one in serve's own directory. */
  public static final Setting<Optional<Path>> SERVE_IDENTITY_DIR =
      declare(
          "serve.identityDir",
          ValueType.localPaths(),
          "",
          "Directory with the identity that serve signs with, made by 'nightjar identity new' and"
              + " opened with a passphrase; empty means one that serve makes in serve.stateDir.");

  /** Where a server says how it is. */
  public static final Setting<Optional<Path>> SERVE_HEALTH_DIR =
      declare(
          "serve.healthDir",
          ValueType.localPaths(),
          "",
          "Directory where serve says how it is: a file live that is written every few seconds, and"
              + " a file ready while it takes orders; empty means nowhere.");

  /** How long a server that is to end waits for its rounds. */
  public static final Setting<Duration> SERVE_DRAIN_TIMEOUT =
      declare(
          "serve.drainTimeout",
          ValueType.durations("1s", "1d"),
          "10m",
          "How long serve, when it is told to end, waits for rounds in work; what is not finished by"
              + " then is evaluated again by the next one.");

  /** The open jobs of one data owner. */
  public static final Setting<Integer> SERVE_JOBS_PER_OWNER =
      declare(
          "serve.jobsPerOwner",
          ValueType.wholeNumbers(1, 1_000_000),
          "16",
          "Jobs that one data owner may have open in serve at a time; an order beyond them is"
              + " refused.");

  /** The bytes of one data owner that are in work. */
  public static final Setting<Long> SERVE_BYTES_PER_OWNER =
      declare(
          "serve.bytesPerOwner",
          ValueType.byteSizes(1024),
          "1t",
          "Bytes of uploads that serve has in work for one data owner at a time; further rounds"
              + " wait, and a wave that alone has more is refused.");

  /** Where it is written down what was answered, if not in serve's own directory. */
  public static final Setting<Optional<String>> LEDGER_LOCATION =
      declare(
          "ledger.location",
          ValueType.ledgers(),
          "",
          "Where the model owner writes down what each data owner is answered: a JDBC URL, or a"
              + " directory on a local disk or HDFS; empty means ledger.db in serve.stateDir, for score"
              + " only with a budget or a file of owners.");

  /** How much each data owner is answered by a model; empty without a limit. */
  public static final Setting<OptionalLong> LEDGER_BUDGET =
      declare(
          "ledger.budget",
          ValueType.longsOr(1, 1_000_000_000_000_000L, "unlimited"),
          "unlimited",
          "Answers, records times draws, that each data owner may have of a lineage of models; a job"
              + " that would exceed it is refused, and serve has no default.");

  /** Which models have one budget together, if not those of one name. */
  public static final Setting<Optional<String>> LEDGER_LINEAGE =
      declare(
          "ledger.lineage",
          ValueType.names(),
          "",
          "Models of one lineage have one budget together, for example a model and the same model"
              + " trained again; empty means the name in model.json.");

  /** Whose jobs are answered; empty for anyone's. */
  public static final Setting<Optional<Path>> LEDGER_OWNERS =
      declare(
          "ledger.owners",
          ValueType.localPathsOr("anyone"),
          "anyone",
          "File with the identity of an accepted data owner in each line, behind it perhaps the"
              + " account that it counts on, and comments after #; with 'anyone', whoever makes a new"
              + " identity is a new data owner; serve has no default.");

  /** Where the passphrase of the keys can be read. */
  public static final Setting<Optional<Path>> KEYS_PASSPHRASE_FILE =
      declare(
          "keys.passphraseFile",
          ValueType.localPaths(),
          "",
          "File with the passphrase of an identity; empty means NIGHTJAR_PASSPHRASE, the"
              + " credential nightjar.passphrase, or a prompt.");

  /** Where events of OpenLineage go. */
  public static final Setting<Optional<String>> OPENLINEAGE_URL =
      declare(
          "openlineage.url",
          ValueType.locations(),
          "",
          "Where score and agent say in events of OpenLineage from which records they make which"
              + " results: a file of this machine, to whose end they are written, or the http: or"
              + " https: URL of a server; empty means nowhere.");

  /** The namespace of jobs in events of OpenLineage. */
  public static final Setting<Optional<String>> OPENLINEAGE_NAMESPACE =
      declare(
          "openlineage.namespace",
          ValueType.names(),
          "nightjar",
          "Namespace of jobs in events of OpenLineage.");

  static {
    declareOwn("");
  }

  /** All settings, as declared. */
  public static final List<Setting<?>> ALL = List.copyOf(DECLARED);

  /** The settings of options that only one protocol has. */
  public static final Map<ProtocolOption, Setting<Long>> OWN =
      Collections.unmodifiableMap(DECLARED_OWN);

  private NightjarSettings() {}

  /** Declares the protocols' own options whose keys begin with an area, if they are not yet. */
  private static void declareOwn(String area) {
    for (ProtocolOption option : Protocols.options()) {
      if (option.key().startsWith(area) && !DECLARED_OWN.containsKey(option)) {
        DECLARED_OWN.put(
            option,
            declare(
                option.key(), ValueType.of(option.values()), ValueType.text(option), option.doc()));
      }
    }
  }

  private static String summaries() {
    List<String> all =
        Protocols.all().stream()
            .map(protocol -> protocol.name() + " " + protocol.summary())
            .toList();
    int last = all.size() - 1;
    return String.join(", ", all.subList(0, last)) + ", and " + all.get(last);
  }

  private static <T> Setting<T> declare(
      String name, ValueType<T> type, String defaultText, String doc) {
    Setting<T> setting = new Setting<>(name, type, defaultText, doc);
    DECLARED.add(setting);
    return setting;
  }
}
