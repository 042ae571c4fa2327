package io.nightjar.job;

import io.nightjar.exchange.Capacity;
import io.nightjar.exchange.Exchange;
import io.nightjar.exchange.InUseException;
import io.nightjar.exchange.Lease;
import io.nightjar.plan.PlanDigest;
import io.nightjar.settings.NightjarSettings;
import io.nightjar.text.ShellWords;
import java.io.Closeable;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An exchange in which a model is on offer, and what was ordered there. The model may change: new
 * jobs are of the new one, and those that have begun are evaluated as they began.
 *
 * <p>One thread uses it.
 */
final class ServedExchange implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(ServedExchange.class);

  private final Lease lease;
  private final Outage outage;
  private final Map<UUID, Order> orders = new LinkedHashMap<>();
  private Offer offer;
  private boolean withdrawn;

  private ServedExchange(Lease lease, Offer offer) {
    this.lease = lease;
    this.offer = offer;
    this.outage =
        new Outage(
            "The exchange " + offer.exchange().root(), Polling.of(offer.settings()).timeout());
  }

  /**
   * Takes an exchange; the data owners, who can read the file, are not told who serves.
   *
   * @throws InUseException if another server is at work there
   */
  static Lease lease(Exchange exchange, ServeState state, org.apache.hadoop.conf.Configuration in)
      throws IOException, InterruptedException {
    String refusal =
        "Another server is at work on the exchange %s: there can be one, with one %s"
            .formatted(exchange.root(), NightjarSettings.SERVE_STATE_DIR.key());
    return Lease.take(
        new Path(exchange.root(), "serve.json"),
        in,
        new Lease.Holder(state.server(), "", who -> refusal));
  }

  /** Puts a plan on offer in an exchange that has been taken. */
  static ServedExchange open(Lease lease, Offer offer, int cores) throws IOException {
    ServedExchange served = new ServedExchange(lease, offer);
    offer.exchange().announce(Capacity.of(cores), offer.identities());
    served.publish();
    return served;
  }

  private void publish() throws IOException {
    offer.exchange().offer(offer.plan(), offer.identities());
    LOG.info(
        "Offering plan {} of {} as {} in {}",
        PlanDigest.of(offer.plan()),
        offer.plan().model(),
        offer.identities().inUse().identity(),
        offer.exchange().root());
    LOG.info(
        "Next: a data owner who has the plan ('nightjar plan --json' with the same options) runs"
            + " nightjar agent {} --keys KEYDIR --plan PLAN --input RECORDS --output RESULTS",
        ShellWords.join(
            List.of(
                "--exchange",
                offer.exchange().root().toString(),
                "--model-owner",
                offer.identities().inUse().identity().toString())));
  }

  /** Offers something else from now on. */
  void change(Offer anew) throws IOException {
    boolean same = !withdrawn && PlanDigest.of(anew.plan()).equals(PlanDigest.of(offer.plan()));
    offer = anew;
    withdrawn = false;
    if (same) {
      LOG.info("The model in {} has changed, its plan has not", offer.exchange().root());
    } else {
      publish();
    }
  }

  /** Offers nothing any more, and finishes what has begun. */
  void withdraw() throws IOException {
    withdrawn = true;
    offer.exchange().withdraw();
    LOG.info("No plan is on offer in {} any more", offer.exchange().root());
  }

  /** Returns whether nothing is on offer, and nothing in work. */
  boolean isOver() {
    return withdrawn && orders.values().stream().noneMatch(Order::isWatched);
  }

  boolean isWithdrawn() {
    return withdrawn;
  }

  /** Returns what is on offer for new jobs. */
  Offer offer() {
    return offer;
  }

  /** Renews the lease, and looks for new orders; nothing while the exchange cannot be reached. */
  void list() throws IOException {
    Optional<List<UUID>> listed = listed();
    if (listed.isPresent()) {
      dropAllBut(listed.get());
      for (UUID id : listed.get()) {
        orders.computeIfAbsent(id, one -> new Order(this::offer, one));
      }
    }
  }

  private Optional<List<UUID>> listed() throws IOException {
    try {
      lease.renew();
      List<UUID> jobs = offer.exchange().jobs(orders.keySet());
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

  /** Returns whether the exchange cannot be reached. */
  boolean isCutOff() {
    return outage.isOn();
  }

  Collection<Order> orders() {
    return orders.values();
  }

  /** Lets go of all orders, and of the exchange. */
  @Override
  public void close() throws IOException {
    orders.values().forEach(Order::close);
    lease.close();
  }
}
