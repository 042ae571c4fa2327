package io.nightjar.job;

import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.JobSecret;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.InUseException;
import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.JobExchange;
import io.nightjar.exchange.SignedOrder;
import io.nightjar.exchange.Wave;
import io.nightjar.identity.IdentitySecret;
import io.nightjar.keys.KeyScheme;
import io.nightjar.keys.OwnerKey;
import io.nightjar.ledger.Admission;
import io.nightjar.ledger.AdmissionRefusedException;
import io.nightjar.owner.OwnerEngine;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.privacy.Leakage;
import io.nightjar.privacy.LeakageReport;
import io.nightjar.protocol.DataOwner;
import io.nightjar.protocol.Draws;
import io.nightjar.protocol.Phase;
import io.nightjar.protocol.PhaseTimes;
import io.nightjar.protocol.PoisonedBatches;
import io.nightjar.protocol.Protocol;
import io.nightjar.protocols.Protocols;
import io.nightjar.report.Findings;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
import io.nightjar.spark.BroadcastJob;
import io.nightjar.spark.ModelFiles;
import io.nightjar.spark.RoundRunner;
import io.nightjar.spark.SeenInputs;
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
 * does nothing. With keys from a directory it goes on from the last committed round of every wave,
 * under the same draws, because its secret and its uploads are kept. With a key of its own, which
 * is gone, it goes on from the last finished wave; what it encrypts anew meets other draws, unless
 * the job repeats a seed.
 */
public final class ScoreJob {

  /** So many of a job's records say what its records are like. */
  private static final int LEAKAGE_RECORDS = 500;

  private static final int MOST_LEAKAGE_TERMS = 1024;

  private static final Logger LOG = LoggerFactory.getLogger(ScoreJob.class);

  private final ScoreRequest request;
  private final Settings settings;
  private final Configuration configuration;
  private final JobProgress progress;
  private final JobTimes times;
  private final Optional<LedgerPolicy> ledger;
  private final ModelFiles model;
  private final Plan plan;
  private final Protocol protocol;
  private final JobIdentities identities;
  private final OutputLock lock;
  private final OwnerSide side;

  private ScoreJob(
      ScoreRequest request,
      Configuration configuration,
      OutputLock lock,
      JobIdentities identities,
      JobProgress progress,
      JobTimes times)
      throws IOException {
    this.request = request;
    this.times = times;
    this.settings = request.settings();
    this.configuration = configuration;
    this.lock = lock;
    this.progress = progress;
    this.ledger = LedgerPolicy.ifAsked(settings);
    if (ledger.isPresent() && request.keys().isEmpty()) {
      throw new JobRefusedException(
          "The ledger %s counts what a data owner is answered, and an identity made for one job would be a new owner every time: give --keys, made by keygen"
              .formatted(ledger.get().location()));
    }
    this.model = ModelFiles.read(request.model(), configuration);
    this.plan = PlanSettings.plan(model.model(), settings);
    this.protocol = Protocols.of(plan);
    this.identities = identities;
    times.ended(JobTimes.Part.START);
    this.side =
        OwnerSide.open(
            request,
            plan,
            configuration,
            identities,
            exchange(settings),
            "score %s%s".formatted(model.digest(), request.keys().isPresent() ? " keys" : ""),
            Optional.empty()); // executors may be somebody else's: none of this is for them
    times.ended(JobTimes.Part.READ);
  }

  /**
   * Does a job.
   *
   * @throws JobRefusedException if it cannot be done as it was asked for
   * @throws ResultsWithheldException if decryption showed that results are not the plan's
   * @throws InUseException if another process works in the output
   */
  public static ScoreResult run(ScoreRequest request, JobProgress progress)
      throws IOException, InterruptedException {
    return run(request, progress, JobTimes.begin());
  }

  /** Does a job as {@link #run(ScoreRequest, JobProgress)} does, which began when its times did. */
  public static ScoreResult run(ScoreRequest request, JobProgress progress, JobTimes times)
      throws IOException, InterruptedException {
    Settings settings = request.settings();
    Configuration configuration = HadoopFiles.configuration(HadoopConfigurations.of(settings));
    Optional<Path> exchange = exchange(settings);
    if (exchange.isPresent()) {
      OutputDirectory.requireOutside(exchange.get(), request.output(), configuration);
    }
    OutputDirectory output = new OutputDirectory(request.output(), configuration);
    try (OutputLock lock = OutputLock.take(output, configuration);
        JobIdentities identities = new JobIdentities(request.keys(), settings)) {
      if (!output.isOver()) {
        SparkContexts.requireReachable(request.master(), settings);
      }
      return RunEvents.around(
          "score",
          request,
          configuration,
          () -> {
            ScoreJob job = new ScoreJob(request, configuration, lock, identities, progress, times);
            try {
              return job.run();
            } finally {
              job.side.close();
            }
          });
    }
  }

  private static Optional<Path> exchange(Settings settings) {
    return settings.get(NightjarSettings.EXCHANGE_DIR).map(Path::new);
  }

  private ScoreResult run() throws IOException, InterruptedException {
    Optional<JobDescription> before = side.before();
    if (side.isDone()) {
      LOG.info("Nothing to do: the job in {} is over", side.output().path());
      tidyUp(before.orElseThrow()); // an earlier process may have died before it could
      if (side.isPoisoned()) {
        throw side.withheld(before.orElseThrow());
      }
      return new ScoreResult(plan, true, Map.of(), times);
    }
    // Labels are read before anything begins, so bad ones are refused at once.
    Optional<Evaluation> evaluation = side.evaluation(request);
    times.ended(JobTimes.Part.READ);
    if (request.keys().isPresent()) {
      side.requireUsable(request.keys().get(), identities.get());
    }
    IdentitySecret own =
        before.isPresent() && identities.areKept()
            ? OwnIdentities.of(identities.get(), before.get())
            : identities.get().inUse();
    try (JobKey key = key(before, own)) {
      return score(before, own, key, evaluation);
    }
  }

  /** A key goes with its identity: kept for a job that is interrupted, or forgotten with it. */
  private JobKey key(Optional<JobDescription> before, IdentitySecret own) throws IOException {
    return before.isPresent() && request.keys().isPresent()
        ? JobKey.open(side.output(), keys(), before.get(), own)
        : JobKey.draw(keys());
  }

  private ScoreResult score(
      Optional<JobDescription> before,
      IdentitySecret own,
      JobKey key,
      Optional<Evaluation> evaluation)
      throws IOException, InterruptedException {
    Ended ended = scoreOnSpark(before, own, key, evaluation);
    lock.requireHeld();
    side.publish(ended.job(), ended.report(), times);
    tidyUp(ended.job());
    return new ScoreResult(plan, false, ended.report().summary(), times);
  }

  /** A job that has all its results. */
  private record Ended(JobDescription job, JobReport report) {}

  private Ended scoreOnSpark(
      Optional<JobDescription> before,
      IdentitySecret own,
      JobKey key,
      Optional<Evaluation> evaluation)
      throws IOException, InterruptedException {
    try (JobSecret secret =
            before.isPresent() ? side.output().secret() : JobSecrets.draw(settings);
        JavaSparkContext spark = SparkContexts.open(plan.model(), request.master(), settings)) {
      requireReachable(spark);
      JobDescription job =
          before.isPresent()
              ? goOn(before.get().takenUpBy(own.identity(), key.owner().fingerprint()))
              : begin(own, key, secret, spark.defaultParallelism());
      Optional<Admission> admission = admit(job, secret, before.isEmpty());
      PoisonedBatches poisoned = side.poisoned(job, request.keys());
      DataOwner owner =
          new DataOwner(job.job(), plan, protocol.codec(plan, key.secret()), poisoned);
      JobExchange exchange = JobExchange.of(jobDirectory(job.job()), configuration, job).as(own);
      return new Ended(
          job, score(exchange, owner, poisoned, secret, key.owner(), spark, evaluation, admission));
    }
  }

  private JobDescription goOn(JobDescription job) throws IOException {
    requireSpace(job);
    return job;
  }

  private void requireSpace(JobDescription job) throws IOException {
    Space.require(
        plan, job, jobDirectory(job.job()), side.output().path(), configuration, settings);
  }

  private JobDescription begin(IdentitySecret own, JobKey key, JobSecret secret, int cores)
      throws IOException {
    JobDescription job = side.describe(own.identity(), own.identity(), key.owner(), cores);
    requireSpace(job);
    JobKey.Beginning beginning = () -> side.output().begin(side.state(job), secret);
    if (request.keys().isPresent()) {
      key.keep(side.output(), job.job(), own, beginning);
    } else {
      beginning.begin();
    }
    return job;
  }

  /**
   * Has the job written down before any work on it, if there is a ledger. By then the output has
   * the job's name and its secret, with which it is not counted again.
   */
  private Optional<Admission> admit(JobDescription job, JobSecret secret, boolean isNew)
      throws IOException {
    if (ledger.isEmpty()) {
      return Optional.empty();
    }
    try {
      SignedOrder order = new SignedOrder(job, List.of(job.owner()));
      Admission admission = ledger.get().admit(order, plan, model, secret);
      admission.show();
      return Optional.of(admission);
    } catch (AdmissionRefusedException e) {
      if (isNew) {
        side.output().abandon();
      }
      throw e;
    }
  }

  /** Takes what is not finished through all rounds, and returns the report. */
  private JobReport score(
      JobExchange exchange,
      DataOwner owner,
      PoisonedBatches poisoned,
      JobSecret secret,
      OwnerKey publicKey,
      JavaSparkContext spark,
      Optional<Evaluation> evaluation,
      Optional<Admission> admission)
      throws IOException, InterruptedException {
    JobDescription job = exchange.job();
    SeenInputs inputs = new SeenInputs(side.output().seenInputs(job.job()), configuration);
    List<Wave> open = openWaves(job, exchange, inputs);
    times.ended(JobTimes.Part.START);
    JobFigures figures = new JobFigures(plan, side.census(), side.records().snapshot());
    figures.model(model.digest());
    Findings findings = new Findings(side.subject());
    JobProgress shown = new MeasuredProgress(progress, plan, job, open);
    Observers observers = new Observers(shown, findings, evaluation);
    shown.begin(plan, job, open);
    try (OwnerEngine engine = side.engine(owner, exchange, poisoned, observers);
        RoundRunner rounds =
            new RoundRunner(
                spark,
                exchange,
                jobDirectory(job.job()),
                plan,
                publicKey,
                BroadcastJob.of(job.job(), plan, model, secret, publicKey),
                TaskSettings.of(settings))) {
      RoundEvaluation evaluated = new RoundEvaluation(inputs, rounds, shown);
      engine.heal(open);
      WavePipeline.run(
          open,
          settings.get(NightjarSettings.WAVES_IN_FLIGHT),
          wave -> {
            for (int round = 0; round < plan.rounds().size(); round++) {
              lock.requireHeld();
              evaluated.evaluate(wave, round, engine.upload(wave, round));
            }
            lock.requireHeld();
            engine.finish(wave);
            if (!settings.get(NightjarSettings.EXCHANGE_KEEP)) {
              long start = PhaseTimes.now();
              exchange.removeWave(wave.index());
              owner.times().addSince(Phase.EXCHANGE, start);
            }
          });
      figures.finish(open, job, owner, engine, rounds, spark.defaultParallelism());
      times.ended(JobTimes.Part.ROUNDS);
    } finally {
      shown.end();
    }
    if (side.isPoisoned()) {
      side.output().withhold();
      tidyUp(job);
      side.showPoisoned();
      throw side.withheld(job);
    }
    figures.show();
    if (admission.isPresent()) {
      String account = ledger.orElseThrow().account(List.of(job.owner()));
      figures.ledger(account, admission.get());
    }
    Map<String, Object> report = figures.report();
    if (!open.isEmpty()) {
      leakage().ifPresent(found -> report.put("leakage", LeakageReport.map(found)));
    }
    if (evaluation.isPresent() && !open.isEmpty()) {
      Draws draws = protocol.draws(model.model(), plan, secret);
      evaluation.get().report(report);
      evaluation.get().reportReferences(report, plan, job, open, draws, inputs, side.records());
    }
    times.ended(JobTimes.Part.COMPARE);
    return new JobReport(JobReport.Topology.IN_DRIVER, report, findings, evaluation);
  }

  /** Returns what the data owner of this job can compute of the model. */
  private Optional<Leakage> leakage() throws IOException {
    return protocol.leakage(model.model(), plan, recordsForLeakage());
  }

  /**
   * Returns records for the account of natural inputs. There are none without model privacy, where
   * any records give the drawn weights, and none for wide layers, where the account would take
   * minutes.
   */
  private Optional<RealColumns> recordsForLeakage() throws IOException {
    boolean wide = plan.rounds().stream().anyMatch(round -> round.terms() > MOST_LEAKAGE_TERMS);
    if (plan.privacy() == ModelPrivacy.NONE || wide) {
      return Optional.empty();
    }
    return Optional.of(side.records().first(LEAKAGE_RECORDS));
  }

  /** Waves without results; without the key that they were begun with, they begin anew. */
  private List<Wave> openWaves(JobDescription job, JobExchange exchange, SeenInputs inputs)
      throws IOException {
    List<Wave> open = new ArrayList<>();
    for (Wave wave : job.waves()) {
      if (!side.results().has(wave.index())) {
        open.add(wave);
        if (request.keys().isEmpty()) { // what an earlier process uploaded nobody can decrypt
          exchange.removeWave(wave.index());
          inputs.forget(wave);
          side.made().forget(wave.index());
        }
      }
    }
    return open;
  }

  /** Removes what only an unfinished job needs. */
  private void tidyUp(JobDescription job) throws IOException {
    if (!settings.get(NightjarSettings.EXCHANGE_KEEP)) {
      JobExchange.of(jobDirectory(job.job()), configuration, job).remove();
    }
    side.output().forget(job.job());
  }

  private KeyScheme keys() {
    return protocol.keys(plan);
  }

  /**
   * Returns where the blocks go. Executors on other machines must be able to reach it, but not the
   * output, which has results in the clear.
   */
  private Path jobDirectory(UUID job) throws IOException {
    Optional<String> root = settings.get(NightjarSettings.EXCHANGE_DIR);
    Path exchange = root.map(Path::new).orElse(new Path(side.output().own(), "exchange"));
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
}
