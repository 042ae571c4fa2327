package io.nightjar.job;

import io.nightjar.exchange.Capacity;
import io.nightjar.exchange.Direction;
import io.nightjar.exchange.Exchange;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.InUseException;
import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.JobExchange;
import io.nightjar.exchange.Manifest;
import io.nightjar.exchange.Offered;
import io.nightjar.exchange.SignedReceipt;
import io.nightjar.exchange.Wave;
import io.nightjar.identity.Identities;
import io.nightjar.identity.Identity;
import io.nightjar.identity.IdentitySecret;
import io.nightjar.keys.KeyScheme;
import io.nightjar.keys.OwnerKey;
import io.nightjar.owner.OwnerEngine;
import io.nightjar.plan.InvalidPlanException;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDifference;
import io.nightjar.plan.PlanDigest;
import io.nightjar.plan.PlanReader;
import io.nightjar.protocol.DataOwner;
import io.nightjar.protocol.PoisonedBatches;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.protocols.Protocols;
import io.nightjar.report.Findings;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
import io.nightjar.tables.RecordSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data owner's side of a job whose executors are elsewhere: follows the plan on offer in an
 * exchange with its own records and keys.
 *
 * <p>Run again with the same request, an interrupted job goes on from the last committed round and
 * a finished one does nothing.
 */
public final class AgentJob {

  private static final Logger LOG = LoggerFactory.getLogger(AgentJob.class);

  private final AgentRequest request;
  private final Settings settings;
  private final Configuration configuration;
  private final Polling polling;
  private final JobProgress progress;
  private final JobTimes times;
  private final Exchange exchange;
  private final Offered offered;
  private final Plan plan;
  private final JobIdentities identities;
  private final OutputLock lock;
  private final OwnerSide side;
  private final Identity modelOwner;
  private boolean saidUnsigned;
  private Optional<SignedReceipt> receipt = Optional.empty();

  private AgentJob(
      AgentRequest request,
      Configuration configuration,
      OutputLock lock,
      Optional<Plan> pinned,
      JobIdentities identities,
      Optional<OwnCluster> cluster,
      JobProgress progress,
      JobTimes times)
      throws IOException, InterruptedException {
    this.request = request;
    this.times = times;
    this.settings = request.settings();
    this.configuration = configuration;
    this.lock = lock;
    this.polling = Polling.of(settings);
    this.progress = progress;
    this.exchange = new Exchange(request.exchange(), configuration);
    this.offered = polling.await("a plan on offer that its model owner signed", this::offered);
    this.plan = offered.plan();
    if (pinned.isPresent()) {
      requireSame(pinned.get());
    }
    this.identities = identities;
    times.ended(JobTimes.Part.START);
    this.side =
        OwnerSide.open(
            request,
            plan,
            configuration,
            identities,
            Optional.of(exchange.root()),
            "agent %s".formatted(exchange.root()),
            cluster);
    times.ended(JobTimes.Part.READ);
    boolean done = false;
    try {
      this.modelOwner = modelOwner();
      done = true;
    } finally {
      if (!done) {
        side.close();
      }
    }
  }

  /** Looks for the plan on offer, and says once if there is one that nobody signed. */
  private Optional<Offered> offered() throws IOException {
    Optional<Offered> found = exchange.offered();
    if (found.isEmpty() && !saidUnsigned && exchange.hasPlan()) {
      LOG.warn("{} has no valid signature and is not followed", exchange.planPath());
      saidUnsigned = true;
    }
    return found;
  }

  /**
   * Returns whose results are taken: of a job that has begun the one that it was ordered from.
   *
   * @throws ProtocolException if the plan on offer is not signed by that one
   */
  private Identity modelOwner() {
    Optional<Identity> wanted = side.before().map(JobDescription::modelOwner);
    wanted.ifPresent(this::requireOffer);
    request.modelOwner().ifPresent(this::requireOffer);
    return wanted.orElse(offered.signers().get(0));
  }

  private void requireOffer(Identity by) {
    if (!offered.signers().contains(by)) {
      throw new ProtocolException(
          "The plan on offer is signed by %s, and not by model owner %s"
              .formatted(offered.signers(), by));
    }
  }

  /**
   * Does a job.
   *
   * @throws JobRefusedException if it cannot be done as it was asked for
   * @throws ResultsWithheldException if decryption showed that results are not the plan's
   * @throws ProtocolException if the other party refuses it, or offers another plan
   * @throws InUseException if another process works in the output
   */
  public static ScoreResult run(AgentRequest request, JobProgress progress)
      throws IOException, InterruptedException {
    return run(request, Passphrases.ofThisProcess(), progress);
  }

  /** Does a job as {@link #run(AgentRequest, JobProgress)} does, which began when its times did. */
  public static ScoreResult run(AgentRequest request, JobProgress progress, JobTimes times)
      throws IOException, InterruptedException {
    return run(request, Passphrases.ofThisProcess(), progress, times);
  }

  /** Does a job as {@link #run(AgentRequest, JobProgress)} does, with such a passphrase. */
  public static ScoreResult run(AgentRequest request, Passphrases passphrases, JobProgress progress)
      throws IOException, InterruptedException {
    return run(request, passphrases, progress, JobTimes.begin());
  }

  private static ScoreResult run(
      AgentRequest request, Passphrases passphrases, JobProgress progress, JobTimes times)
      throws IOException, InterruptedException {
    Configuration configuration = HadoopFiles.configuration(HadoopConfigurations.of(request));
    OutputDirectory.requireOutside(request.exchange(), request.output(), configuration);
    try (OutputLock lock =
        OutputLock.take(new OutputDirectory(request.output(), configuration), configuration)) {
      return RunEvents.around(
          "agent",
          request,
          configuration,
          () -> run(request, passphrases, configuration, lock, progress, times));
    }
  }

  private static ScoreResult run(
      AgentRequest request,
      Passphrases passphrases,
      Configuration configuration,
      OutputLock lock,
      JobProgress progress,
      JobTimes times)
      throws IOException, InterruptedException {
    Optional<Plan> pinned = pinned(request);
    Optional<OwnCluster> cluster =
        cluster(request, pinned.map(Plan::model).orElse("agent"), passphrases);
    try (JobIdentities identities =
        new JobIdentities(Optional.of(request.keys()), request.settings(), passphrases)) {
      AgentJob job =
          new AgentJob(request, configuration, lock, pinned, identities, cluster, progress, times);
      try {
        return job.run();
      } finally {
        job.side.close();
      }
    } finally {
      cluster.ifPresent(OwnCluster::close);
    }
  }

  /** Returns the cluster that does the work, if one does: the one to start, or a program's. */
  private static Optional<OwnCluster> cluster(
      AgentRequest request, String what, Passphrases passphrases)
      throws IOException, InterruptedException {
    if (request.master().isPresent()) {
      return Optional.of(
          OwnCluster.start(what, request.master().get(), request.keys(), request.settings()));
    }
    if (request.input() instanceof RecordSource.Rows rows && rows.isOnCluster()) {
      OwnCluster cluster = OwnCluster.of(rows, request.keys(), request.settings());
      if (passphrases.areOfProgram()) {
        cluster.close();
        throw new JobRefusedException(
            "The executors of the session open the keys for themselves, so the passphrase must be where they find it: in a file (%s) or a credential provider"
                .formatted(NightjarSettings.KEYS_PASSPHRASE_FILE.key()));
      }
      return Optional.of(cluster);
    }
    return Optional.empty();
  }

  private ScoreResult run() throws IOException, InterruptedException {
    if (side.isDone()) {
      JobDescription done = side.before().orElseThrow();
      endAgain(done); // an earlier process may have died in between
      if (side.isPoisoned()) {
        throw side.withheld(done);
      }
      return new ScoreResult(plan, true, Map.of(), times);
    }
    // Labels are read before anything begins, so bad ones are refused at once.
    Optional<Evaluation> evaluation = side.evaluation(request);
    times.ended(JobTimes.Part.READ);
    side.requireUsable(request.keys(), identities.get());
    return side.before().isPresent() ? goOn(side.before().get(), evaluation) : begin(evaluation);
  }

  private ScoreResult begin(Optional<Evaluation> evaluation)
      throws IOException, InterruptedException {
    try (JobKey key = JobKey.draw(keys())) {
      IdentitySecret own = identities.get().inUse();
      JobDescription job = side.describe(own.identity(), modelOwner, key.owner(), cores());
      requireSpace(job);
      key.keep(side.output(), job.job(), own, () -> side.output().begin(side.state(job)));
      return score(job, key, evaluation);
    }
  }

  private void requireSpace(JobDescription job) throws IOException {
    Space.require(
        plan, job, exchange.job(job.job()), side.output().path(), configuration, settings);
  }

  /** Returns for how many cores waves are cut: all that the larger of the two parties has. */
  private int cores() throws IOException {
    return Math.max(side.cores(), exchange.capacity(modelOwner).map(Capacity::cores).orElse(0));
  }

  private ScoreResult goOn(JobDescription job, Optional<Evaluation> evaluation)
      throws IOException, InterruptedException {
    requireSpace(job);
    IdentitySecret own = OwnIdentities.of(identities.get(), job);
    try (JobKey key = JobKey.open(side.output(), keys(), job, own)) {
      return score(job, key, evaluation);
    }
  }

  private ScoreResult score(JobDescription job, JobKey key, Optional<Evaluation> evaluation)
      throws IOException, InterruptedException {
    PoisonedBatches poisoned = side.poisoned(job, Optional.of(request.keys()));
    DataOwner owner =
        new DataOwner(job.job(), plan, Protocols.of(plan).codec(plan, key.secret()), poisoned);
    JobExchange directory = directory(job).as(OwnIdentities.of(identities.get(), job));
    List<Wave> open = openWaves(job);
    Scored scored = scoreOrGiveUp(directory, key.owner(), open, owner, poisoned, evaluation);
    return new ScoreResult(plan, false, end(directory, scored, evaluation), times);
  }

  private KeyScheme keys() {
    return Protocols.of(plan).keys(plan);
  }

  private Scored scoreOrGiveUp(
      JobExchange directory,
      OwnerKey publicKey,
      List<Wave> open,
      DataOwner owner,
      PoisonedBatches poisoned,
      Optional<Evaluation> evaluation)
      throws IOException, InterruptedException {
    try {
      return score(directory, publicKey, open, owner, poisoned, evaluation);
    } catch (IOException | RuntimeException e) {
      giveUp(directory);
      throw e;
    }
  }

  /**
   * Lets the model owner know that nobody goes on with the job, until the agent is run again. What
   * went wrong is nobody else's business.
   */
  private void giveUp(JobExchange directory) {
    try {
      directory.refuse("its agent failed, and takes it up when it is run again");
    } catch (IOException | ExchangeException e) {
      LOG.warn("The model owner cannot be told that the job stops: {}", e.getMessage());
    }
  }

  private JobExchange directory(JobDescription job) throws IOException {
    return JobExchange.of(exchange.job(job.job()), configuration, job);
  }

  /** Sees to it that the model owner knows of a job. */
  private static void order(JobExchange directory, OwnerKey publicKey, Identities identities)
      throws IOException {
    if (!directory.isOrdered()) {
      directory.announce(publicKey, identities);
    }
    directory.askAgain(); // what a refusal was about may have been put right
  }

  /**
   * What a job came to.
   *
   * @param figures what it has cost
   * @param findings what was predicted
   * @param any whether anything was scored in this process
   */
  private record Scored(JobFigures figures, Findings findings, boolean any) {}

  /**
   * Takes what is not finished through all rounds, and says that the job is done: all that the
   * model owner sees, which is the same whatever results came to.
   */
  private Scored score(
      JobExchange directory,
      OwnerKey publicKey,
      List<Wave> open,
      DataOwner owner,
      PoisonedBatches poisoned,
      Optional<Evaluation> evaluation)
      throws IOException, InterruptedException {
    JobDescription job = directory.job();
    times.ended(JobTimes.Part.START);
    JobFigures figures = new JobFigures(plan, side.census(), side.records().snapshot());
    Findings findings = new Findings(side.subject());
    JobProgress shown = new MeasuredProgress(progress, plan, job, open);
    Observers observers = new Observers(shown, findings, evaluation);
    shown.begin(plan, job, open);
    try (OwnerEngine engine = side.engine(owner, directory, poisoned, observers)) {
      if (!open.isEmpty()) {
        engine.heal(open); // before the model owner looks again
        order(directory, publicKey, identities.get());
        finishWaves(directory);
      }
      WavePipeline.run(
          open,
          settings.get(NightjarSettings.WAVES_IN_FLIGHT),
          wave -> {
            for (int round = 0; round < plan.rounds().size(); round++) {
              lock.requireHeld();
              Manifest uploads = engine.upload(wave, round);
              await(directory, wave, round, uploads);
              shown.evaluated(wave, round);
            }
            lock.requireHeld();
            engine.finish(wave);
            directory.finishWave(wave.index());
          });
      figures.finish(open, job, owner, engine, side.cores());
      times.ended(JobTimes.Part.ROUNDS);
    } finally {
      shown.end();
    }
    finish(directory);
    return new Scored(figures, findings, !open.isEmpty());
  }

  /**
   * Publishes what a job came to, and returns the report; nobody else sees any of this.
   *
   * @throws ResultsWithheldException if a batch is poisoned
   */
  private Map<String, Object> end(
      JobExchange directory, Scored scored, Optional<Evaluation> evaluation) throws IOException {
    JobDescription job = directory.job();
    if (side.isPoisoned()) {
      side.output().withhold();
      tidyUp(directory);
      side.showPoisoned();
      throw side.withheld(job);
    }
    if (hasReceipt(directory)) {
      scored.figures().model(receipt.orElseThrow().receipt().model());
      side.output().writeReport("receipt.json", receipt.orElseThrow().write());
    }
    scored.figures().show();
    scored.figures().modelOwner(job.modelOwner());
    Map<String, Object> report = scored.figures().report();
    if (evaluation.isPresent() && scored.any()) {
      evaluation.get().report(report);
    }
    lock.requireHeld();
    side.publish(
        job,
        new JobReport(JobReport.Topology.REMOTE, report, scored.findings(), evaluation),
        times);
    tidyUp(directory);
    LOG.info("Job {} is finished", job.job());
    return report;
  }

  /** Returns the waves without results. */
  private List<Wave> openWaves(JobDescription job) throws IOException {
    List<Wave> open = new ArrayList<>();
    for (Wave wave : job.waves()) {
      if (!side.results().has(wave.index())) {
        open.add(wave);
      }
    }
    return open;
  }

  /** Tells of the waves that have results; an earlier process may have died before it could. */
  private void finishWaves(JobExchange directory) throws IOException {
    for (Wave wave : directory.job().waves()) {
      if (side.results().has(wave.index()) && !directory.isFinished(wave.index())) {
        directory.finishWave(wave.index());
      }
    }
  }

  /** Says that the job is done, unless that has been said. */
  private void finish(JobExchange directory) throws IOException {
    if (mustBeTold(directory)) {
      finishWaves(directory);
      directory.finish();
    }
  }

  /** Returns whether the model owner is still there for the job and does not know its end. */
  private static boolean mustBeTold(JobExchange directory) throws IOException {
    return directory.isOrdered() && !directory.isFinished();
  }

  /** Ends a job that is over; its identity is asked for only if something has to be said. */
  private void endAgain(JobDescription job) throws IOException {
    JobExchange directory = directory(job);
    if (mustBeTold(directory)) {
      tidyUp(directory.as(OwnIdentities.of(identities.get(), job)));
    } else {
      tidyUp(directory);
    }
  }

  /** Says that the job is done, and removes what only an unfinished one needs. */
  private void tidyUp(JobExchange directory) throws IOException {
    finish(directory);
    side.output().forget(directory.job().job());
  }

  private void await(JobExchange directory, Wave wave, int round, Manifest uploads)
      throws IOException, InterruptedException {
    polling.await(
        "the results of wave %d, round %d".formatted(wave.index(), round),
        () -> {
          Optional<String> refusal = directory.refusal();
          if (refusal.isPresent()) {
            throw new ProtocolException("The model owner refuses the job: " + refusal.get());
          }
          return hasReceipt(directory)
              ? directory.manifest(wave.index(), round, Direction.DOWN, uploads.digest())
              : Optional.empty();
        });
  }

  /** Returns whether the model owner has given its receipt, which is kept. */
  private synchronized boolean hasReceipt(JobExchange directory) throws IOException {
    if (receipt.isEmpty()) {
      receipt = keptReceipt(directory.job());
    }
    if (receipt.isEmpty()) {
      receipt = directory.receipt();
      if (receipt.isPresent()) {
        side.output().keepReceipt(receipt.get().write());
      }
    }
    return receipt.isPresent();
  }

  /** Returns the receipt that an earlier process kept. */
  private Optional<SignedReceipt> keptReceipt(JobDescription job) throws IOException {
    return side.output()
        .receipt(SignedReceipt.MOST_BYTES)
        .map(SignedReceipt::read)
        .filter(kept -> kept.order().equals(job));
  }

  /** Reads the plan that was agreed on before anybody is waited for. */
  private static Optional<Plan> pinned(AgentRequest request) throws IOException {
    if (request.plan().isEmpty()) {
      return Optional.empty();
    }
    Path file = request.plan().get();
    if (!Files.isRegularFile(file) || Files.size(file) > PlanReader.MAX_CHARACTERS) {
      throw new InvalidPlanException("There is no plan in " + file);
    }
    return Optional.of(Protocols.readPlan(Files.readString(file)));
  }

  private void requireSame(Plan pinned) {
    if (!PlanDigest.of(pinned).equals(PlanDigest.of(plan))) {
      throw new ProtocolException(
          "The plan on offer is %s; %s has %s: %s"
              .formatted(
                  PlanDigest.of(plan),
                  request.plan().orElseThrow(),
                  PlanDigest.of(pinned),
                  PlanDifference.of(plan, "on offer", pinned, "in the file")));
    }
  }
}
