package io.nightjar.protocol;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.CancelledException;
import io.nightjar.crypto.ClosedException;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.EncryptionName;
import io.nightjar.crypto.RealColumns;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * One batch on the data owner's side, which uploads, decrypts, activates, and in the end averages
 * the draws.
 *
 * <p>Each draw is at some round: it is uploaded, then waits for the ciphertexts of the result, and
 * when it has them all it moves on to the next round. What has been uploaded is forgotten, but for
 * what branches want later. An upload may be left out where an earlier process made it; then its
 * results are accepted all the same, which is how a job resumes.
 *
 * <p>What anybody can see to be wrong with a result is refused. What only decryption shows is kept
 * from everybody: the batch is {@linkplain PoisonedBatches poisoned}, takes and uploads as much as
 * ever, and has no predictions in the end.
 *
 * <p>Draws may be worked on by different threads at once.
 */
public final class DataOwnerBatch {

  private final UUID job;
  private final long batch;
  private final Plan plan;
  private final OwnerCodec codec;
  private final PoisonedBatches poisoned;
  private final PhaseTimes times;
  private final RoundMeasures measures;
  private final int records;
  private final List<Draw> draws;

  DataOwnerBatch(
      UUID job,
      long batch,
      Plan plan,
      OwnerCodec codec,
      PoisonedBatches poisoned,
      PhaseTimes times,
      RoundMeasures measures,
      int records,
      OwnerState state,
      int round) {
    this.job = job;
    this.batch = batch;
    this.plan = plan;
    this.codec = codec;
    this.poisoned = poisoned;
    this.times = times;
    this.measures = measures;
    this.records = records;
    this.draws = Stream.generate(() -> new Draw(state, round)).limit(plan.draws()).toList();
  }

  /** One draw, and the round that it is at. */
  private static final class Draw {
    private OwnerState state;
    private int round;
    private boolean uploaded;
    private Optional<ResultReader> result = Optional.empty();
    private final BitSet present = new BitSet(); // ciphertexts of the result

    Draw(OwnerState state, int round) {
      this.state = state;
      this.round = round;
    }
  }

  /**
   * Returns where the next upload of a draw belongs; that of the first round serves all draws and
   * is the first one's.
   *
   * @throws IllegalStateException if there is none, or it was asked for before
   */
  public BlockLabel next(int draw) {
    Draw current = draws.get(draw);
    synchronized (current) {
      if (isFinished(current) || current.uploaded || (current.round == 0 && draw != 0)) {
        throw new IllegalStateException(
            "Batch %d, draw %d has nothing to upload".formatted(batch, draw));
      }
      return new BlockLabel(job, batch, current.round, draw, 0);
    }
  }

  /** Returns the next upload of a draw, under a name of its own. */
  public Message upload(int draw) {
    return upload(EncryptionName.draw(next(draw)));
  }

  /**
   * Returns the upload that is {@linkplain #next next}; that of a poisoned batch has zeros for
   * values.
   *
   * @param name a name that was drawn for it
   * @throws IllegalStateException if it is another one's, or was asked for before
   */
  public Message upload(EncryptionName name) {
    Draw current = named(name);
    synchronized (current) {
      Round round = plan.rounds().get(current.round);
      OwnerState state = current.state;
      OwnerCodec.Upload upload = times.timed(Phase.ACTIVATE, () -> prepare(round, state));
      Message message = encrypt(upload, name);
      measures.addInputs(round.index(), (long) round.inputFeatures() * records, upload.outside());
      uploaded(current);
      return message;
    }
  }

  /**
   * Returns the upload that is {@linkplain #next next} as it was made before under its name.
   *
   * <p>Of a poisoned batch, what was uploaded before it was known to be one is no zeros. So both
   * are made of every batch, and only the one that it was gets out: time does not tell which. What
   * is neither has come of something else and shares its randomness with what was: nobody may see
   * it.
   *
   * @param wasIt knows the bytes that it had
   * @return the upload; empty if it cannot be made again
   */
  public Optional<Message> uploadAgain(EncryptionName name, Predicate<Message> wasIt) {
    Draw current = named(name);
    synchronized (current) {
      Round round = plan.rounds().get(current.round);
      OwnerState state = current.state;
      OwnerCodec.Upload zeros = codec.upload(round, state.zeros(round, records));
      OwnerCodec.Upload real = unseen(() -> codec.upload(round, state)).orElse(zeros);
      List<Message> found = new ArrayList<>();
      boolean done = false;
      try {
        ifItWas(encrypt(real, name), wasIt).ifPresent(found::add);
        ifItWas(encrypt(zeros, name), wasIt).ifPresent(found::add);
        found.stream().skip(1).forEach(Message::close);
        done = true;
      } finally {
        if (!done) {
          found.forEach(Message::close);
        }
      }
      if (!found.isEmpty()) {
        uploaded(current);
      }
      return found.stream().findFirst();
    }
  }

  /** Returns a message, or closes it if it is not the one. */
  private static Optional<Message> ifItWas(Message made, Predicate<Message> wasIt) {
    boolean was = false;
    try {
      was = wasIt.test(made);
    } finally {
      if (!was) {
        made.close();
      }
    }
    return was ? Optional.of(made) : Optional.empty();
  }

  private Draw named(EncryptionName name) {
    if (!name.label().equals(next(name.label().draw()))) {
      throw new IllegalStateException(
          "Batch %d has another upload to make than %s".formatted(batch, name.label()));
    }
    return draws.get(name.label().draw());
  }

  private Message encrypt(OwnerCodec.Upload upload, EncryptionName name) {
    return new Message(
        name.label(), times.timed(Phase.ENCRYPT, () -> upload.encryption().apply(name)));
  }

  /** Takes the uploads of the round that every draw is at to have been made. */
  void markUploaded() {
    draws.forEach(this::uploaded);
  }

  /** Remembers that a draw was uploaded; the first upload is that of every draw. */
  private void uploaded(Draw draw) {
    for (Draw each : draw.round == 0 ? draws : List.of(draw)) {
      synchronized (each) {
        each.uploaded = true;
        each.state = each.state.forgetful();
      }
    }
  }

  /**
   * Refuses a result by its header alone, before memory is taken for it.
   *
   * @throws ProtocolException if it is not what this batch waits for
   */
  public void check(BlockFormat.Header header) {
    Draw draw = draw(header.label());
    synchronized (draw) {
      codec.check(header);
      check(draw, header.label(), header.ciphertexts(), header.records());
    }
  }

  /**
   * Takes ciphertexts of a result.
   *
   * @return whether they completed the draw's round
   * @throws ProtocolException if anybody can see that they are not what this batch waits for;
   *     nothing has changed then
   */
  public boolean accept(BlockLabel label, EncryptedBlock block) {
    Draw draw = draw(label);
    synchronized (draw) {
      codec.check(block);
      check(draw, label, block.ciphertexts(), block.records());
      Round round = plan.rounds().get(draw.round);
      ResultReader result = draw.result.orElseGet(() -> codec.results(round, records));
      draw.result = Optional.of(result);
      unseen(() -> times.timed(Phase.DECRYPT, () -> result.take(label, block)))
          .ifPresent(found -> measures.add(round.index(), found.marginBits(), found.largest()));
      draw.present.set(label.firstCiphertext(), label.firstCiphertext() + block.ciphertexts());
      if (draw.present.cardinality() < plan.layout().returned(round)) {
        return false;
      }
      OwnerState before = draw.state; // that of a poisoned batch goes on too, which takes as long
      unseen(() -> times.timed(Phase.ACTIVATE, () -> before.after(round, result.outputs())))
          .ifPresent(after -> draw.state = after);
      draw.round++;
      draw.uploaded = false;
      draw.present.clear();
      draw.result = Optional.empty();
      return true;
    }
  }

  /** Prepares an upload: the records, what results came to, or zeros for a poisoned batch. */
  private OwnerCodec.Upload prepare(Round round, OwnerState state) {
    if (round.index() == 0 && !isPoisoned()) { // nothing has been decrypted
      return codec.upload(round, state);
    }
    Optional<OwnerCodec.Upload> made =
        isPoisoned() ? Optional.empty() : unseen(() -> codec.upload(round, state));
    return made.orElseGet(() -> codec.upload(round, state.zeros(round, records)));
  }

  /**
   * Does what depends on decrypted values, and whose failure therefore nobody may see: the batch is
   * poisoned instead. A thread that is told to stop stops, or finds the key closed.
   */
  private <T> Optional<T> unseen(Supplier<T> work) {
    try {
      return Optional.of(work.get());
    } catch (CancelledException | ClosedException e) {
      throw e;
    } catch (RuntimeException e) { // of which not even the message may be told
      poisoned.add(batch);
      return Optional.empty();
    }
  }

  /** Returns whether a result has shown, in this process or before, that none can be relied on. */
  public boolean isPoisoned() {
    return poisoned.has(batch);
  }

  /** Returns whether every draw has been through all rounds. */
  public boolean isFinished() {
    return draws.stream()
        .allMatch(
            draw -> {
              synchronized (draw) {
                return isFinished(draw);
              }
            });
  }

  /**
   * Returns the predictions; a poisoned batch has none.
   *
   * @throws IllegalStateException if it is not finished
   */
  public Optional<Predictions> predictions() {
    if (!isFinished()) {
      throw new IllegalStateException("Batch %d is not finished".formatted(batch));
    }
    Optional<Predictions> made = unseen(() -> times.timed(Phase.ACTIVATE, this::average));
    return isPoisoned() ? Optional.empty() : made;
  }

  private Predictions average() {
    List<RealColumns> outputs = draws.stream().map(draw -> draw.state.output()).toList();
    if (outputs.stream()
        .anyMatch(output -> Arrays.stream(output.values()).anyMatch(Double::isNaN))) {
      throw new PoisonedResultException("Not all outputs of batch %d are numbers".formatted(batch));
    }
    return Predictions.average(plan.task(), outputs);
  }

  /** Returns the number of the batch. */
  public long number() {
    return batch;
  }

  /** Returns how many records the batch has. */
  public int records() {
    return records;
  }

  private boolean isFinished(Draw draw) {
    return draw.round == plan.rounds().size();
  }

  private Draw draw(BlockLabel label) {
    MessageChecks.require("job", job, label.job());
    MessageChecks.require("batch", batch, label.batch());
    if (label.draw() >= draws.size()) {
      throw new ProtocolException(
          "A result for draw %d; the plan has %d draws".formatted(label.draw(), draws.size()));
    }
    return draws.get(label.draw());
  }

  private void check(Draw draw, BlockLabel label, int ciphertexts, int count) {
    if (isFinished(draw) || label.round() != draw.round) {
      throw new ProtocolException(
          "A result of round %d for draw %d, which %s"
              .formatted(
                  label.round(),
                  label.draw(),
                  isFinished(draw) ? "is finished" : "waits for round " + draw.round));
    }
    MessageChecks.require("records", records, count);
    int expected = plan.layout().returned(plan.rounds().get(draw.round));
    if (ciphertexts > expected - label.firstCiphertext()) {
      throw new ProtocolException(
          "A result of ciphertexts %d to %d; the round has %d"
              .formatted(
                  label.firstCiphertext(),
                  label.firstCiphertext() + (long) ciphertexts - 1,
                  expected));
    }
    int again = draw.present.nextSetBit(label.firstCiphertext());
    if (again >= 0 && again < label.firstCiphertext() + ciphertexts) {
      throw new ProtocolException(
          "Ciphertext %d of round %d was received before".formatted(again, label.round()));
    }
  }
}
