package io.nightjar.job;

import io.nightjar.crypto.RawSecretAccess;
import io.nightjar.draw.JobSecret;
import io.nightjar.exchange.Direction;
import io.nightjar.exchange.Exchange;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.JobExchange;
import io.nightjar.exchange.Wave;
import io.nightjar.keys.OwnerKey;
import io.nightjar.ledger.Admission;
import io.nightjar.ledger.AdmissionRefusedException;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDigest;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.protocols.Protocols;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
import io.nightjar.spark.BroadcastJob;
import io.nightjar.spark.ModelFiles;
import io.nightjar.spark.RoundFailedException;
import io.nightjar.spark.RoundRunner;
import io.nightjar.spark.SeenInputs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The model owner's side of jobs whose data owners are elsewhere: offers a plan in an exchange and
 * evaluates rounds for whoever orders a job, until it is stopped.
 *
 * <p>What has to outlive the process (the secret of each job, and which uploads it was asked to
 * evaluate) is in a directory of the model owner's own. A job that breaks a rule is refused with a
 * reason that its data owner can read; others go on.
 */
public final class ServeJob {

  private static final Logger LOG = LoggerFactory.getLogger(ServeJob.class);

  /** Jobs at the same time: one that waits for its data owner does not hold up the others. */
  private static final int MOST_AT_ONCE = 8;

  private final ServeRequest request;
  private final Settings settings;
  private final Configuration configuration;
  private final JobProgress progress;

  private ServeJob(ServeRequest request, JobProgress progress) {
    this.request = request;
    this.settings = request.settings();
    this.configuration = HadoopFiles.configuration(HadoopConfigurations.of(settings));
    this.progress = progress;
  }

  /**
   * Serves jobs.
   *
   * @return how many were refused, or failed
   */
  public static int run(ServeRequest request, JobProgress progress)
      throws IOException, InterruptedException {
    return new ServeJob(request, progress).run();
  }

  private int run() throws IOException, InterruptedException {
    ModelFiles model = ModelFiles.read(request.model(), configuration);
    Plan plan = PlanSettings.plan(model.model(), settings);
    Exchange exchange = new Exchange(request.exchange(), configuration);
    LedgerPolicy ledger = LedgerPolicy.open(settings);
    LOG.info(
        "The ledger {} has {} jobs; the budget is {}",
        ledger.location(),
        ledger.entries().size(), // one that cannot be read is noticed before anybody asks
        ledger.budget().isPresent() ? ledger.budget().getAsLong() + " answers" : "not limited");
    exchange.offer(plan);
    AtomicInteger refused = new AtomicInteger();
    Semaphore finished = new Semaphore(0);
    ExecutorService threads = Executors.newFixedThreadPool(MOST_AT_ONCE);
    try (JavaSparkContext spark =
        SparkContexts.open("nightjar serve " + plan.model(), request.master(), settings)) {
      Offer offer = new Offer(exchange, model, plan, ledger, spark);
      LOG.info("Offering plan {} of {}", PlanDigest.of(plan), plan.model());
      Set<UUID> inWork = ConcurrentHashMap.newKeySet();
      Set<UUID> settled = ConcurrentHashMap.newKeySet();
      Set<UUID> ignored = new HashSet<>();
      Outage outage = new Outage("The exchange " + exchange.root(), Polling.of(settings).timeout());
      while (request.jobs().isEmpty() || finished.availablePermits() < request.jobs().getAsInt()) {
        for (UUID job : orders(exchange, outage)) {
          boolean wanted =
              !inWork.contains(job) && isOpen(exchange, job, ignored) && !settled.contains(job);
          if (wanted && inWork.add(job)) {
            threads.execute(
                () -> {
                  try {
                    Outcome outcome = serve(offer, job);
                    if (outcome != Outcome.EVALUATED) {
                      refused.incrementAndGet();
                    }
                    if (outcome != Outcome.REFUSED) { // whose data owner may ask again
                      settled.add(job);
                    }
                  } finally {
                    inWork.remove(job);
                    finished.release();
                  }
                });
          }
        }
        Thread.sleep(settings.get(NightjarSettings.EXCHANGE_POLL_MILLIS));
      }
      threads.shutdown();
      if (!inWork.isEmpty()) {
        LOG.info("No more jobs are taken; {} in work are finished first", inWork.size());
      }
      threads.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    } finally {
      threads.shutdownNow();
    }
    return refused.get();
  }

  /** The jobs that have been ordered; none while the exchange cannot be reached. */
  private static List<UUID> orders(Exchange exchange, Outage outage) throws IOException {
    try {
      List<UUID> jobs = exchange.jobs();
      outage.over();
      return jobs;
    } catch (IOException e) {
      outage.failed(e);
      return List.of();
    }
  }

  /**
   * Returns whether there is work to do on a job: it was not refused, and its data owner has not
   * finished it. A finished job is removed.
   */
  private boolean isOpen(Exchange exchange, UUID job, Set<UUID> ignored) {
    try {
      JobExchange directory =
          JobExchange.of(exchange.job(job), configuration, exchange.description(job));
      if (directory.isFinished()) {
        if (!settings.get(NightjarSettings.EXCHANGE_KEEP)) {
          directory.remove();
        }
        return false;
      }
      return directory.refusal().isEmpty();
    } catch (ExchangeException | IOException e) { // which is no reason to leave the others alone
      if (ignored.add(job)) {
        LOG.error("Job {} is ignored as long as this is so: {}", job, e.getMessage());
      }
      return false;
    }
  }

  /** What became of a job; one that failed goes on when this is started again. */
  private enum Outcome {
    EVALUATED,
    REFUSED,
    FAILED
  }

  /** What all jobs have in common. */
  private record Offer(
      Exchange exchange,
      ModelFiles model,
      Plan plan,
      LedgerPolicy ledger,
      JavaSparkContext spark) {}

  private Outcome serve(Offer offer, UUID job) {
    try {
      Exchange exchange = offer.exchange();
      JobDescription description = exchange.description(job);
      JobExchange directory = JobExchange.of(exchange.job(job), configuration, description);
      try {
        check(description, offer.plan());
        OwnerKey owner = directory.ownerKey(Protocols.of(offer.plan()).keys(offer.plan()));
        admit(offer, description, owner);
        evaluate(exchange.job(job), directory, owner, offer);
        LOG.info("Job {}: all rounds are evaluated", job);
        return Outcome.EVALUATED;
      } catch (ExchangeException
          | AdmissionRefusedException
          | ProtocolException
          | RoundFailedException
          | JobRefusedException e) {
        LOG.error("Job {} is refused: {}", job, e.getMessage());
        directory.refuse(oneLine(e.getMessage()));
        return Outcome.REFUSED;
      }
    } catch (ExchangeException e) {
      LOG.error("Job {} is refused: {}", job, e.getMessage());
      return Outcome.REFUSED;
    } catch (IOException | RuntimeException e) {
      LOG.error("Job {} failed; it can go on when this is started again", job, e);
      return Outcome.FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Outcome.FAILED;
    }
  }

  /** Has a job written down; it counts from here on, whatever becomes of it. */
  private static void admit(Offer offer, JobDescription job, OwnerKey owner) throws IOException {
    Admission admission = offer.ledger().admit(job, offer.plan(), offer.model());
    LOG.info(
        "Job {}: data owner {} comes to {} answers{}",
        job.job(),
        owner.fingerprint(),
        admission.answered(),
        admission.left().isPresent() ? ", " + admission.left().getAsLong() + " are left" : "");
  }

  private static String oneLine(String message) {
    String line = message.replaceAll("\\p{Cntrl}+", " ");
    return line.substring(0, Math.min(line.length(), 1000));
  }

  private static void check(JobDescription job, Plan plan) {
    if (!job.plan().equals(PlanDigest.of(plan).hex())) {
      throw new ProtocolException(
          "The job follows plan %s; on offer is %s".formatted(job.plan(), PlanDigest.of(plan)));
    }
    if (job.batchSize() != plan.batchSize()) {
      throw new ProtocolException(
          "The job has batches of %d records; the plan has %d"
              .formatted(job.batchSize(), plan.batchSize()));
    }
  }

  private void evaluate(Path jobPath, JobExchange exchange, OwnerKey key, Offer offer)
      throws IOException, InterruptedException {
    Plan plan = offer.plan();
    JobDescription job = exchange.job();
    Path state = new Path(stateDirectory(), job.job().toString());
    SeenInputs inputs = new SeenInputs(new Path(state, "inputs"), configuration);
    List<Wave> open = new ArrayList<>();
    for (Wave wave : job.waves()) {
      if (!exchange.isFinished(wave.index()) && !isEvaluated(exchange, plan, wave)) {
        open.add(wave);
      }
    }
    if (open.isEmpty()) { // an earlier process did it all, and the secret may be gone
      forgetSecret(state);
      return;
    }
    try (JobSecret secret = secret(state);
        RoundRunner rounds =
            new RoundRunner(
                offer.spark(),
                exchange,
                jobPath,
                plan,
                key,
                BroadcastJob.of(job.job(), plan, offer.model(), secret, key),
                TaskSettings.of(settings))) {
      RemoteActivation owner = new RemoteActivation(exchange, Polling.of(settings));
      RoundLoop loop = new RoundLoop(plan, owner, inputs, rounds, progress);
      WavePipeline.run(open, settings.get(NightjarSettings.WAVES_IN_FLIGHT), loop::run);
    }
    forgetSecret(state);
  }

  private static boolean isEvaluated(JobExchange exchange, Plan plan, Wave wave)
      throws IOException {
    int last = plan.rounds().size() - 1;
    return exchange.manifest(wave.index(), last, Direction.DOWN).isPresent();
  }

  /** Removes the secret of a finished job, with which nobody will be given results any more. */
  private void forgetSecret(Path state) throws IOException {
    state.getFileSystem(configuration).delete(new Path(state, "secret"), false);
  }

  /** The secret of a job: a new one at first sight, the same one ever after. */
  private JobSecret secret(Path state) throws IOException {
    Path path = new Path(state, "secret");
    FileSystem files = state.getFileSystem(configuration);
    Optional<byte[]> before = HadoopFiles.read(files, path, JobSecret.BYTES);
    if (before.isEmpty() && files.exists(new Path(state, "inputs"))) {
      throw new ProtocolException("This job has been evaluated before, and its secret is gone");
    }
    byte[] bytes = before.isPresent() ? before.get() : drawn();
    try {
      if (before.isEmpty()) {
        HadoopFiles.writePrivate(files, path, bytes);
      }
      return JobSecret.ofBytes(bytes, RawSecretAccess.granted());
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private byte[] drawn() throws IOException {
    try (JobSecret secret = JobSecrets.draw(settings)) {
      return secret.toBytes(RawSecretAccess.granted());
    }
  }

  private Path stateDirectory() throws IOException {
    Path directory = new Path(LedgerPolicy.stateDirectory(settings).toUri());
    return directory.getFileSystem(configuration).makeQualified(directory);
  }
}
