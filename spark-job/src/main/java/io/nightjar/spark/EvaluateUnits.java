package io.nightjar.spark;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.draw.InputDigest;
import io.nightjar.exchange.BlockFileWriter;
import io.nightjar.exchange.Direction;
import io.nightjar.exchange.JobExchange;
import io.nightjar.exchange.Section;
import io.nightjar.plan.CiphertextRange;
import io.nightjar.protocol.Message;
import io.nightjar.protocol.Phase;
import io.nightjar.protocol.PhaseTimes;
import io.nightjar.protocol.Results;
import io.nightjar.protocol.RoundEvaluator;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/**
 * Evaluates the units of a task, one result block after the other, and writes the results to a file
 * of the attempt's own. It closes every block.
 */
final class EvaluateUnits
    implements FlatMapFunction<Iterator<Tuple2<WorkUnit, EncryptedBlock>>, Section> {

  private static final long serialVersionUID = 1;

  private final Broadcast<BroadcastJob> job;
  private final Broadcast<SerializableConfiguration> configuration;
  private final String work;
  private final int round;
  private final long mostBytes;
  private final JobMetrics metrics;

  /**
   * Creates the function.
   *
   * @param configuration is how executors reach the exchange
   * @param mostBytes about the native memory that one result block may take
   */
  EvaluateUnits(
      Broadcast<BroadcastJob> job,
      Broadcast<SerializableConfiguration> configuration,
      RoundWork work,
      long mostBytes,
      JobMetrics metrics) {
    this.job = job;
    this.configuration = configuration;
    this.work = work.write();
    this.round = work.round();
    this.mostBytes = mostBytes;
    this.metrics = metrics;
  }

  @Override
  public Iterator<Section> call(Iterator<Tuple2<WorkUnit, EncryptedBlock>> units)
      throws IOException {
    BroadcastJob known = job.value();
    long start = PhaseTimes.now();
    RoundEvaluator evaluator = known.evaluator();
    evaluator.times().addSince(Phase.DRAW, start); // the first one reads the posterior
    start = PhaseTimes.now();
    RoundWork now = RoundWork.read(work);
    BlockFormat format = now.openFormat(Long.MAX_VALUE);
    UnitResults results = new UnitResults(units, evaluator);
    List<Section> written = List.of();
    try (BlockFileWriter writer = writer(now)) {
      TaskTimes.current().exchangedSince(start);
      while (results.hasNext()) {
        Message message = results.next();
        results.blocksMade++;
        start = PhaseTimes.now();
        try (message) {
          writer.write(message.label(), message.block(), format);
        }
        TaskTimes.current().exchangedSince(start);
      }
      start = PhaseTimes.now();
      written = writer.finish();
      TaskTimes.current().exchangedSince(start);
      TaskBytes.written(written);
      return written.iterator();
    } finally {
      results.close();
      PhaseTimes times = TaskTimes.current().times();
      for (Phase phase : new Phase[] {Phase.DRAW, Phase.LINEAR, Phase.HIDE}) {
        times.add(phase, evaluator.times().nanos(phase));
      }
      metrics.addTask(times, results.bytesRead, TaskBytes.bytes(written), results.blocksMade);
    }
  }

  private BlockFileWriter writer(RoundWork now) throws IOException {
    Path directory = new Path(now.jobDirectory());
    return JobExchange.of(directory, configuration.value().value(), now.job())
        .writer(now.wave(), now.round(), Direction.DOWN);
  }

  /** Goes through units, their draws, and the blocks of each. */
  private final class UnitResults implements Iterator<Message> {
    private final Iterator<Tuple2<WorkUnit, EncryptedBlock>> units;
    private final RoundEvaluator evaluator;
    private WorkUnit unit;
    private int nextDraw;
    private long bytesRead;
    private long blocksMade;
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
      bytesRead += unit.upload().bytes();
      nextDraw = unit.firstDraw();
      BlockLabel label = new BlockLabel(evaluator.job(), unit.batch(), round, unit.uploadDraw(), 0);
      InputDigest digest = InputDigest.ofHex(unit.upload().blake3()); // the upload's own, verified
      upload = Optional.of(evaluator.open(label, next._2, digest));
    }

    @Override
    public Message next() {
      if (!hasNext()) {
        throw new NoSuchElementException("The task is done");
      }
      return blocks.orElseThrow().next();
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
