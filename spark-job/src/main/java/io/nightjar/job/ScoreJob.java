package io.nightjar.job;

import io.nightjar.crypto.HeContext;
import io.nightjar.crypto.SecretKey;
import io.nightjar.draw.JobSecret;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.JobExchange;
import io.nightjar.exchange.Wave;
import io.nightjar.model.Task;
import io.nightjar.owner.OwnerEngine;
import io.nightjar.owner.OwnerListener;
import io.nightjar.owner.ResultStore;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDigest;
import io.nightjar.plan.Planner;
import io.nightjar.protocol.DataOwner;
import io.nightjar.protocol.Draws;
import io.nightjar.protocol.Predictions;
import io.nightjar.records.Labels;
import io.nightjar.records.RecordCensus;
import io.nightjar.records.RecordId;
import io.nightjar.records.RecordInput;
import io.nightjar.records.RecordOptions;
import io.nightjar.records.ResultFormat;
import io.nightjar.reference.FloatEvaluator;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
import io.nightjar.spark.BroadcastModel;
import io.nightjar.spark.InputLedger;
import io.nightjar.spark.ModelFiles;
import io.nightjar.spark.RoundRunner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job in which the data owner runs the driver: everything from records to results.
 *
 * <p>Run again with the same request, an interrupted job goes on where it was and a finished one
 * does nothing. With keys from a directory it goes on from the last committed round of every wave;
 * with a key of its own, which is gone, from the last finished wave. Its results are the same bit
 * for bit, because its secret is kept.
 */
public final class ScoreJob {

  private static final Logger LOG = LoggerFactory.getLogger(ScoreJob.class);

  private final ScoreRequest request;
  private final Settings settings;
  private final Configuration configuration;
  private final JobProgress progress;

  private ScoreJob(ScoreRequest request, JobProgress progress) {
    this.request = request;
    this.settings = request.settings();
    this.configuration = HadoopFiles.configuration(HadoopConfigurations.of(settings));
    this.progress = progress;
  }

  /**
   * Does a job.
   *
   * @throws JobRefusedException if it cannot be done as it was asked for
   */
  public static ScoreResult run(ScoreRequest request, JobProgress progress)
      throws IOException, InterruptedException {
    return new ScoreJob(request, progress).run();
  }

  private ScoreResult run() throws IOException, InterruptedException {
    ModelFiles model = ModelFiles.read(request.model(), configuration);
    Plan plan = Planner.plan(model.model(), PlanSettings.options(settings));
    RecordInput input =
        RecordInput.open(
            configuration,
            request.input(),
            plan.input(),
            new RecordOptions(settings.get(NightjarSettings.INPUT_ID_COLUMN), request.limit()));
    RecordCensus census = input.census();
    if (census.records() == 0) {
      throw new JobRefusedException("The input %s has no records".formatted(request.input()));
    }
    OutputDirectory output = new OutputDirectory(request.output(), configuration);
    String fingerprint =
        Fingerprint.of(
            plan, census, format(), "score %s %s".formatted(model.digest(), keysDigest()));
    Optional<OutputDirectory.State> before = output.find(fingerprint);
    if (before.isPresent() && output.isPublished()) {
      LOG.info("Nothing to do: {} has the results of this job", output.path());
      tidyUp(output, before.get().job()); // an earlier process may have died before it could
      return new ScoreResult(plan, true, Map.of());
    }
    try (HeContext context = HeContext.open(plan.parameters());
        SecretKey key = key(context);
        JobSecret secret = before.isPresent() ? output.secret() : JobSecrets.draw(settings);
        JavaSparkContext spark =
            SparkContexts.open("nightjar score " + plan.model(), request.master(), settings)) {
      JobDescription job = before.isPresent() ? before.get().job() : describe(plan, census, spark);
      if (before.isEmpty()) {
        output.begin(new OutputDirectory.State(fingerprint, job), secret);
      }
      return run(model, plan, input, census, output, context, key, secret, spark, job);
    }
  }

  private ScoreResult run(
      ModelFiles model,
      Plan plan,
      RecordInput input,
      RecordCensus census,
      OutputDirectory output,
      HeContext context,
      SecretKey key,
      JobSecret secret,
      JavaSparkContext spark,
      JobDescription job)
      throws IOException, InterruptedException {
    requireReachable(spark);
    Path directory = jobDirectory(output, job.job());
    JobExchange exchange = JobExchange.of(directory, configuration, job);
    InputLedger ledger = new InputLedger(output.ledger(job.job()), configuration);
    ResultStore results =
        new ResultStore(
            output.path(), output.own(), configuration, format(), census.idType(), plan);
    List<Wave> open = new ArrayList<>();
    for (Wave wave : job.waves()) {
      if (!results.has(wave.index())) {
        open.add(wave);
        if (request.keys().isEmpty()) { // what an earlier process uploaded nobody can decrypt
          exchange.removeWave(wave.index());
          ledger.forget(wave.index());
        }
      }
    }
    DataOwner owner = new DataOwner(job.job(), plan, context, key);
    JobFigures figures = new JobFigures(plan, census.records());
    Optional<Evaluation> evaluation = evaluation(plan, input);
    progress.begin(plan, job, open);
    try (OwnerEngine engine =
            new OwnerEngine(
                owner,
                input,
                exchange,
                results,
                OwnerSettings.of(settings),
                evaluated(evaluation));
        RoundRunner rounds =
            new RoundRunner(
                spark,
                exchange,
                directory,
                plan,
                BroadcastModel.of(job.job(), plan, model, secret),
                TaskSettings.of(settings))) {
      RoundLoop loop =
          new RoundLoop(plan, new InDriverActivation(engine), ledger, rounds, progress);
      WavePipeline.run(
          open,
          settings.get(NightjarSettings.WAVES_IN_FLIGHT),
          wave -> {
            loop.run(wave);
            if (!settings.get(NightjarSettings.EXCHANGE_KEEP)) {
              exchange.removeWave(wave.index());
            }
          });
      figures.finish(open, job, owner, engine, rounds, spark.defaultParallelism());
    } finally {
      progress.end();
    }
    Map<String, Object> report = figures.report();
    if (evaluation.isPresent() && !open.isEmpty()) {
      Draws draws = new Draws(model.model(), plan, secret);
      FloatEvaluator unquantised = new FloatEvaluator(model.model(), plan, draws);
      evaluation.get().report(report);
      evaluation.get().reportReferences(report, plan, job, draws, unquantised, input);
    }
    output.writeReport("report.json", JobFigures.json(report));
    results.publish(job.waves());
    tidyUp(output, job);
    return new ScoreResult(plan, false, report);
  }

  /** Removes what only an unfinished job needs. */
  private void tidyUp(OutputDirectory output, JobDescription job) throws IOException {
    if (!settings.get(NightjarSettings.EXCHANGE_KEEP)) {
      JobExchange.of(jobDirectory(output, job.job()), configuration, job).remove();
    }
    output.forget(job.job());
  }

  private Optional<Evaluation> evaluation(Plan plan, RecordInput input) throws IOException {
    if (request.labels().isEmpty()) {
      return Optional.empty();
    }
    if (plan.task() != Task.CLASSIFICATION) {
      throw new JobRefusedException("Labels are for classifications; this model is none");
    }
    return Optional.of(
        new Evaluation(
            Labels.read(
                configuration, request.labels().get(), input, plan.classes(), plan.outputs())));
  }

  /** Progress goes on as it is; predictions are also compared with labels. */
  private OwnerListener evaluated(Optional<Evaluation> evaluation) {
    if (evaluation.isEmpty()) {
      return progress;
    }
    return new OwnerListener() {
      @Override
      public void predicted(long firstRecord, List<RecordId> ids, Predictions predictions) {
        evaluation.get().add(firstRecord, predictions);
        progress.predicted(firstRecord, ids, predictions);
      }
    };
  }

  private SecretKey key(HeContext context) throws IOException {
    if (request.keys().isEmpty()) {
      return SecretKey.generate(context);
    }
    try (Passphrase passphrase = Passphrase.get(settings, false)) {
      return KeyDirectory.open(request.keys().get(), context, passphrase.characters());
    }
  }

  /** Another key cannot go on with what this one began. */
  private String keysDigest() throws IOException {
    return request.keys().isPresent() ? KeyDirectory.digest(request.keys().get()) : "";
  }

  private JobDescription describe(Plan plan, RecordCensus census, JavaSparkContext spark) {
    long batches = (census.records() - 1) / plan.batchSize() + 1;
    int perWave = settings.get(NightjarSettings.WAVES_BATCHES);
    if (perWave == 0) {
      perWave = WaveSizes.choose(batches, spark.defaultParallelism(), inFlight());
    }
    return JobDescription.of(
        UUID.randomUUID(), PlanDigest.of(plan).hex(), census.records(), plan.batchSize(), perWave);
  }

  private int inFlight() {
    return settings.get(NightjarSettings.WAVES_IN_FLIGHT);
  }

  /**
   * Where the blocks go. Executors on other machines must be able to reach it, but not the output
   * with its results in the clear.
   */
  private Path jobDirectory(OutputDirectory output, UUID job) throws IOException {
    Optional<String> root = settings.get(NightjarSettings.EXCHANGE_DIR);
    Path exchange = root.map(Path::new).orElse(new Path(output.own(), "exchange"));
    Path jobs = new Path(new Path(exchange, "jobs"), job.toString());
    return jobs.getFileSystem(configuration).makeQualified(jobs);
  }

  private void requireReachable(JavaSparkContext spark) {
    boolean remote = !spark.isLocal() && !spark.master().startsWith("local-cluster");
    if (remote && settings.get(NightjarSettings.EXCHANGE_DIR).isEmpty()) {
      throw new JobRefusedException(
          "Executors of %s need a directory to exchange blocks in, away from the results: set %s"
              .formatted(spark.master(), NightjarSettings.EXCHANGE_DIR.key()));
    }
  }

  private ResultFormat format() {
    return ResultFormat.valueOf(settings.get(NightjarSettings.OUTPUT_FORMAT).name());
  }
}
