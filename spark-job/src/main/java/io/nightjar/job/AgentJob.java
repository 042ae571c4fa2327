package io.nightjar.job;

import io.nightjar.crypto.HeContext;
import io.nightjar.crypto.SecretKey;
import io.nightjar.exchange.Direction;
import io.nightjar.exchange.Exchange;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.JobExchange;
import io.nightjar.exchange.Manifest;
import io.nightjar.exchange.Wave;
import io.nightjar.owner.OwnerEngine;
import io.nightjar.owner.ResultStore;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDigest;
import io.nightjar.plan.PlanReader;
import io.nightjar.protocol.DataOwner;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.records.RecordCensus;
import io.nightjar.records.RecordInput;
import io.nightjar.records.RecordOptions;
import io.nightjar.records.ResultFormat;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
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

  private AgentJob(AgentRequest request, JobProgress progress) {
    this.request = request;
    this.settings = request.settings();
    this.configuration = HadoopFiles.configuration(HadoopConfigurations.of(settings));
    this.polling = Polling.of(settings);
    this.progress = progress;
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
    Exchange exchange = new Exchange(request.exchange(), configuration);
    Plan plan = polling.await("a plan on offer", exchange::plan);
    checkPinned(plan);
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
    ResultFormat format = ResultFormat.valueOf(settings.get(NightjarSettings.OUTPUT_FORMAT).name());
    String fingerprint =
        Fingerprint.of(
            plan,
            census,
            format,
            "agent %s %s".formatted(exchange.root(), KeyDirectory.digest(request.keys())));
    Optional<OutputDirectory.State> before = output.find(fingerprint);
    if (before.isPresent() && output.isPublished()) {
      JobDescription done = before.get().job(); // an earlier process may have died in between
      tidyUp(output, JobExchange.of(exchange.job(done.job()), configuration, done));
      return new ScoreResult(plan, true, Map.of());
    }
    try (HeContext context = HeContext.open(plan.parameters());
        Passphrase passphrase = Passphrase.get(settings, false);
        SecretKey key = KeyDirectory.open(request.keys(), context, passphrase.characters())) {
      JobDescription job = before.isPresent() ? before.get().job() : describe(plan, census);
      JobExchange directory = JobExchange.of(exchange.job(job.job()), configuration, job);
      if (before.isEmpty()) {
        output.begin(new OutputDirectory.State(fingerprint, job));
      }
      if (JobExchange.description(exchange.job(job.job()), configuration).isEmpty()) {
        directory.announce();
      }
      directory.askAgain(); // what a refusal was about may have been put right
      ResultStore results =
          new ResultStore(
              output.path(), output.own(), configuration, format, census.idType(), plan);
      return run(plan, job, input, output, directory, context, key, results);
    }
  }

  private ScoreResult run(
      Plan plan,
      JobDescription job,
      RecordInput input,
      OutputDirectory output,
      JobExchange exchange,
      HeContext context,
      SecretKey key,
      ResultStore results)
      throws IOException, InterruptedException {
    List<Wave> open = new ArrayList<>();
    for (Wave wave : job.waves()) {
      if (!results.has(wave.index())) {
        open.add(wave);
      } else if (!exchange.isFinished(wave.index())) { // we died between the two
        exchange.finishWave(wave.index());
      }
    }
    DataOwner owner = new DataOwner(job.job(), plan, context, key);
    JobFigures figures = new JobFigures(plan, job.records());
    progress.begin(plan, job, open);
    OwnerEngine.Options options = OwnerSettings.of(settings);
    try (OwnerEngine engine = new OwnerEngine(owner, input, exchange, results, options, progress)) {
      WavePipeline.run(
          open,
          settings.get(NightjarSettings.WAVES_IN_FLIGHT),
          wave -> {
            for (int round = 0; round < plan.rounds().size(); round++) {
              Manifest uploads = engine.upload(wave, round);
              await(exchange, wave, round, uploads);
              progress.evaluated(wave, round);
            }
            engine.finish(wave);
            exchange.finishWave(wave.index());
          });
      figures.finish(open, job, owner, engine, options.threads());
    } finally {
      progress.end();
    }
    output.writeReport("report.json", JobFigures.json(figures.report()));
    results.publish(job.waves());
    tidyUp(output, exchange);
    LOG.info("Job {} is finished", job.job());
    return new ScoreResult(plan, false, figures.report());
  }

  /** Says that the job is done, and removes what only an unfinished one needs. */
  private static void tidyUp(OutputDirectory output, JobExchange exchange) throws IOException {
    if (!exchange.isFinished()) {
      exchange.finish();
    }
    output.forget(exchange.job().job());
  }

  private void await(JobExchange exchange, Wave wave, int round, Manifest uploads)
      throws IOException, InterruptedException {
    polling.await(
        "the results of wave %d, round %d".formatted(wave.index(), round),
        () -> {
          Optional<String> refusal = exchange.refusal();
          if (refusal.isPresent()) {
            throw new ProtocolException("The model owner refuses the job: " + refusal.get());
          }
          return exchange.manifest(wave.index(), round, Direction.DOWN, uploads.digest());
        });
  }

  private JobDescription describe(Plan plan, RecordCensus census) {
    long batches = (census.records() - 1) / plan.batchSize() + 1;
    int perWave = settings.get(NightjarSettings.WAVES_BATCHES);
    if (perWave == 0) {
      perWave =
          WaveSizes.choose(
              batches,
              Runtime.getRuntime().availableProcessors(),
              settings.get(NightjarSettings.WAVES_IN_FLIGHT));
    }
    return JobDescription.of(
        UUID.randomUUID(), PlanDigest.of(plan).hex(), census.records(), plan.batchSize(), perWave);
  }

  private void checkPinned(Plan plan) throws IOException {
    if (request.plan().isEmpty()) {
      return;
    }
    Plan pinned = PlanReader.read(Files.readString(request.plan().get()));
    if (!PlanDigest.of(pinned).equals(PlanDigest.of(plan))) {
      throw new ProtocolException(
          "The plan on offer is %s; %s has %s"
              .formatted(PlanDigest.of(plan), request.plan().get(), PlanDigest.of(pinned)));
    }
  }
}
