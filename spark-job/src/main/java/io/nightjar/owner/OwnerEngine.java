package io.nightjar.owner;

import io.nightjar.exchange.Direction;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.JobExchange;
import io.nightjar.exchange.Manifest;
import io.nightjar.exchange.Section;
import io.nightjar.exchange.Wave;
import io.nightjar.plan.Plan;
import io.nightjar.protocol.Phase;
import io.nightjar.protocol.PhaseTimes;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Everything that the data owner does in a job, wave by wave and round by round: it commits what
 * its workers do.
 *
 * <p>Every step may be asked for again: what is committed stays, and what an earlier process left
 * half done is made up from the exchange. Different waves may be worked on by different threads.
 */
public final class OwnerEngine implements AutoCloseable {

  private final Plan plan;
  private final JobExchange exchange;
  private final OwnerWorkers workers;
  private final ResultStore results;
  private final PhaseTimes times;
  private final boolean keep;
  private final OwnerListener listener;
  private final LongAdder bytesUp = new LongAdder();

  /**
   * Creates the engine of one job.
   *
   * @param exchange is where blocks go and come from
   * @param workers do the work; closed with this
   * @param results is where predictions go
   * @param times take how long the exchange takes
   * @param keep whether blocks stay that nobody will read again
   * @param listener hears of every step
   */
  public OwnerEngine(
      Plan plan,
      JobExchange exchange,
      OwnerWorkers workers,
      ResultStore results,
      PhaseTimes times,
      boolean keep,
      OwnerListener listener) {
    this.plan = plan;
    this.exchange = exchange;
    this.workers = workers;
    this.results = results;
    this.times = times;
    this.keep = keep;
    this.listener = listener;
  }

  /**
   * Uploads a round of a wave, unless it has been.
   *
   * @return the committed manifest
   * @throws ExchangeException if the results that it is made of are not as they must be
   */
  public Manifest upload(Wave wave, int round) throws IOException, InterruptedException {
    long start = PhaseTimes.now();
    String source = round > 0 ? results(wave, round - 1).digest() : "";
    Optional<Manifest> done = exchange.manifest(wave.index(), round, Direction.UP, source);
    if (done.isEmpty()) {
      exchange.clear(wave.index(), round, Direction.UP);
    }
    times.addSince(Phase.EXCHANGE, start);
    if (done.isEmpty()) {
      List<Section> written =
          round > 0
              ? workers.uploadAgain(wave, round, below -> results(wave, below))
              : workers.upload(wave);
      start = PhaseTimes.now();
      Manifest manifest =
          Manifest.of(exchange.job(), wave.index(), round, Direction.UP, source, written);
      done = Optional.of(exchange.commit(manifest)); // or what another process of the owner's did
      if (round > 0 && !keep) {
        retire(wave, round - 1);
      }
      times.addSince(Phase.EXCHANGE, start);
    }
    bytesUp.add(done.get().bytes());
    listener.uploaded(wave, round);
    return done.get();
  }

  /**
   * Removes the blocks of a round whose results have been uploaded again, but for results that
   * residual connections want later. Its manifests stay: they say that it has been.
   */
  private void retire(Wave wave, int round) throws IOException {
    exchange.removeBlocks(wave.index(), round, Direction.UP);
    if (plan.residualSources().isEmpty()) {
      exchange.removeBlocks(wave.index(), round, Direction.DOWN);
    }
  }

  /** Makes predictions of the last round's results, unless they have been made. */
  public void finish(Wave wave) throws IOException, InterruptedException {
    if (!results.has(wave.index())) {
      workers.finish(wave, round -> results(wave, round));
    }
    listener.finished(wave);
  }

  /** The manifest of a round's results, which must be made from the round's uploads. */
  private Manifest results(Wave wave, int round) throws IOException {
    Manifest uploads =
        exchange
            .manifest(wave.index(), round, Direction.UP)
            .orElseThrow(() -> missing(wave, round, Direction.UP));
    return exchange
        .manifest(wave.index(), round, Direction.DOWN, uploads.digest())
        .orElseThrow(() -> missing(wave, round, Direction.DOWN));
  }

  private static ExchangeException missing(Wave wave, int round, Direction direction) {
    return new ExchangeException(
        "The manifest of wave %d, round %d, %s is missing, though later ones are there"
            .formatted(wave.index(), round, direction));
  }

  /** Returns the bytes that were uploaded. */
  public long bytesUp() {
    return bytesUp.sum();
  }

  /** Returns the bytes that came back. */
  public long bytesDown() {
    return workers.bytesDown();
  }

  /** Stops the workers; whatever is committed stays for another engine to go on from. */
  @Override
  public void close() {
    workers.close();
  }
}
