package io.nightjar.owner;

import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.Wave;
import io.nightjar.protocol.Phase;
import io.nightjar.protocol.PhaseTimes;
import io.nightjar.records.InvalidInputException;
import io.nightjar.records.RecordBatch;
import io.nightjar.records.RecordInput;
import io.nightjar.records.RecordReader;
import java.io.IOException;

/**
 * Reads the records of waves, which come mostly in order: one pass over the input, if it can be.
 */
final class WaveRecords implements AutoCloseable {

  private final RecordInput input;
  private final JobDescription job;
  private final PhaseTimes times;
  private RecordReader reader;
  private long nextRecord;

  WaveRecords(RecordInput input, JobDescription job, PhaseTimes times) throws IOException {
    this.input = input;
    this.job = job;
    this.times = times;
    this.reader = input.reader();
  }

  /** Takes a batch as soon as it has been read. */
  interface Taker {
    void take(long batch, RecordBatch records);
  }

  /**
   * Reads the batches of a wave, one after the other. What is done with a batch has its own phases
   * and is not counted as reading.
   *
   * @throws InvalidInputException if the input has fewer records than it had
   */
  synchronized void read(Wave wave, Taker taker) throws IOException {
    long start = PhaseTimes.now();
    long first = wave.firstBatch() * job.batchSize();
    if (first < nextRecord) {
      reader.close();
      reader = input.reader();
      nextRecord = 0;
    }
    reader.skip(first - nextRecord);
    nextRecord = first;
    for (long batch = wave.firstBatch(); batch < wave.endBatch(); batch++) {
      int expected = job.records(batch);
      RecordBatch records =
          reader
              .next(expected)
              .filter(found -> found.size() == expected)
              .orElseThrow(
                  () ->
                      new InvalidInputException("The input has become shorter while it was read"));
      nextRecord += expected;
      times.addSince(Phase.RECORDS, start);
      taker.take(batch, records);
      start = PhaseTimes.now();
    }
  }

  @Override
  public synchronized void close() throws IOException {
    reader.close();
  }
}
