package io.nightjar.spark;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.CipherBlock;
import io.nightjar.protocol.Message;
import io.nightjar.protocol.Phase;
import io.nightjar.protocol.PhaseTimes;
import io.nightjar.protocol.RoundEvaluator;
import io.nightjar.protocol.RowRange;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/** Evaluates the units of a task, one result block after the other. */
final class EvaluateUnits
    implements PairFlatMapFunction<
        Iterator<Tuple2<WorkUnit, CipherBlock>>, BlockLabel, CipherBlock> {

  private static final long serialVersionUID = 1;

  private final Broadcast<BroadcastModel> model;
  private final int round;
  private final long mostBytes;
  private final JobMetrics metrics;

  /**
   * Creates the function.
   *
   * @param mostBytes about the native memory that one result block may take
   */
  EvaluateUnits(Broadcast<BroadcastModel> model, int round, long mostBytes, JobMetrics metrics) {
    this.model = model;
    this.round = round;
    this.mostBytes = mostBytes;
    this.metrics = metrics;
  }

  @Override
  public Iterator<Tuple2<BlockLabel, CipherBlock>> call(
      Iterator<Tuple2<WorkUnit, CipherBlock>> units) {
    RoundEvaluator evaluator = model.value().evaluator();
    TaskContext.get()
        .addTaskCompletionListener(
            context -> {
              PhaseTimes times = TaskTimes.current().times();
              times.add(Phase.DRAW, evaluator.times().nanos(Phase.DRAW));
              times.add(Phase.LINEAR, evaluator.times().nanos(Phase.LINEAR));
              metrics.add(times);
            });
    return new Results(units, evaluator);
  }

  /** Goes through units, their draws, and the blocks of each. */
  private final class Results implements Iterator<Tuple2<BlockLabel, CipherBlock>> {
    private final Iterator<Tuple2<WorkUnit, CipherBlock>> units;
    private final RoundEvaluator evaluator;
    private Tuple2<WorkUnit, CipherBlock> unit;
    private int nextDraw;
    private Iterator<Message> blocks = Collections.emptyIterator();

    Results(Iterator<Tuple2<WorkUnit, CipherBlock>> units, RoundEvaluator evaluator) {
      this.units = units;
      this.evaluator = evaluator;
    }

    @Override
    public boolean hasNext() {
      while (!blocks.hasNext()) {
        if (unit == null || nextDraw == unit._1.firstDraw() + unit._1.draws()) {
          if (!units.hasNext()) {
            return false;
          }
          unit = units.next();
          nextDraw = unit._1.firstDraw();
        }
        WorkUnit work = unit._1;
        BlockLabel label =
            new BlockLabel(evaluator.job(), work.batch(), round, work.uploadDraw(), 0);
        blocks =
            evaluator.evaluate(
                label, unit._2, nextDraw++, new RowRange(work.firstRow(), work.rows()), mostBytes);
      }
      return true;
    }

    @Override
    public Tuple2<BlockLabel, CipherBlock> next() {
      if (!hasNext()) {
        throw new NoSuchElementException("The task is done");
      }
      Message message = blocks.next();
      return new Tuple2<>(message.label(), message.block());
    }
  }
}
