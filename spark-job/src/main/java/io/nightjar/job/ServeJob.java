package io.nightjar.job;

import io.nightjar.draw.JobSecret;
import io.nightjar.exchange.Exchange;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.exchange.Lease;
import io.nightjar.identity.Identities;
import io.nightjar.metrics.ProcessMetric;
import io.nightjar.metrics.ProcessMetrics;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDigest;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.settings.Settings;
import io.nightjar.spark.ModelFiles;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
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
 *
 * <p>It may serve several models, each in an exchange of its own, which come, change and go while
 * it runs.
 */
public final class ServeJob {

  private static final Logger LOG = LoggerFactory.getLogger(ServeJob.class);

  /** Rounds that are evaluated at the same time, of all jobs. */
  private static final int MOST_ROUNDS = 8;

  /** Jobs that executors know while none of their rounds is evaluated. */
  private static final int MOST_IDLE_ON_EXECUTORS = 8;

  /** How often is looked whether models have changed. */
  private static final Duration BETWEEN_LOOKS_AT_MODELS = Duration.ofSeconds(2);

  private final ServeRequest request;
  private final Settings settings;
  private final Configuration configuration;
  private final JobProgress progress;
  private final Supplier<JobSecret> secrets;
  private final Drain drain;
  private final Health health;
  private final Map<String, ServedExchange> served = new LinkedHashMap<>();
  private final Map<String, ModelOffer> known = new LinkedHashMap<>();
  private long lastLookAtModels = System.nanoTime();
  private String lastComplaint = "";
  private int evaluated;
  private int refused;

  private ServeJob(
      ServeRequest request, JobProgress progress, Supplier<JobSecret> secrets, Drain drain) {
    this.request = request;
    this.settings = request.settings();
    this.configuration = HadoopFiles.configuration(HadoopConfigurations.of(settings));
    this.progress = progress;
    this.secrets = secrets;
    this.drain = drain;
    this.health = new Health(settings.get(NightjarSettings.SERVE_HEALTH_DIR));
  }

  /**
   * Serves jobs.
   *
   * @return how many were refused, or failed
   * @throws JobRefusedException if settings are not for a model owner
   */
  public static int run(ServeRequest request, JobProgress progress, Drain drain)
      throws IOException, InterruptedException {
    return run(request, progress, JobSecret::fresh, drain);
  }

  /**
   * Serves jobs whose secrets come from somewhere.
   *
   * @param secrets gives a new job its secret, which is closed soon
   */
  static int run(
      ServeRequest request, JobProgress progress, Supplier<JobSecret> secrets, Drain drain)
      throws IOException, InterruptedException {
    if (request.settings().get(NightjarSettings.JOB_SEED_FILE).isPresent()) {
      throw new JobRefusedException(
          "%s is for repeating a job of one's own: from serve it would be two equations for the same draws"
              .formatted(NightjarSettings.JOB_SEED_FILE.key()));
    }
    return new ServeJob(request, progress, secrets, drain).run();
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

  /** A model as it was read, and a plan for it, before any Spark is there. */
  private record Prepared(
      ModelOffer offer, ModelFiles model, Plan plan, Exchange exchange, LedgerPolicy ledger) {}

  private Prepared prepare(ModelOffer offer) throws IOException {
    ModelFiles model = ModelFiles.read(offer.model(), configuration);
    Plan plan = PlanSettings.plan(model.model(), offer.settings());
    LedgerPolicy ledger = LedgerPolicy.open(offer.settings());
    LOG.info(
        "The ledger {} has {} jobs; the budget of {} is {}",
        ledger.location(),
        ledger.entries().size(), // one that cannot be read is noticed before anybody asks
        offer.name(),
        ledger.budget().isPresent() ? ledger.budget().getAsLong() + " answers" : "not limited");
    return new Prepared(offer, model, plan, new Exchange(offer.exchange(), configuration), ledger);
  }

  private List<ModelOffer> models() throws IOException {
    return request.models().current(request.exchange(), settings);
  }

  private int run(ServeState state, Identities identities)
      throws IOException, InterruptedException {
    List<Prepared> first = new ArrayList<>();
    for (ModelOffer offer : models()) {
      first.add(prepare(offer));
    }
    Map<Prepared, Lease> leases = new LinkedHashMap<>();
    try {
      for (Prepared one : first) {
        leases.put(one, ServedExchange.lease(one.exchange(), state, configuration));
      }
      String name = first.size() == 1 ? first.get(0).plan().model() : "serve";
      try (JavaSparkContext spark = SparkContexts.open(name, request.master(), settings)) {
        Function<Prepared, Offer> offers = prepared -> offer(prepared, state, identities, spark);
        for (Prepared one : first) {
          open(one, leases.remove(one), offers);
        }
        serve(state, offers);
      }
    } finally {
      for (Lease lease : leases.values()) {
        lease.close();
      }
      health.end();
    }
    return drain.isBegun() ? 0 : refused;
  }

  private Offer offer(
      Prepared one, ServeState state, Identities identities, JavaSparkContext spark) {
    return new Offer(
        one.exchange(),
        one.model(),
        one.plan(),
        identities,
        one.ledger(),
        spark,
        state,
        one.offer().settings(),
        configuration,
        progress);
  }

  private void open(Prepared one, Lease lease, Function<Prepared, Offer> offers)
      throws IOException {
    boolean done = false;
    try {
      Offer offer = offers.apply(one);
      served.put(
          one.offer().name(),
          ServedExchange.open(lease, offer, SparkContexts.cores(offer.spark())));
      known.put(one.offer().name(), one.offer());
      done = true;
    } finally {
      if (!done) {
        lease.close();
      }
    }
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

  private void serve(ServeState state, Function<Prepared, Offer> offers)
      throws IOException, InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(MOST_ROUNDS);
    try {
      while (!drain.isBegun() && (isTaking() || orders().anyMatch(Order::isWatched))) {
        lookAtModels(state, offers);
        for (ServedExchange one : served.values()) {
          one.list();
          for (Order order : one.orders()) {
            boolean wanted = order.isWatched() || (isTaking() && !one.isWithdrawn());
            if (order.isDue() && wanted) {
              look(order, threads);
            }
          }
        }
        takeBackIdle();
        showQueue();
        health.say(state(condition()));
        Thread.sleep(settings.get(NightjarSettings.EXCHANGE_POLL_MILLIS));
      }
      if (drain.isBegun()) {
        finishRounds();
      }
    } finally {
      end(threads);
      showQueue();
      for (ServedExchange one : served.values()) {
        one.close();
      }
    }
  }

  private void finishRounds() throws IOException, InterruptedException {
    long start = System.nanoTime();
    Duration patience = settings.get(NightjarSettings.SERVE_DRAIN_TIMEOUT);
    while (orders().anyMatch(Order::isInWork) && System.nanoTime() - start < patience.toNanos()) {
      showQueue();
      health.say(state(Health.Condition.DRAINING));
      Thread.sleep(settings.get(NightjarSettings.EXCHANGE_POLL_MILLIS));
    }
    long inWork = orders().filter(Order::isInWork).count();
    LOG.info(
        "No round is in work any more{}; {} jobs are open",
        inWork == 0 ? "" : " but those of %d jobs, which are given up".formatted(inWork),
        orders().filter(Order::isOpen).count());
  }

  private void showQueue() {
    long inWork = orders().filter(Order::isInWork).count();
    ProcessMetrics.set(ProcessMetric.JOBS_IN_WORK, inWork);
    ProcessMetrics.set(
        ProcessMetric.JOBS_WAITING,
        orders().filter(order -> order.isOpen() && !order.isInWork()).count());
  }

  private boolean isTaking() {
    return request.jobs().isEmpty() || evaluated + refused < request.jobs().getAsInt();
  }

  private Stream<Order> orders() {
    return served.values().stream().flatMap(one -> one.orders().stream());
  }

  /** Takes up models that came or changed, and lets go of those that went. */
  private void lookAtModels(ServeState state, Function<Prepared, Offer> offers)
      throws IOException, InterruptedException {
    if (System.nanoTime() - lastLookAtModels < BETWEEN_LOOKS_AT_MODELS.toNanos()) {
      return;
    }
    lastLookAtModels = System.nanoTime();
    Map<String, ModelOffer> found = new LinkedHashMap<>();
    try {
      models().forEach(offer -> found.put(offer.name(), offer));
    } catch (IOException | RuntimeException e) {
      String complaint = Failure.of(e).message();
      if (!complaint.equals(lastComplaint)) {
        LOG.error("The models stay as they were: {}", complaint);
      }
      lastComplaint = complaint;
      return;
    }
    lastComplaint = "";
    for (ModelOffer offer : found.values()) {
      if (!offer.version().equals(version(offer.name()))) {
        known.put(offer.name(), offer);
        takeUp(offer, state, offers);
      }
    }
    for (Map.Entry<String, ServedExchange> one : served.entrySet()) {
      if (!found.containsKey(one.getKey()) && !one.getValue().isWithdrawn()) {
        one.getValue().withdraw();
        known.remove(one.getKey());
      }
    }
    letGo();
  }

  private String version(String name) {
    return known.containsKey(name) ? known.get(name).version() : "none";
  }

  /** Offers a model that is new or changed; if it is not as it must be, all stays as it was. */
  private void takeUp(ModelOffer offer, ServeState state, Function<Prepared, Offer> offers)
      throws InterruptedException {
    try {
      Prepared prepared = prepare(offer);
      ServedExchange before = served.get(offer.name());
      if (before == null) {
        open(prepared, ServedExchange.lease(prepared.exchange(), state, configuration), offers);
      } else {
        before.change(offers.apply(prepared));
      }
    } catch (IOException | RuntimeException e) {
      LOG.error(
          "The model {} is not served as it is now: {}", offer.name(), Failure.of(e).message());
    }
  }

  private void letGo() throws IOException {
    for (Iterator<ServedExchange> all = served.values().iterator(); all.hasNext(); ) {
      ServedExchange one = all.next();
      if (one.isOver()) {
        all.remove();
        one.close();
      }
    }
  }

  private Health.Condition condition() {
    return served.values().stream().anyMatch(ServedExchange::isCutOff)
        ? Health.Condition.CUT_OFF
        : Health.Condition.READY;
  }

  private Health.State state(Health.Condition condition) {
    return new Health.State(
        condition,
        served.entrySet().stream()
            .filter(one -> !one.getValue().isWithdrawn())
            .map(
                one ->
                    new Health.Served(
                        one.getKey(),
                        PlanDigest.of(one.getValue().offer().plan()).hex(),
                        one.getValue().offer().exchange().root().toString(),
                        (int) one.getValue().orders().stream().filter(Order::isOpen).count()))
            .toList(),
        evaluated,
        refused);
  }

  private void look(Order order, ExecutorService threads) {
    Optional<Order.Outcome> outcome = order.look(account -> held(account, order), threads);
    if (outcome.isPresent()) {
      ProcessMetrics.add(
          outcome.get() == Order.Outcome.EVALUATED
              ? ProcessMetric.JOBS_DONE
              : ProcessMetric.JOBS_REFUSED,
          1);
      evaluated += outcome.get() == Order.Outcome.EVALUATED ? 1 : 0;
      refused += outcome.get() == Order.Outcome.EVALUATED ? 0 : 1;
    }
  }

  /** Returns what a data owner has in work besides an order. */
  private Order.Held held(String account, Order order) {
    List<Order> others =
        orders().filter(other -> other != order && other.isOpenOf(account)).toList();
    return new Order.Held(others.size(), others.stream().mapToLong(Order::heldBytes).sum());
  }

  /** Takes jobs back from the executors that nobody goes on with, those idle longest first. */
  private void takeBackIdle() {
    orders()
        .filter(Order::isIdleOnExecutors)
        .sorted((a, b) -> a.idle().compareTo(b.idle()))
        .skip(MOST_IDLE_ON_EXECUTORS)
        .toList()
        .forEach(Order::takeBack);
  }
}
