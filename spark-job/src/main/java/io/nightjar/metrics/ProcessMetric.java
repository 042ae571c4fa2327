package io.nightjar.metrics;

/** A number among Spark's metrics, with all that is said of it. {@code docs/metrics.md} has all. */
public enum ProcessMetric {
  /** Jobs that wait. */
  JOBS_WAITING(
      "jobsWaiting",
      Role.DRIVER,
      Kind.NOW,
      "jobs",
      "Jobs that `serve` has admitted and that wait for uploads, or for a place among the rounds in work."),
  /** Jobs in work. */
  JOBS_IN_WORK(
      "jobsInWork",
      Role.DRIVER,
      Kind.NOW,
      "jobs",
      "Jobs of which a round is evaluated; for `score` and `agent` 1 while the job runs."),
  /** Jobs that are over. */
  JOBS_DONE("jobsDone", Role.DRIVER, Kind.TOTAL, "jobs", "Jobs with all rounds evaluated."),
  /** Jobs that were refused. */
  JOBS_REFUSED(
      "jobsRefused", Role.DRIVER, Kind.TOTAL, "jobs", "Jobs that `serve` refused, or that failed."),
  /** Records of all jobs. */
  RECORDS(
      "records",
      Role.DRIVER,
      Kind.TOTAL,
      "records",
      "Records of the jobs that this process has taken up, less those that an earlier process had finished."),
  /** Records that are done. */
  RECORDS_DONE(
      "recordsDone",
      Role.DRIVER,
      Kind.TOTAL,
      "records",
      "Those of them that are through: predicted, or for `serve` evaluated in their last round."),
  /** The wave of the last round. */
  WAVE(
      "wave",
      Role.DRIVER,
      Kind.NOW,
      "number, from 1",
      "The wave of which a round was evaluated last."),
  /** The waves of its job. */
  WAVES("waves", Role.DRIVER, Kind.NOW, "waves", "The waves of that wave's job."),
  /** The last round. */
  ROUND("round", Role.DRIVER, Kind.NOW, "number, from 1", "The round that was evaluated last."),
  /** The rounds of its job. */
  ROUNDS("rounds", Role.DRIVER, Kind.NOW, "rounds", "The rounds of that round's plan."),
  /** All rounds of all waves. */
  ROUNDS_DONE(
      "roundsDone",
      Role.DRIVER,
      Kind.TOTAL,
      "rounds",
      "Rounds that were evaluated, of all waves and jobs."),
  /** How near a result came to being wrong. */
  LEAST_MARGIN_BITS(
      "leastMarginBits",
      Role.DRIVER,
      Kind.NOW,
      "bits",
      "The least noise margin of all results that were decrypted, rounded down to half a bit as in the report. It is there when a job of `score` or `agent` has ended, and NaN before."),
  /** Batches with results that no honest evaluation gives. */
  BATCHES_POISONED(
      "batchesPoisoned",
      Role.DRIVER,
      Kind.TOTAL,
      "batches",
      "Batches for which a result came that no honest evaluation gives, so that the job's results are withheld. It is there when a job of `score` or `agent` has ended."),
  /** What is left of the budget. */
  ANSWERS_LEFT(
      "answersLeft",
      Role.DRIVER,
      Kind.NOW,
      "answers",
      "What is left of the ledger's budget to the data owner whose job was admitted last; NaN without a budget."),
  /** Bytes of blocks that all processes of the application have read. */
  EXCHANGE_BYTES_READ(
      "exchangeBytesRead",
      Role.DRIVER,
      Kind.TOTAL,
      "bytes",
      "Blocks that the application has read from the exchange: its executors' tasks as they end, and the data owner in `score` and `agent`."),
  /** Bytes of blocks that all processes of the application have written. */
  EXCHANGE_BYTES_WRITTEN(
      "exchangeBytesWritten",
      Role.DRIVER,
      Kind.TOTAL,
      "bytes",
      "Blocks that the application has written to the exchange, likewise."),
  /** Results of one draw that all executors have computed. */
  EVALUATIONS(
      "evaluations",
      Role.DRIVER,
      Kind.TOTAL,
      "evaluations",
      "Blocks of results that executors have computed, all together, counted as tasks end."),
  /** Time that all executors have computed. */
  NATIVE_MILLIS(
      "nativeMillis",
      Role.DRIVER,
      Kind.TOTAL,
      "ms",
      "Processor time of executors in the native code that evaluates and hides results, all together, counted as tasks end."),
  /** Results of one draw that this executor has computed. */
  EXECUTOR_EVALUATIONS(
      "executorEvaluations",
      Role.EXECUTOR,
      Kind.TOTAL,
      "evaluations",
      "Blocks of results that this executor has computed."),
  /** Time that this executor has computed. */
  EXECUTOR_NATIVE_MILLIS(
      "executorNativeMillis",
      Role.EXECUTOR,
      Kind.TOTAL,
      "ms",
      "Processor time of this executor in the native code that evaluates and hides results."),
  /** Bytes of blocks that this executor has read. */
  EXECUTOR_BYTES_READ(
      "executorBytesRead",
      Role.EXECUTOR,
      Kind.TOTAL,
      "bytes",
      "Blocks that this executor has read from the exchange."),
  /** Bytes of blocks that this executor has written. */
  EXECUTOR_BYTES_WRITTEN(
      "executorBytesWritten",
      Role.EXECUTOR,
      Kind.TOTAL,
      "bytes",
      "Blocks that this executor has written to the exchange."),
  /** Memory of blocks outside the heap. */
  NATIVE_BLOCK_BYTES(
      "nativeBlockBytes",
      Role.EXECUTOR,
      Kind.NOW,
      "bytes",
      "Memory outside the Java heap that blocks take in this executor."),
  /** The most memory of blocks outside the heap. */
  NATIVE_BLOCK_BYTES_PEAK(
      "nativeBlockBytesPeak", Role.EXECUTOR, Kind.NOW, "bytes", "The most that it was."),
  /** Objects of native code. */
  NATIVE_HANDLES(
      "nativeHandles",
      Role.EXECUTOR,
      Kind.NOW,
      "objects",
      "Objects of native code that are open in this executor."),
  /** Contexts of native code. */
  NATIVE_CONTEXTS(
      "nativeContexts",
      Role.EXECUTOR,
      Kind.NOW,
      "contexts",
      "What this executor has opened once for all its tasks, such as contexts of SEAL.");

  /** Which process of a Spark application shows a metric. */
  public enum Role {
    /** The one that runs the command. */
    DRIVER,
    /** One that runs tasks; in local mode it is the driver too. */
    EXECUTOR
  }

  /** How a number goes on. */
  public enum Kind {
    /** It is as it is at the moment. */
    NOW,
    /** It only grows, from 0 when the process was started. */
    TOTAL
  }

  private final String key;
  private final Role role;
  private final Kind kind;
  private final String unit;
  private final String help;

  ProcessMetric(String key, Role role, Kind kind, String unit, String help) {
    this.key = key;
    this.role = role;
    this.kind = kind;
    this.unit = unit;
    this.help = help;
  }

  /** Returns its name below that of the plugin which shows it. */
  public String key() {
    return key;
  }

  /** Returns which process shows it. */
  public Role role() {
    return role;
  }

  /** Returns how it goes on. */
  public Kind kind() {
    return kind;
  }

  /** Returns what it counts. */
  public String unit() {
    return unit;
  }

  /** Returns what it is, in Markdown. */
  public String help() {
    return help;
  }
}
