package io.nightjar.job;

import io.nightjar.exchange.Direction;
import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.JobExchange;
import io.nightjar.exchange.Manifest;
import io.nightjar.exchange.Wave;
import io.nightjar.plan.Plan;
import io.nightjar.spark.RoundRunner;
import io.nightjar.spark.SeenInputs;
import io.nightjar.text.Amounts;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * A job of a data owner who is elsewhere, on the model owner's side. No thread waits in it: it is
 * looked at again and again, and says which rounds can be evaluated.
 *
 * <p>One thread looks; others evaluate.
 */
final class ServedJob implements AutoCloseable {

  /** The waves of a job that are looked at; no agent has more under way. */
  private static final int MOST_BEGUN = 16;

  /** Opens what evaluates the rounds of a job. */
  interface Opener {
    RoundRunner open() throws IOException;
  }

  /** A round of a wave whose uploads are there. */
  record Step(ServedWave wave, Manifest uploads) {}

  /** How far a wave is. */
  static final class ServedWave {
    private final Wave wave;
    private int round;
    private Optional<String> source = Optional.empty(); // if it was evaluated here
    private long heldBytes;
    private boolean inWork;

    ServedWave(Wave wave) {
      this.wave = wave;
    }

    boolean isBegun() {
      return inWork || round > 0;
    }
  }

  private final JobExchange exchange;
  private final String account;
  private final Plan plan;
  private final SeenInputs inputs;
  private final Opener opener;
  private final int inFlight;
  private final MeasuredProgress progress;
  private final List<ServedWave> open = new ArrayList<>();
  private final Object opening = new Object();
  private volatile Optional<RoundRunner> runner = Optional.empty();
  private Optional<Throwable> failure = Optional.empty();
  private int inWork;
  private long lastMoved = System.nanoTime();

  /**
   * Begins, or goes on with, a job.
   *
   * @param account the account that it counts on
   * @param inFlight how many of its rounds may be evaluated at the same time
   */
  ServedJob(
      JobExchange exchange,
      String account,
      Plan plan,
      SeenInputs inputs,
      Opener opener,
      int inFlight,
      JobProgress progress)
      throws IOException {
    this.exchange = exchange;
    this.account = account;
    this.plan = plan;
    this.inputs = inputs;
    this.opener = opener;
    this.inFlight = inFlight;
    for (Wave wave : exchange.job().waves()) {
      if (!exchange.isFinished(wave.index())) {
        open.add(new ServedWave(wave));
      }
    }
    this.progress =
        new MeasuredProgress(
            progress, plan, exchange.job(), open.stream().map(wave -> wave.wave).toList());
  }

  JobDescription description() {
    return exchange.job();
  }

  String account() {
    return account;
  }

  JobExchange exchange() {
    return exchange;
  }

  /** Returns whether all rounds of all waves are evaluated, or not wanted any more. */
  synchronized boolean isEvaluated() {
    return open.stream().allMatch(wave -> wave.round == plan.rounds().size());
  }

  /** Returns whether its data owner has what it wanted of all waves. */
  synchronized boolean isOver() {
    return open.isEmpty();
  }

  /** Returns whether none of its rounds is being evaluated. */
  synchronized boolean isIdle() {
    return inWork == 0;
  }

  /** Returns why it cannot go on, when nothing of it is being evaluated any more. */
  synchronized Optional<Throwable> failure() {
    return inWork == 0 ? failure : Optional.empty();
  }

  /** Returns how long ago it was begun, or came a round further. */
  synchronized Duration idle() {
    return Duration.ofNanos(inWork > 0 ? 0 : System.nanoTime() - lastMoved);
  }

  /** Returns the bytes of the uploads of waves that are under way. */
  synchronized long heldBytes() {
    return open.stream().mapToLong(wave -> wave.heldBytes).sum();
  }

  /** Returns what it waits for. */
  synchronized String awaited() {
    ServedWave first =
        open.stream().filter(wave -> wave.round < plan.rounds().size()).findFirst().orElseThrow();
    return "the uploads of wave %d, round %d of job %s"
        .formatted(first.wave.index(), first.round, description().job());
  }

  /**
   * Returns the rounds whose uploads are there, and takes them to be in work from here on.
   *
   * @param mostBytes the most bytes that the uploads of its waves may have together
   */
  synchronized List<Step> ready(long mostBytes) throws IOException {
    List<Step> ready = new ArrayList<>();
    int begun = 0;
    int waiting = 0;
    for (Iterator<ServedWave> waves = open.iterator(); waves.hasNext(); ) {
      ServedWave wave = waves.next();
      if (failure.isPresent() || inWork == inFlight || begun == MOST_BEGUN || waiting == inFlight) {
        break;
      }
      if (!wave.inWork && isOver(wave)) {
        waves.remove();
        continue;
      }
      Optional<Manifest> uploads = wave.inWork ? Optional.empty() : next(wave);
      if (uploads.isPresent() && fits(wave, uploads.get(), mostBytes)) {
        wave.inWork = true;
        wave.heldBytes = uploads.get().bytes();
        inWork++;
        ready.add(new Step(wave, uploads.get()));
      }
      begun += wave.isBegun() ? 1 : 0;
      waiting += wave.isBegun() ? 0 : 1;
    }
    return ready;
  }

  /**
   * Returns the uploads of the round that a wave is at, if they are there. An earlier process may
   * have brought it there; and of results that are damaged the data owner takes the manifest away.
   */
  private Optional<Manifest> next(ServedWave wave) throws IOException {
    int index = wave.wave.index();
    int rounds = plan.rounds().size();
    if (!wave.isBegun()) {
      while (wave.round + 1 < rounds && exchange.isCommitted(index, wave.round + 1, Direction.UP)) {
        wave.round++;
      }
    }
    Optional<Manifest> uploads = wave.round < rounds ? uploads(wave, wave.round) : Optional.empty();
    boolean again =
        uploads.isEmpty()
            && wave.round > 0
            && !exchange.isCommitted(index, wave.round - 1, Direction.DOWN);
    if (again) {
      wave.round--;
      wave.source = Optional.empty();
      uploads = uploads(wave, wave.round);
    }
    return uploads;
  }

  private Optional<Manifest> uploads(ServedWave wave, int round) throws IOException {
    int index = wave.wave.index();
    return wave.source.isPresent()
        ? exchange.manifest(index, round, Direction.UP, wave.source.get())
        : exchange.manifest(index, round, Direction.UP);
  }

  /** Returns whether the data owner has what it wanted of a wave. */
  private boolean isOver(ServedWave wave) throws IOException {
    return exchange.isFinished(wave.wave.index());
  }

  private boolean fits(ServedWave wave, Manifest uploads, long mostBytes) {
    long others = heldBytes() - wave.heldBytes;
    if (others == 0 && uploads.bytes() > mostBytes) {
      throw new JobRefusedException(
          "The uploads of wave %d, round %d have %s; a data owner may have %s in work (serve.bytesPerOwner): make waves smaller (waves.batches)"
              .formatted(
                  wave.wave.index(),
                  wave.round,
                  Amounts.bytes(uploads.bytes()),
                  Amounts.bytes(mostBytes)));
    }
    return others + uploads.bytes() <= mostBytes;
  }

  /** Evaluates a round that was ready; a failure is kept, and ends the job. */
  void evaluate(Step step) {
    Optional<Throwable> failed = Optional.empty();
    Optional<String> results = Optional.empty();
    Wave wave = step.wave().wave;
    int round = step.wave().round;
    try {
      // The runner has the job's secret, which has to be there before the memory of uploads.
      new RoundEvaluation(inputs, runner(), progress).evaluate(wave, round, step.uploads());
      results = exchange.manifest(wave.index(), round, Direction.DOWN).map(Manifest::digest);
      if (round == plan.lastRound().index()) {
        progress.through(wave);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failed = Optional.of(e);
    } catch (Exception | Error e) {
      failed = Optional.of(e);
    }
    moved(step.wave(), results, failed);
  }

  private synchronized void moved(
      ServedWave wave, Optional<String> results, Optional<Throwable> failed) {
    inWork--;
    wave.inWork = false;
    lastMoved = System.nanoTime();
    if (failure.isEmpty()) {
      failure = failed;
    }
    if (failed.isEmpty()) {
      wave.round++;
      wave.source = results; // if they are gone, then with their wave, or to be evaluated again
      if (wave.round == plan.rounds().size()) {
        wave.heldBytes = 0;
      }
    }
  }

  /** Returns what evaluates rounds; to open it may take a while, in which others may look. */
  private RoundRunner runner() throws IOException {
    synchronized (opening) {
      if (runner.isEmpty()) {
        runner = Optional.of(opener.open());
      }
      return runner.get();
    }
  }

  /** Returns whether executors have been told of the job. */
  boolean isOnExecutors() {
    return runner.isPresent();
  }

  /** Takes the job back from the executors; it is sent again when it goes on. */
  @Override
  public void close() {
    synchronized (opening) {
      runner.ifPresent(RoundRunner::close);
      runner = Optional.empty();
    }
  }
}
