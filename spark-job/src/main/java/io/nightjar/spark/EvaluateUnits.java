package io.nightjar.spark;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.draw.InputDigest;
import io.nightjar.plan.CiphertextRange;
import io.nightjar.protocol.Message;
import io.nightjar.protocol.Phase;
import io.nightjar.protocol.PhaseTimes;
import io.nightjar.protocol.Results;
import io.nightjar.protocol.RoundEvaluator;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/** Evaluates the units of a task, one result block after the other. */
final class EvaluateUnits
    implements PairFlatMapFunction<
        Iterator<Tuple2<WorkUnit, EncryptedBlock>>, BlockLabel, EncryptedBlock> {

  private static final long serialVersionUID = 1;

  private final Broadcast<BroadcastJob> job;
  private final int round;
  private final long mostBytes;
  private final JobMetrics metrics;
  private final DigestAccumulator written;

  /**
   * Creates the function.
   *
   * @param mostBytes about the native memory that one result block may take
   * @param written takes the digests of the files that come of it
   */
  EvaluateUnits(
      Broadcast<BroadcastJob> job,
      int round,
      long mostBytes,
      JobMetrics metrics,
      DigestAccumulator written) {
    this.job = job;
    this.round = round;
    this.mostBytes = mostBytes;
    this.metrics = metrics;
    this.written = written;
  }

  @Override
  public Iterator<Tuple2<BlockLabel, EncryptedBlock>> call(
      Iterator<Tuple2<WorkUnit, EncryptedBlock>> units) {
    BroadcastJob known = job.value();
    long start = PhaseTimes.now();
    RoundEvaluator evaluator = known.evaluator();
    evaluator.times().addSince(Phase.DRAW, start); // the first one reads the posterior
    UnitResults results = new UnitResults(units, evaluator);
    TaskContext.get()
        .addTaskCompletionListener(
            context -> {
              results.close();
              PhaseTimes times = TaskTimes.current().times();
              for (Phase phase : new Phase[] {Phase.DRAW, Phase.LINEAR, Phase.HIDE}) {
                times.add(phase, evaluator.times().nanos(phase));
              }
              metrics.addTask(times);
              written.add(TaskTimes.current().files());
            });
    return results;
  }

  /** Goes through units, their draws, and the blocks of each. */
  private final class UnitResults implements Iterator<Tuple2<BlockLabel, EncryptedBlock>> {
    private final Iterator<Tuple2<WorkUnit, EncryptedBlock>> units;
    private final RoundEvaluator evaluator;
    private WorkUnit unit;
    private int nextDraw;
    private Optional<RoundEvaluator.OpenUpload> upload = Optional.empty();
    private Optional<Results> blocks = Optional.empty();

    UnitResults(Iterator<Tuple2<WorkUnit, EncryptedBlock>> units, RoundEvaluator evaluator) {
      this.units = units;
      this.evaluator = evaluator;
    }

    @Override
    public boolean hasNext() {
      while (blocks.isEmpty() || !blocks.get().hasNext()) {
        closeBlocks();
        if (upload.isEmpty() || nextDraw == unit.firstDraw() + unit.draws()) {
          close(); // before the next upload takes the place of this one
          if (!units.hasNext()) {
            return false;
          }
          open(units.next());
        }
        CiphertextRange range = new CiphertextRange(unit.firstCiphertext(), unit.ciphertexts());
        blocks = Optional.of(upload.orElseThrow().evaluate(nextDraw++, range, mostBytes));
      }
      return true;
    }

    private void open(Tuple2<WorkUnit, EncryptedBlock> next) {
      unit = next._1;
      nextDraw = unit.firstDraw();
      BlockLabel label = new BlockLabel(evaluator.job(), unit.batch(), round, unit.uploadDraw(), 0);
      InputDigest digest = InputDigest.ofHex(unit.file().blake3()); // the file's own, verified
      upload = Optional.of(evaluator.open(label, next._2, digest));
    }

    @Override
    public Tuple2<BlockLabel, EncryptedBlock> next() {
      if (!hasNext()) {
        throw new NoSuchElementException("The task is done");
      }
      Message message = blocks.orElseThrow().next();
      return new Tuple2<>(message.label(), message.block());
    }

    /** Closes what is open, also when a task ends early. */
    void close() {
      closeBlocks();
      upload.ifPresent(RoundEvaluator.OpenUpload::close);
      upload = Optional.empty();
    }

    private void closeBlocks() {
      blocks.ifPresent(Results::close);
      blocks = Optional.empty();
    }
  }
}
