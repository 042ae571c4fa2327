package io.nightjar.owner;

import io.nightjar.crypto.natives.StageTimes;
import io.nightjar.exchange.Direction;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.JobExchange;
import io.nightjar.exchange.Manifest;
import io.nightjar.exchange.Section;
import io.nightjar.exchange.Wave;
import io.nightjar.metrics.ProcessMetric;
import io.nightjar.metrics.ProcessMetrics;
import io.nightjar.plan.Plan;
import io.nightjar.protocol.Phase;
import io.nightjar.protocol.PhaseTimes;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that the data owner does in a job, wave by wave and round by round: it commits what
 * its workers do.
 *
 * <p>Every step may be asked for again: what is committed stays, and what an earlier process left
 * half done is made up from the exchange. Different waves may be worked on by different threads.
 */
public final class OwnerEngine implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OwnerEngine.class);

  private final Plan plan;
  private final JobExchange exchange;
  private final OwnerWorkers workers;
  private final ResultStore results;
  private final MadeUploads made;
  private final PhaseTimes times;
  private final boolean keep;
  private final OwnerListener listener;
  private final LongAdder bytesUp = new LongAdder();
  private final LongAdder bytesWritten = new LongAdder();
  private final ProcessMetrics.Counting counting;

  /**
   * Creates the engine of one job.
   *
   * @param exchange is where blocks go and come from
   * @param workers do the work; closed with this
   * @param results is where predictions go
   * @param made is where uploads are remembered
   * @param times take how long the exchange takes
   * @param keep whether blocks stay that nobody will read again
   * @param listener hears of every step
   */
  public OwnerEngine(
      Plan plan,
      JobExchange exchange,
      OwnerWorkers workers,
      ResultStore results,
      MadeUploads made,
      PhaseTimes times,
      boolean keep,
      OwnerListener listener) {
    this.plan = plan;
    this.exchange = exchange;
    this.workers = workers;
    this.results = results;
    this.made = made;
    this.times = times;
    this.keep = keep;
    this.listener = listener;
    this.counting =
        ProcessMetrics.count(
            Map.of(
                ProcessMetric.EXCHANGE_BYTES_READ, workers::bytesDown,
                ProcessMetric.EXCHANGE_BYTES_WRITTEN, bytesWritten::sum));
  }

  /**
   * Uploads a round of a wave, unless it has been.
   *
   * @return the committed manifest
   * @throws ExchangeException if the results that it is made of are not as they must be
   */
  public Manifest upload(Wave wave, int round) throws IOException, InterruptedException {
    long start = PhaseTimes.now();
    Optional<Manifest> done = made.find(wave.index(), round);
    committedSince(start);
    if (done.isEmpty()) {
      done = Optional.of(make(wave, round));
    }
    bytesUp.add(done.get().bytes());
    listener.uploaded(wave, round);
    return done.get();
  }

  private Manifest make(Wave wave, int round) throws IOException, InterruptedException {
    long start = PhaseTimes.now();
    String source = round > 0 ? results(wave, round - 1).digest() : "";
    Optional<Manifest> there = exchange.manifest(wave.index(), round, Direction.UP, source);
    if (there.isPresent()) { // another process of the owner's made them
      made.keep(there.get());
      return there.get();
    }
    exchange.clear(wave.index(), round, Direction.UP);
    committedSince(start);
    List<Section> written =
        round > 0
            ? workers.uploadAgain(wave, round, below -> results(wave, below))
            : workers.upload(wave);
    start = PhaseTimes.now();
    Manifest manifest = commit(wave, round, source, written);
    if (!keep) {
      retire(wave, round);
    }
    committedSince(start);
    return manifest;
  }

  private void committedSince(long start) {
    times.addSince(Phase.EXCHANGE, start);
    StageTimes.addSince(StageTimes.Stage.COMMITTING, start);
  }

  /** Commits uploads, which are remembered before anybody else may see them. */
  private Manifest commit(Wave wave, int round, String source, List<Section> written)
      throws IOException {
    Manifest manifest =
        Manifest.of(exchange.job(), wave.index(), round, Direction.UP, source, written);
    bytesWritten.add(manifest.bytes());
    made.keep(manifest);
    Manifest committed = exchange.commit(manifest);
    if (!committed.equals(manifest)) { // another process of the owner's was first
      made.keep(committed);
    }
    return committed;
  }

  /**
   * Removes blocks that nobody reads any more when a round has been uploaded: the uploads below it,
   * and the results that those were made of, but for results that branches want later. The results
   * that this round was made of stay, to make it again. Manifests stay: they say what has been.
   */
  private void retire(Wave wave, int round) throws IOException {
    if (round > 0) {
      exchange.removeBlocks(wave.index(), round - 1, Direction.UP);
    }
    if (round > 1 && plan.jointSources().isEmpty()) {
      exchange.removeBlocks(wave.index(), round - 2, Direction.DOWN);
    }
  }

  /**
   * Looks through what earlier processes brought to the exchange and left there unfinished, and
   * makes good what is damaged or gone.
   *
   * <p>Results are taken back, and so evaluated again, of the same uploads. Uploads are made again
   * with the same bytes, so nobody is answered or shown anything twice. What only decryption shows
   * is no damage.
   *
   * @param waves those that are not finished
   * @throws ExchangeException if uploads and what they were made of are damaged
   */
  public void heal(List<Wave> waves) throws IOException, InterruptedException {
    Set<Integer> begun = made.waves();
    for (Wave wave : waves) {
      if (begun.contains(wave.index())) {
        heal(wave);
      }
    }
  }

  private void heal(Wave wave) throws IOException, InterruptedException {
    List<Manifest> uploads = made.of(wave.index());
    for (Manifest own : uploads) {
      restore(own);
    }
    if (uploads.isEmpty()) {
      return;
    }
    Manifest last = uploads.get(uploads.size() - 1);
    if (!keep) {
      retire(wave, last.round());
    }
    // One that is being written has its signature first, so it is asked for in this order.
    boolean committed = exchange.isCommitted(wave.index(), last.round(), Direction.DOWN);
    Optional<Manifest> answer = exchange.manifest(wave.index(), last.round(), Direction.DOWN);
    if (answer.isPresent() && answers(answer.get(), last)) {
      return;
    }
    if (committed || answer.isPresent()) {
      LOG.warn("{} are damaged, and are asked for again", named("The results", last));
      exchange.retract(wave.index(), last.round(), Direction.DOWN);
    }
    if (!exchange.isWhole(last)) {
      LOG.warn("{} are damaged, and are made again", named("The uploads", last));
      List<Section> written = workers.repeat(wave, last, round -> source(wave, round, uploads));
      exchange.retract(wave.index(), last.round(), Direction.UP);
      commit(wave, last.round(), last.source(), written);
    }
  }

  /**
   * Returns the results that uploads were made of. Others are refused before they are decrypted:
   * whether they come to the same uploads would say something of what is in them.
   */
  private Manifest source(Wave wave, int round, List<Manifest> uploads) throws IOException {
    Manifest results = results(wave, round);
    if (!results.digest().equals(uploads.get(round + 1).source())) {
      throw new ExchangeException(
          "The results of wave %d, round %d are not those that the damaged uploads of the next one were made of: remove the output to start anew"
              .formatted(wave.index(), round));
    }
    return results;
  }

  private boolean answers(Manifest results, Manifest uploads) throws IOException {
    return results.source().equals(uploads.digest()) && exchange.isWhole(results);
  }

  private static String named(String what, Manifest uploads) {
    return "%s of wave %d, round %d".formatted(what, uploads.wave(), uploads.round());
  }

  /** Commits uploads again whose manifest is not there as it was. */
  private void restore(Manifest own) throws IOException {
    if (!exchange.manifest(own.wave(), own.round(), Direction.UP).equals(Optional.of(own))) {
      LOG.warn("{} are committed again: their manifest is gone", named("The uploads", own));
      exchange.retract(own.wave(), own.round(), Direction.UP);
      exchange.commit(own);
    }
  }

  /** Makes predictions of the last round's results, unless they have been made. */
  public void finish(Wave wave) throws IOException, InterruptedException {
    if (!results.has(wave.index())) {
      workers.finish(wave, round -> results(wave, round));
    }
    made.forget(wave.index());
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
    counting.close();
    workers.close();
  }
}
