package io.nightjar.job;

import io.nightjar.exchange.Direction;
import io.nightjar.exchange.Exchange;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.JobExchange;
import io.nightjar.exchange.Manifest;
import io.nightjar.exchange.Wave;
import io.nightjar.keys.KeyScheme;
import io.nightjar.keys.OwnerKey;
import io.nightjar.keys.OwnerSecret;
import io.nightjar.owner.OwnerEngine;
import io.nightjar.plan.InvalidPlanException;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDigest;
import io.nightjar.plan.PlanReader;
import io.nightjar.protocol.DataOwner;
import io.nightjar.protocol.Protocol;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.protocols.Protocols;
import io.nightjar.report.Uncertainty;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
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
  private final Exchange exchange;
  private final Plan plan;
  private final OwnerSide side;
  private final JobKeys keyPair;

  private AgentJob(AgentRequest request, JobProgress progress)
      throws IOException, InterruptedException {
    this.request = request;
    this.settings = request.settings();
    this.configuration = HadoopFiles.configuration(HadoopConfigurations.of(settings));
    this.polling = Polling.of(settings);
    this.progress = progress;
    this.exchange = new Exchange(request.exchange(), configuration);
    Optional<Plan> pinned = pinned();
    this.plan = polling.await("a plan on offer", exchange::plan);
    if (pinned.isPresent()) {
      requireSame(pinned.get());
    }
    this.side = OwnerSide.open(request, plan, configuration, "agent %s".formatted(exchange.root()));
    this.keyPair = JobKeys.of(request.keys(), side.before());
  }

  /**
   * Does a job.
   *
   * @throws JobRefusedException if it cannot be done as it was asked for
   * @throws ProtocolException if the other party refuses it, or offers another plan
   */
  public static ScoreResult run(AgentRequest request, JobProgress progress)
      throws IOException, InterruptedException {
    return new AgentJob(request, progress).run();
  }

  private ScoreResult run() throws IOException, InterruptedException {
    Optional<JobDescription> before = side.before();
    if (side.isDone()) {
      tidyUp(directory(before.orElseThrow())); // an earlier process may have died in between
      return new ScoreResult(plan, true, Map.of());
    }
    // Labels are read before anything begins, so bad ones are refused at once.
    Optional<Evaluation> evaluation = side.evaluation(request);
    Protocol protocol = Protocols.of(plan);
    KeyScheme keys = protocol.keys(plan);
    try (OwnerSecret key = keyPair.open(keys, settings)) {
      OwnerKey publicKey = keyPair.owner(keys, key);
      JobDescription job =
          before.isPresent()
              ? before.get()
              : side.describe(publicKey, Runtime.getRuntime().availableProcessors());
      if (before.isEmpty()) {
        side.output().begin(side.state(job));
      }
      DataOwner owner =
          new DataOwner(job.job(), plan, protocol.codec(plan, key, PlanSettings.own(settings)));
      JobExchange directory = order(job, publicKey);
      try {
        return new ScoreResult(plan, false, score(directory, owner, evaluation));
      } catch (IOException | RuntimeException e) {
        giveUp(directory);
        throw e;
      }
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
  private JobExchange order(JobDescription job, OwnerKey publicKey) throws IOException {
    JobExchange directory = directory(job);
    if (JobExchange.description(exchange.job(job.job()), configuration).isEmpty()) {
      directory.announce(publicKey);
    }
    directory.askAgain(); // what a refusal was about may have been put right
    return directory;
  }

  /** Takes what is not finished through all rounds, and returns the report. */
  private Map<String, Object> score(
      JobExchange directory, DataOwner owner, Optional<Evaluation> evaluation)
      throws IOException, InterruptedException {
    JobDescription job = directory.job();
    List<Wave> open = openWaves(directory);
    JobFigures figures = new JobFigures(plan, side.census());
    Uncertainty uncertainty = new Uncertainty(plan.task(), plan.outputs());
    Observers observers = new Observers(progress, uncertainty, evaluation);
    progress.begin(plan, job, open);
    try (OwnerEngine engine = side.engine(owner, directory, observers)) {
      WavePipeline.run(
          open,
          settings.get(NightjarSettings.WAVES_IN_FLIGHT),
          wave -> {
            for (int round = 0; round < plan.rounds().size(); round++) {
              Manifest uploads = engine.upload(wave, round);
              await(directory, wave, round, uploads);
              progress.evaluated(wave, round);
            }
            engine.finish(wave);
            directory.finishWave(wave.index());
          });
      figures.finish(open, job, owner, engine, side.options().threads());
    } finally {
      progress.end();
    }
    Map<String, Object> report = figures.report();
    if (evaluation.isPresent() && !open.isEmpty()) {
      evaluation.get().report(report);
    }
    side.publish(job, new JobReport(JobReport.Topology.REMOTE, report, uncertainty, evaluation));
    tidyUp(directory);
    LOG.info("Job {} is finished", job.job());
    return report;
  }

  /** Waves without results; the model owner hears of the others. */
  private List<Wave> openWaves(JobExchange directory) throws IOException {
    List<Wave> open = new ArrayList<>();
    for (Wave wave : directory.job().waves()) {
      if (!side.results().has(wave.index())) {
        open.add(wave);
      } else if (!directory.isFinished(wave.index())) { // we died between the two
        directory.finishWave(wave.index());
      }
    }
    return open;
  }

  /** Says that the job is done, and removes what only an unfinished one needs. */
  private void tidyUp(JobExchange directory) throws IOException {
    if (!directory.isFinished()) {
      directory.finish();
    }
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
          return directory.manifest(wave.index(), round, Direction.DOWN, uploads.digest());
        });
  }

  /** Reads the plan that was agreed on before anybody is waited for. */
  private Optional<Plan> pinned() throws IOException {
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
          "The plan on offer is %s; %s has %s"
              .formatted(PlanDigest.of(plan), request.plan().orElseThrow(), PlanDigest.of(pinned)));
    }
  }
}
