package io.nightjar.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.nightjar.crypto.natives.NativeMemory;
import io.nightjar.crypto.natives.StageTimes;
import io.nightjar.job.PlanSettings;
import io.nightjar.keys.OwnerSecret;
import io.nightjar.naive.NaiveProgram;
import io.nightjar.naive.Timing;
import io.nightjar.plan.Plan;
import io.nightjar.protocols.Protocols;
import io.nightjar.settings.Settings;
import io.nightjar.spark.ModelFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.apache.hadoop.conf.Configuration;

/**
 * Scores random images with a model, in whole jobs in this process, beside the naive program.
 *
 * <p>Jobs with each number of threads and the naive program take turns, round by round, so that
 * whatever else the machine does falls on all of them.
 */
public final class EndToEndBench {

  /** Over all rounds of the benchmark, for each round of the plan. */
  private static final double LINEAR_NANOS = 1e9;

  /** How long keys are generated for, all in all. */
  private static final double KEY_NANOS = 5e8;

  /** Not figures of the job's own report, which it ends with. */
  private static final String JOB_SECONDS = "jobSeconds";

  private static final String STAGES = "stages";

  private final org.apache.hadoop.fs.Path directory;
  private final ModelFiles model;
  private final Plan plan;
  private final long records;
  private final int warmUpSeconds;
  private final List<Setup> setups;
  private final Consumer<String> notes;
  private String naiveProgram = "";

  /** How a job runs: on so many threads, with these settings. */
  public record Setup(int threads, Settings settings) {}

  /**
   * One line of output; the names are a contract with whoever reads the JSON. What is called naive
   * SEAL is the naive program of the plan's protocol: for 2p-dnn it is GMP's. Records per second
   * are those of the rounds; {@code jobSeconds} is the whole job, with all that comes before and
   * after them. The ratio to bayhenn is that of the same model, samples, privacy and threads, if it
   * was measured before.
   */
  public record Result(
      String model,
      int samples,
      String protocol,
      String modelPrivacy,
      int threads,
      long records,
      double recordsPerSecond,
      double naiveSealRecordsPerSecond,
      boolean naiveSealLinearScaled,
      double ratioToNaiveSeal,
      double speedup,
      Map<String, Double> phases,
      Map<String, Double> exchange,
      double sparkShare,
      double jobSeconds,
      double bytesUpPerRecord,
      double bytesDownPerRecord,
      double keyGenerationSeconds,
      long keyBytes,
      long peakExecutorBytes,
      NaiveProgram.Seconds naivePhases,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Double> independentDraws,
      @JsonInclude(JsonInclude.Include.NON_DEFAULT) double ratioToBayhenn) {

    /** Returns the result beside bayhenn's of the same run. */
    Result besideBayhenn(double bayhennRecordsPerSecond) {
      return new Result(
          model,
          samples,
          protocol,
          modelPrivacy,
          threads,
          records,
          recordsPerSecond,
          naiveSealRecordsPerSecond,
          naiveSealLinearScaled,
          ratioToNaiveSeal,
          speedup,
          phases,
          exchange,
          sparkShare,
          jobSeconds,
          bytesUpPerRecord,
          bytesDownPerRecord,
          keyGenerationSeconds,
          keyBytes,
          peakExecutorBytes,
          naivePhases,
          independentDraws,
          recordsPerSecond / bayhennRecordsPerSecond);
    }
  }

  private EndToEndBench(
      org.apache.hadoop.fs.Path directory,
      ModelFiles model,
      Plan plan,
      long records,
      int warmUpSeconds,
      List<Setup> setups,
      Consumer<String> notes) {
    this.directory = directory;
    this.model = model;
    this.plan = plan;
    this.records = records;
    this.warmUpSeconds = warmUpSeconds;
    this.setups = List.copyOf(setups);
    this.notes = notes;
  }

  /**
   * Reads and plans a model.
   *
   * @param records that a job scores; without a number, those of {@code batches} full batches
   * @param warmUpSeconds how long jobs run before any counts; the compiler has to meet everything
   * @param setups at least one; they agree on what the plan depends on
   * @param notes hears of progress
   */
  public static EndToEndBench of(
      String directory,
      Optional<Long> records,
      int batches,
      int warmUpSeconds,
      List<Setup> setups,
      Consumer<String> notes)
      throws IOException {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(directory);
    ModelFiles model = ModelFiles.read(path, new Configuration());
    Plan plan = PlanSettings.explain(model.model(), setups.get(0).settings());
    long count = records.orElse((long) batches * plan.batchSize());
    return new EndToEndBench(path, model, plan, count, warmUpSeconds, setups, notes);
  }

  /** Returns what the naive program is; empty before anything was measured. */
  public String naiveProgram() {
    return naiveProgram;
  }

  /** Measures, and returns one result for each setup. */
  public List<Result> measure(int rounds) throws IOException, InterruptedException {
    try (TemporaryDirectory directory = TemporaryDirectory.create("nightjar-bench")) {
      note("writing %,d random images".formatted(records));
      Path images = directory.path().resolve("images.idx");
      RandomImages.write(images, records, plan.input().shape().size());
      note("warming up");
      long start = System.nanoTime();
      do {
        score(setups.get(0), images);
      } while (System.nanoTime() - start < warmUpSeconds * 1e9);
      NaiveProgram program = Protocols.of(plan).naiveProgram(model.model(), plan);
      naiveProgram = program.description();
      List<List<Map<String, Object>>> reports = new ArrayList<>();
      List<List<NaiveProgram.Seconds>> naive = new ArrayList<>();
      for (int i = 0; i < setups.size(); i++) {
        reports.add(new ArrayList<>());
        naive.add(new ArrayList<>());
      }
      for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < setups.size(); i++) {
          Map<String, Object> report = score(setups.get(i), images);
          reports.get(i).add(report);
          note(
              "round %d of %d, threads %d: %,.0f records/s"
                  .formatted(
                      round + 1,
                      rounds,
                      setups.get(i).threads(),
                      number(report, "recordsPerSecond")));
          int threads = setups.get(i).threads();
          naive
              .get(i)
              .add(program.perBatch(threads, LINEAR_NANOS / rounds).times((double) batches()));
          note(
              "round %d of %d, naive program, threads %d: %,.1f records/s"
                  .formatted(
                      round + 1,
                      rounds,
                      threads,
                      records / naive.get(i).get(round).total() * threads));
        }
      }
      return results(program, reports, naive);
    }
  }

  private Map<String, Object> score(Setup setup, Path images)
      throws IOException, InterruptedException {
    NativeMemory.resetPeak();
    StageTimes.reset();
    TimedJob job = TimedJob.of(directory, images, setup.threads(), setup.settings());
    Map<String, Object> report = new LinkedHashMap<>(job.report());
    report.put(JOB_SECONDS, job.seconds());
    report.put(STAGES, StageTimes.seconds());
    return report;
  }

  /** The last of them may not be full. */
  private long batches() {
    return (records + plan.batchSize() - 1) / plan.batchSize();
  }

  /** Of the data owner's key pair and what executors need of it, as the median of a few. */
  private double keyGenerationSeconds() {
    double nanos =
        Timing.repeat(
            KEY_NANOS,
            () ->
                Timing.nanos(
                    () -> {
                      try (OwnerSecret key = Protocols.of(plan).keys(plan).draw()) {
                        key.publicKey();
                      }
                    }));
    return nanos / 1e9;
  }

  private List<Result> results(
      NaiveProgram program,
      List<List<Map<String, Object>>> reports,
      List<List<NaiveProgram.Seconds>> naiveRuns) {
    List<Result> results = new ArrayList<>();
    double keyGeneration = keyGenerationSeconds();
    for (int i = 0; i < setups.size(); i++) {
      int threads = setups.get(i).threads();
      List<Map<String, Object>> runs = reports.get(i);
      double fast = median(runs, report -> number(report, "recordsPerSecond"));
      NaiveProgram.Seconds naive = NaiveProgram.Seconds.medians(naiveRuns.get(i));
      double slow = records / naive.total() * threads;
      results.add(
          new Result(
              plan.model(),
              plan.draws(),
              plan.protocol(),
              plan.privacy().text(),
              threads,
              records,
              fast,
              slow,
              true,
              fast / slow,
              fast / (results.isEmpty() ? fast : results.get(0).recordsPerSecond()),
              phases(runs),
              exchange(runs),
              median(runs, EndToEndBench::sparkShare),
              median(runs, report -> number(report, JOB_SECONDS)),
              median(runs, report -> number(report, "bytesUpPerRecord")),
              median(runs, report -> number(report, "bytesDownPerRecord")),
              keyGeneration,
              plan.sheet().keyBytes(),
              (long) median(runs, report -> number(report, "peakExecutorBytes")),
              naive,
              independentDraws(program, phases(runs)),
              0));
    }
    return results;
  }

  /** Returns what it would take if no row shared its draws, where weights are drawn for records. */
  private Map<String, Double> independentDraws(NaiveProgram program, Map<String, Double> phases) {
    OptionalDouble independent = program.secondsWithIndependentDraws();
    if (independent.isEmpty()) {
      return Map.of();
    }
    double ours = (phases.get("draw") + phases.get("linear")) / batches();
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("secondsPerBatch", independent.getAsDouble());
    figures.put("ownSecondsPerBatch", ours);
    figures.put("ratio", independent.getAsDouble() / ours);
    return figures;
  }

  private static Map<String, Double> phases(List<Map<String, Object>> runs) {
    Map<String, Double> medians = new LinkedHashMap<>();
    for (String phase : phases(runs.get(0)).keySet()) {
      medians.put(phase, median(runs, report -> number(phases(report), phase)));
    }
    return medians;
  }

  /**
   * Returns what the exchange consists of, both parties together, and what that is for each byte
   * that goes either way. What no stage counts is copying: from stream to stream, and to files.
   */
  private Map<String, Double> exchange(List<Map<String, Object>> runs) {
    Map<String, Double> parts = new LinkedHashMap<>();
    double copying = phases(runs).get("exchange");
    for (StageTimes.Stage stage : StageTimes.Stage.values()) {
      double seconds =
          median(
              runs, report -> ((Number) ((Map<?, ?>) report.get(STAGES)).get(stage)).doubleValue());
      parts.put(stage.name().toLowerCase(Locale.ROOT), seconds);
      copying -= seconds;
    }
    parts.put("copying", Math.max(0, copying));
    double bytes =
        records
            * median(
                runs,
                report ->
                    number(report, "bytesUpPerRecord") + number(report, "bytesDownPerRecord"));
    parts.put("nanosPerByte", 1e9 * phases(runs).get("exchange") / bytes);
    return parts;
  }

  /** What of the cores' time went to nothing that the job measures. */
  private static double sparkShare(Map<String, Object> report) {
    return number(phases(report), "spark")
        / (number(report, "cores") * number(report, "wallSeconds"));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> phases(Map<String, Object> report) {
    return (Map<String, Object>) report.get("phases");
  }

  private static double number(Map<String, Object> report, String key) {
    return ((Number) report.get(key)).doubleValue();
  }

  private static double median(
      List<Map<String, Object>> runs, ToDoubleFunction<Map<String, Object>> figure) {
    return Timing.median(runs.stream().mapToDouble(figure).toArray());
  }

  private void note(String text) {
    notes.accept(
        "%s, S = %d, model privacy %s: %s"
            .formatted(plan.model(), plan.draws(), plan.privacy().text(), text));
  }
}
