package io.nightjar.job;

import io.nightjar.draw.JobSecret;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.JobExchange;
import io.nightjar.exchange.JobMarks;
import io.nightjar.exchange.Receipt;
import io.nightjar.exchange.SignedOrder;
import io.nightjar.exchange.SignedReceipt;
import io.nightjar.identity.Identity;
import io.nightjar.identity.IdentitySecret;
import io.nightjar.keys.OwnerKey;
import io.nightjar.ledger.Admission;
import io.nightjar.ledger.AdmissionRefusedException;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDigest;
import io.nightjar.protocol.ProtocolException;
import io.nightjar.protocols.Protocols;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.spark.BroadcastJob;
import io.nightjar.spark.RoundFailedException;
import io.nightjar.spark.RoundRunner;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What somebody ordered in an exchange, from the first look to the last. It ends evaluated, refused
 * with a reason that its data owner can read, or failed; until then it is looked at ever more
 * rarely, the longer nothing happens.
 *
 * <p>One thread uses it.
 */
final class Order implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Order.class);

  /** The part of the time it has waited that an order may have to wait for a look. */
  private static final int LOOKS_IN_WAITING = 32;

  private static final Duration LONGEST_WITHOUT_LOOK = Duration.ofSeconds(10);

  /** So long a server that is to end waits for data owners to say that they have their results. */
  private static final Duration READING = Duration.ofSeconds(2);

  private static final int MOST_REASON = 1000;

  /** How an order ended; one that failed goes on when {@code serve} is started again. */
  enum Outcome {
    EVALUATED,
    REFUSED,
    FAILED
  }

  /**
   * What a data owner has in work besides an order.
   *
   * @param jobs how many jobs
   * @param bytes the bytes of their uploads
   */
  record Held(int jobs, long bytes) {}

  private final Supplier<Offer> current;
  private final UUID id;
  private Offer offer;
  private Optional<ServedJob> job = Optional.empty();
  private Optional<Outcome> outcome = Optional.empty();
  private boolean evaluated;
  private boolean ignored;
  private long lastChange = System.nanoTime();
  private long nextLook = lastChange;

  /**
   * Takes an order, of which nothing is known yet.
   *
   * @param current what is on offer; when the job begins, it is of what is on offer then
   */
  Order(Supplier<Offer> current, UUID id) {
    this.current = current;
    this.offer = current.get();
    this.id = id;
  }

  /**
   * Returns whether its rounds are being evaluated, or waited for. When all are, it is still looked
   * at: results may turn out to be damaged before they are read.
   */
  boolean isOpen() {
    return job.isPresent() && !evaluated;
  }

  /** Returns whether it is open, or may be over soon: its data owner reads the last results. */
  boolean isWatched() {
    return isOpen() || (job.isPresent() && job.get().idle().compareTo(READING) < 0);
  }

  /** Returns whether it is time to look again. */
  boolean isDue() {
    return System.nanoTime() - nextLook >= 0;
  }

  /** Returns whether it is open, and counts on an account. */
  boolean isOpenOf(String account) {
    return isOpen() && job.orElseThrow().account().equals(account);
  }

  /** Returns the bytes of its uploads that are in work. */
  long heldBytes() {
    return job.map(ServedJob::heldBytes).orElse(0L);
  }

  /** Returns whether executors know of it though it waits. */
  boolean isIdleOnExecutors() {
    return job.isPresent() && job.get().isIdle() && job.get().isOnExecutors();
  }

  /** Returns how long it has waited. */
  Duration idle() {
    return job.map(ServedJob::idle).orElse(Duration.ZERO);
  }

  /** Returns whether a round of it is being evaluated. */
  boolean isInWork() {
    return job.isPresent() && !job.get().isIdle();
  }

  /** Takes it back from the executors until it goes on. */
  void takeBack() {
    job.ifPresent(ServedJob::close);
  }

  @Override
  public void close() {
    takeBack();
    if (job.isPresent()) {
      offer.state().release(id);
    }
    job = Optional.empty();
  }

  /**
   * Looks what there is to do, and has rounds that are ready evaluated.
   *
   * @return how it ended, if it has
   */
  Optional<Outcome> look(Function<String, Held> held, Executor threads) {
    boolean wasOpen = isOpen();
    Optional<Outcome> ended = Optional.empty();
    try {
      if (job.isPresent()) {
        ended = goOn(held, threads);
      } else {
        begin(held);
      }
      ignored &= job.isEmpty();
    } catch (ExchangeException
        | AdmissionRefusedException
        | ProtocolException
        | RoundFailedException
        | JobRefusedException e) {
      ended = Optional.of(refuse(e.getMessage()));
    } catch (IOException e) { // of a look, which is no reason to give up
      if (!ignored) {
        LOG.error("Job {} is ignored as long as this is so: {}", id, e.getMessage());
      }
      ignored = true;
    } catch (RuntimeException e) {
      ended = Optional.of(failed(e));
    }
    if (ended.isPresent() || wasOpen != isOpen()) {
      lastChange = System.nanoTime();
    }
    if (ended.isPresent()) {
      outcome = ended;
      if (ended.get() != Outcome.EVALUATED) {
        close();
      }
    }
    nextLook = System.nanoTime() + untilNextLook().toNanos();
    return ended;
  }

  private Duration untilNextLook() {
    Duration waited =
        job.map(ServedJob::idle).orElse(Duration.ofNanos(System.nanoTime() - lastChange));
    Duration pause = waited.dividedBy(LOOKS_IN_WAITING);
    return pause.compareTo(LONGEST_WITHOUT_LOOK) < 0 ? pause : LONGEST_WITHOUT_LOOK;
  }

  /** Begins a job that is new, or that its data owner asks for again. */
  private void begin(Function<String, Held> held) throws IOException {
    offer = current.get();
    Optional<SignedOrder> found = order();
    if (found.isEmpty()) {
      return;
    }
    SignedOrder order = found.get();
    JobDescription description = order.job();
    String account = offer.ledger().account(order.signers());
    check(description, account, held.apply(account));
    Path path = offer.exchange().job(id);
    JobExchange exchange =
        JobExchange.of(path, offer.configuration(), description).as(own(description));
    OwnerKey key = exchange.ownerKey(Protocols.of(offer.plan()).keys(offer.plan()));
    offer.state().claim(id);
    boolean begun = false;
    try {
      ServedJob served =
          new ServedJob(
              exchange,
              account,
              offer.plan(),
              offer.state().inputs(id),
              () -> runner(exchange, path, key),
              offer.settings().get(NightjarSettings.WAVES_IN_FLIGHT),
              offer.progress());
      if (!served.isOver()) { // otherwise the secret may be gone
        admit(order);
        offer.state().requireFirst(description, offer.model().digest());
        giveReceipt(exchange);
      }
      evaluated = false;
      job = Optional.of(served);
      begun = true;
    } finally {
      if (!begun) {
        offer.state().release(id);
      }
    }
  }

  /** Returns the identity that a job was ordered from. */
  private IdentitySecret own(JobDescription order) {
    return offer
        .identities()
        .find(order.modelOwner())
        .orElseThrow(
            () ->
                new ProtocolException(
                    "The job is for model owner %s, who does not serve here"
                        .formatted(order.modelOwner())));
  }

  /**
   * Returns what was ordered, if there is anything to do. What is no order is refused, but no job.
   */
  private Optional<SignedOrder> order() throws IOException {
    try {
      JobMarks marks = offer.exchange().marks(id);
      SignedOrder order = offer.exchange().order(id);
      if (marks.isFinished(order.job().owner())) {
        offer.state().finish(id);
        if (!offer.settings().get(NightjarSettings.EXCHANGE_KEEP)) {
          marks.remove();
        }
        return Optional.empty();
      }
      boolean over = outcome.isPresent() && outcome.get() != Outcome.REFUSED;
      return over || marks.refusal(parties(Optional.of(order.job()))).isPresent()
          ? Optional.empty()
          : Optional.of(order);
    } catch (ExchangeException e) {
      if (!ignored) {
        refuse(e.getMessage());
      }
      ignored = true;
      return Optional.empty();
    }
  }

  /** Returns whose refusals of a job there may be. */
  private List<Identity> parties(Optional<JobDescription> order) {
    List<Identity> parties = new ArrayList<>(offer.identities().identities());
    order.ifPresent(one -> parties.add(one.owner()));
    return parties;
  }

  private void check(JobDescription order, String account, Held held) {
    Plan plan = offer.plan();
    if (!order.plan().equals(PlanDigest.of(plan).hex())) {
      throw new ProtocolException(
          "The job follows plan %s; on offer is %s".formatted(order.plan(), PlanDigest.of(plan)));
    }
    if (order.batchSize() != plan.batchSize()) {
      throw new ProtocolException(
          "The job has batches of %d records; the plan has %d"
              .formatted(order.batchSize(), plan.batchSize()));
    }
    long counted = plan.sheet().answered(order.records()) * plan.draws();
    if (order.answers() != counted) {
      throw new ProtocolException(
          "The job is ordered as %,d answers; it counts as %,d"
              .formatted(order.answers(), counted));
    }
    int most = offer.settings().get(NightjarSettings.SERVE_JOBS_PER_OWNER);
    if (held.jobs() >= most) {
      throw new JobRefusedException(
          "Data owner %s has %d jobs open, as many as one may have: finish one first"
              .formatted(account, held.jobs()));
    }
  }

  /**
   * Has the job written down under its secret, which is on the disk by then; it counts from here
   * on, whatever becomes of it.
   */
  private void admit(SignedOrder order) throws IOException {
    ServeState.Kept kept = offer.state().secret(id);
    Admission admission;
    try (JobSecret secret = kept.secret()) {
      admission = offer.ledger().admit(order, offer.plan(), offer.model(), secret);
    } catch (AdmissionRefusedException e) {
      if (kept.isNew()) {
        offer.state().abandon(id);
      }
      throw e;
    }
    admission.show();
    LOG.info(
        "Job {}: data owner {} comes to {} answers{}",
        id,
        order.job().owner(),
        admission.answered(),
        admission.left().isPresent() ? ", " + admission.left().getAsLong() + " are left" : "");
  }

  /**
   * Gives the data owner a receipt and keeps one, both with the signatures of both. One that was
   * given before stays.
   */
  private void giveReceipt(JobExchange exchange) throws IOException {
    if (exchange.receipt().isEmpty()) {
      exchange.admit(Receipt.now(exchange.job(), offer.model().digest()));
    }
    Optional<SignedReceipt> given = exchange.receipt();
    if (given.isPresent()) { // otherwise the job has just been removed
      offer.state().keep(given.get());
    }
  }

  private RoundRunner runner(JobExchange exchange, Path path, OwnerKey key) throws IOException {
    try (JobSecret secret = offer.state().secret(id).secret()) {
      return new RoundRunner(
          offer.spark(),
          exchange,
          path,
          offer.plan(),
          key,
          BroadcastJob.of(id, offer.plan(), offer.model(), secret, key),
          TaskSettings.of(offer.settings()));
    }
  }

  private Optional<Outcome> goOn(Function<String, Held> held, Executor threads) throws IOException {
    ServedJob served = job.orElseThrow();
    if (served.failure().isPresent()) {
      return Optional.of(ended(served.failure().get()));
    }
    boolean over = served.isOver();
    if (over) {
      offer.state().finish(id);
      close();
    }
    if (served.isEvaluated() && !evaluated) {
      evaluated = true;
      LOG.info("Job {}: all rounds are evaluated", id);
      return Optional.of(Outcome.EVALUATED);
    }
    if (over) {
      return Optional.empty();
    }
    JobExchange exchange = served.exchange();
    if (served.isIdle() && !served.isEvaluated()) {
      if (exchange.isFinished()) {
        LOG.info("Job {}: its data owner is finished with it", id);
        return Optional.of(Outcome.EVALUATED);
      }
      Optional<String> refusal = exchange.refusal();
      if (refusal.isPresent()) {
        throw new JobRefusedException("The data owner gave up: " + refusal.get());
      }
      Duration patience = offer.settings().get(NightjarSettings.EXCHANGE_TIMEOUT);
      if (served.idle().compareTo(patience) > 0) {
        throw new JobRefusedException(Polling.inVain(patience, served.awaited()));
      }
    }
    long most =
        offer.settings().get(NightjarSettings.SERVE_BYTES_PER_OWNER)
            - held.apply(served.account()).bytes();
    for (ServedJob.Step step : served.ready(most)) {
      threads.execute(() -> served.evaluate(step));
    }
    return Optional.empty();
  }

  private Outcome ended(Throwable failure) {
    boolean refusable =
        failure instanceof ExchangeException
            || failure instanceof ProtocolException
            || failure instanceof RoundFailedException
            || failure instanceof JobRefusedException;
    return refusable ? refuse(failure.getMessage()) : failed(failure);
  }

  private Outcome refuse(String reason) {
    LOG.error("Job {} is refused: {}", id, reason);
    try {
      offer
          .exchange()
          .marks(id)
          .refuse(
              oneLine(reason), offer.identities().all(), parties(job.map(ServedJob::description)));
    } catch (IOException | ExchangeException e) {
      LOG.error("Job {}: its data owner cannot be told: {}", id, e.getMessage());
    }
    return Outcome.REFUSED;
  }

  private Outcome failed(Throwable failure) {
    LOG.error("Job {} failed; it can go on when this is started again", id, failure);
    return Outcome.FAILED;
  }

  private static String oneLine(String message) {
    String line = message.replaceAll("\\p{Cntrl}+", " ");
    return line.substring(0, Math.min(line.length(), MOST_REASON));
  }
}
