package io.nightjar.spark;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.exchange.Direction;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.JobExchange;
import io.nightjar.exchange.VerifiedBlocks;
import io.nightjar.protocol.PhaseTimes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.InputFormat;
import org.apache.hadoop.mapreduce.InputSplit;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.RecordReader;
import org.apache.hadoop.mapreduce.TaskAttemptContext;

/**
 * The uploads of a round, each with what is to be done with it.
 *
 * <p>A reader has one block in memory at a time: it closes a block when it is asked for the next
 * one, and at its end.
 */
public final class BlockInputFormat extends InputFormat<WorkUnit, EncryptedBlock> {

  @Override
  public List<InputSplit> getSplits(JobContext context) throws IOException {
    Configuration configuration = context.getConfiguration();
    RoundWork work = RoundWork.load(configuration);
    Hosts hosts = new Hosts(uploads(work, configuration), configuration);
    List<InputSplit> splits = new ArrayList<>();
    for (List<WorkUnit> units : RoundTasks.named(work.tasks())) {
      splits.add(new BlockSplit(units, hosts.of(units.get(0).upload())));
    }
    return splits;
  }

  private static JobExchange exchange(RoundWork work, Configuration configuration)
      throws IOException {
    return JobExchange.of(new Path(work.jobDirectory()), configuration, work.job());
  }

  private static Path uploads(RoundWork work, Configuration configuration) throws IOException {
    return exchange(work, configuration).blocks(work.wave(), work.round(), Direction.UP);
  }

  @Override
  public RecordReader<WorkUnit, EncryptedBlock> createRecordReader(
      InputSplit split, TaskAttemptContext context) throws IOException {
    long start = PhaseTimes.now();
    Configuration configuration = context.getConfiguration();
    RoundWork work = RoundWork.load(configuration);
    Reader reader =
        new Reader(
            (BlockSplit) split,
            work,
            exchange(work, configuration),
            work.openFormat(work.mostBlockBytes()));
    TaskTimes.current().exchangedSince(start);
    return reader;
  }

  private static final class Reader extends RecordReader<WorkUnit, EncryptedBlock> {
    private final List<WorkUnit> units;
    private final RoundWork work;
    private final JobExchange exchange;
    private final BlockFormat format;
    private int next;
    private EncryptedBlock current;

    Reader(BlockSplit split, RoundWork work, JobExchange exchange, BlockFormat format) {
      this.units = split.units();
      this.work = work;
      this.exchange = exchange;
      this.format = format;
    }

    @Override
    public void initialize(InputSplit split, TaskAttemptContext context) {}

    @Override
    public boolean nextKeyValue() throws IOException {
      long start = PhaseTimes.now();
      close();
      if (next == units.size()) {
        return false;
      }
      WorkUnit unit = units.get(next);
      try (VerifiedBlocks blocks =
          exchange.open(
              work.wave(),
              work.round(),
              Direction.UP,
              unit.upload(),
              format,
              header -> check(unit, header))) {
        current = blocks.next().block();
        if (blocks.hasNext()) {
          throw new ExchangeException(unit.upload().name() + " holds more than one block");
        }
      }
      TaskTimes.current().exchangedSince(start);
      TaskBytes.read(unit.upload().bytes());
      next++;
      return true;
    }

    private void check(WorkUnit unit, BlockFormat.Header header) {
      var label = header.label();
      boolean asked =
          label.job().equals(work.job().job())
              && label.batch() == unit.batch()
              && label.round() == work.round()
              && label.draw() == unit.uploadDraw()
              && header.records() == work.job().records(unit.batch());
      if (!asked) {
        throw new ExchangeException(
            "%s holds %s, %d records: it belongs elsewhere"
                .formatted(unit.upload().name(), label, header.records()));
      }
    }

    @Override
    public WorkUnit getCurrentKey() {
      return units.get(next - 1);
    }

    @Override
    public EncryptedBlock getCurrentValue() {
      return current;
    }

    @Override
    public float getProgress() {
      return (float) next / units.size();
    }

    @Override
    public void close() {
      if (current != null) {
        current.close();
        current = null;
      }
    }
  }
}
