package io.nightjar.job;

import io.nightjar.draw.JobSecret;
import io.nightjar.exchange.Capacity;
import io.nightjar.exchange.Exchange;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.Lease;
import io.nightjar.identity.Identities;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDigest;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
import io.nightjar.spark.ModelFiles;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The model owner's side of jobs whose data owners are elsewhere: offers a plan in an exchange and
 * evaluates rounds for whoever orders a job, until it is stopped.
 *
 * <p>One thread looks at all orders in turn, so an order that nobody goes on with costs a look now
 * and then; threads are for rounds whose uploads are there. What has to outlive the process (the
 * secret of each job, its first order, and which uploads it was asked to evaluate) is in a
 * directory of the model owner's own. A job that breaks a rule is refused with a reason that its
 * data owner can read; others go on.
 */
public final class ServeJob {

  private static final Logger LOG = LoggerFactory.getLogger(ServeJob.class);

  /** Rounds that are evaluated at the same time, of all jobs. */
  private static final int MOST_ROUNDS = 8;

  /** Jobs that executors know while none of their rounds is evaluated. */
  private static final int MOST_IDLE_ON_EXECUTORS = 8;

  private final ServeRequest request;
  private final Settings settings;
  private final Configuration configuration;
  private final JobProgress progress;
  private final Supplier<JobSecret> secrets;
  private final Map<UUID, Order> orders = new LinkedHashMap<>();
  private int finished;
  private int refused;

  private ServeJob(ServeRequest request, JobProgress progress, Supplier<JobSecret> secrets) {
    this.request = request;
    this.settings = request.settings();
    this.configuration = HadoopFiles.configuration(HadoopConfigurations.of(settings));
    this.progress = progress;
    this.secrets = secrets;
  }

  /**
   * Serves jobs.
   *
   * @return how many were refused, or failed
   * @throws JobRefusedException if settings are not for a model owner
   */
  public static int run(ServeRequest request, JobProgress progress)
      throws IOException, InterruptedException {
    return run(request, progress, JobSecret::fresh);
  }

  /**
   * Serves jobs whose secrets come from somewhere.
   *
   * @param secrets gives a new job its secret, which is closed soon
   */
  static int run(ServeRequest request, JobProgress progress, Supplier<JobSecret> secrets)
      throws IOException, InterruptedException {
    if (request.settings().get(NightjarSettings.JOB_SEED_FILE).isPresent()) {
      throw new JobRefusedException(
          "%s is for repeating a job of one's own: from serve it would be two equations for the same draws"
              .formatted(NightjarSettings.JOB_SEED_FILE.key()));
    }
    return new ServeJob(request, progress, secrets).run();
  }

  private int run() throws IOException, InterruptedException {
    try (ServeState state = ServeState.open(settings, configuration, secrets)) {
      return run(state);
    }
  }

  private int run(ServeState state) throws IOException, InterruptedException {
    try (Identities identities = identities(state)) {
      return run(state, identities);
    }
  }

  /** Opens the model owner's identities: those that a setting names, or those of the state. */
  private Identities identities(ServeState state) throws IOException {
    Optional<java.nio.file.Path> directory = settings.get(NightjarSettings.SERVE_IDENTITY_DIR);
    return directory.isPresent()
        ? OwnIdentities.open(directory.get(), settings)
        : state.identities();
  }

  private int run(ServeState state, Identities identities)
      throws IOException, InterruptedException {
    ModelFiles model = ModelFiles.read(request.model(), configuration);
    Plan plan = PlanSettings.plan(model.model(), settings);
    Exchange exchange = new Exchange(request.exchange(), configuration);
    LedgerPolicy ledger = LedgerPolicy.open(settings);
    LOG.info(
        "The ledger {} has {} jobs; the budget is {}",
        ledger.location(),
        ledger.entries().size(), // one that cannot be read is noticed before anybody asks
        ledger.budget().isPresent() ? ledger.budget().getAsLong() + " answers" : "not limited");
    try (Lease lease = lease(exchange, state)) {
      ExecutorService threads = Executors.newFixedThreadPool(MOST_ROUNDS);
      try (JavaSparkContext spark =
          SparkContexts.open("nightjar serve " + plan.model(), request.master(), settings)) {
        exchange.announce(Capacity.of(SparkContexts.cores(spark)), identities);
        exchange.offer(plan, identities);
        LOG.info(
            "Offering plan {} of {} as {}",
            PlanDigest.of(plan),
            plan.model(),
            identities.inUse().identity());
        Offer offer =
            new Offer(
                exchange,
                model,
                plan,
                identities,
                ledger,
                spark,
                state,
                settings,
                configuration,
                progress);
        serve(offer, lease, threads);
      } finally {
        threads.shutdownNow();
      }
    }
    return refused;
  }

  /** Takes the exchange; the data owners, who can read the file, are not told who serves. */
  private Lease lease(Exchange exchange, ServeState state)
      throws IOException, InterruptedException {
    String refusal =
        "Another server is at work on the exchange %s: there can be one, with one %s"
            .formatted(exchange.root(), NightjarSettings.SERVE_STATE_DIR.key());
    return Lease.take(
        new Path(exchange.root(), "serve.json"),
        configuration,
        new Lease.Holder(state.server(), "", who -> refusal));
  }

  /** Interrupts rounds, and waits until none is evaluated any more. */
  private static void end(ExecutorService threads) {
    threads.shutdownNow();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = threads.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(Offer offer, Lease lease, ExecutorService threads)
      throws IOException, InterruptedException {
    Outage outage =
        new Outage("The exchange " + offer.exchange().root(), Polling.of(settings).timeout());
    try {
      while (isTaking() || orders.values().stream().anyMatch(Order::isWatched)) {
        Optional<List<UUID>> listed = list(offer.exchange(), orders.keySet(), lease, outage);
        if (listed.isPresent()) {
          dropAllBut(listed.get());
          listed.get().forEach(id -> orders.computeIfAbsent(id, one -> new Order(offer, one)));
        }
        for (Order order : orders.values()) {
          if (order.isDue() && (isTaking() || order.isWatched())) {
            look(order, threads);
          }
        }
        takeBackIdle();
        Thread.sleep(settings.get(NightjarSettings.EXCHANGE_POLL_MILLIS));
      }
    } finally {
      end(threads);
      orders.values().forEach(Order::close);
    }
  }

  private boolean isTaking() {
    return request.jobs().isEmpty() || finished < request.jobs().getAsInt();
  }

  /** Returns the jobs that have been ordered; nothing while the exchange cannot be reached. */
  private static Optional<List<UUID>> list(
      Exchange exchange, Set<UUID> known, Lease lease, Outage outage) throws IOException {
    try {
      lease.renew();
      List<UUID> jobs = exchange.jobs(known);
      outage.over();
      return Optional.of(jobs);
    } catch (IOException e) {
      outage.failed(e);
      return Optional.empty();
    }
  }

  private void dropAllBut(List<UUID> listed) {
    orders
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !listed.contains(entry.getKey());
              if (gone) {
                entry.getValue().close();
              }
              return gone;
            });
  }

  private void look(Order order, ExecutorService threads) {
    Optional<Order.Outcome> outcome = order.look(account -> held(account, order), threads);
    if (outcome.isPresent()) {
      finished++;
      refused += outcome.get() == Order.Outcome.EVALUATED ? 0 : 1;
    }
  }

  /** Returns what a data owner has in work besides an order. */
  private Order.Held held(String account, Order order) {
    List<Order> others =
        orders.values().stream()
            .filter(other -> other != order && other.isOpenOf(account))
            .toList();
    return new Order.Held(others.size(), others.stream().mapToLong(Order::heldBytes).sum());
  }

  /** Takes jobs back from the executors that nobody goes on with, those idle longest first. */
  private void takeBackIdle() {
    orders.values().stream()
        .filter(Order::isIdleOnExecutors)
        .sorted((a, b) -> a.idle().compareTo(b.idle()))
        .skip(MOST_IDLE_ON_EXECUTORS)
        .toList()
        .forEach(Order::takeBack);
  }
}
