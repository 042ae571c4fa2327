package io.nightjar.cluster;

import io.nightjar.exchange.JobExchange;
import io.nightjar.owner.BatchSteps;
import io.nightjar.owner.PartFiles;
import io.nightjar.plan.Plan;
import io.nightjar.protocol.DataOwner;
import io.nightjar.protocol.OwnerCodec;
import io.nightjar.protocol.PoisonedBatches;
import io.nightjar.staging.StagedRecords;

/**
 * A job of the data owner's that a process has open, with the key. It is safe to use from many
 * threads.
 *
 * @param plan the plan
 * @param codec encrypts and decrypts
 * @param records the staged records
 * @param exchange where blocks go and come from
 * @param parts the files that predictions go to
 * @param mostBlockBytes the most native memory that reading one block may take
 * @param secrets what is closed with this
 */
public record OpenJob(
    Plan plan,
    OwnerCodec codec,
    StagedRecords records,
    JobExchange exchange,
    PartFiles parts,
    long mostBlockBytes,
    Runnable secrets)
    implements AutoCloseable {

  /** Returns the steps of one task, whose times and measures are its own. */
  BatchSteps steps(PoisonedBatches poisoned) {
    DataOwner owner = new DataOwner(exchange.job().job(), plan, codec, poisoned);
    return new BatchSteps(owner, records, exchange, mostBlockBytes);
  }

  @Override
  public void close() {
    secrets.run();
  }

  @Override
  public String toString() {
    return "OpenJob[%s]".formatted(exchange.job().job());
  }
}
