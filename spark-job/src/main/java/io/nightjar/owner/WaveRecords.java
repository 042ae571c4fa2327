package io.nightjar.owner;

import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.Wave;
import io.nightjar.records.InvalidInputException;
import io.nightjar.records.RecordBatch;
import io.nightjar.records.RecordInput;
import io.nightjar.records.RecordReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the records of waves, which come mostly in order: one pass over the input, if it can be.
 */
final class WaveRecords implements AutoCloseable {

  private final RecordInput input;
  private final JobDescription job;
  private RecordReader reader;
  private long nextRecord;

  WaveRecords(RecordInput input, JobDescription job) throws IOException {
    this.input = input;
    this.job = job;
    this.reader = input.reader();
  }

  /**
   * Returns the batches of a wave.
   *
   * @throws InvalidInputException if the input has fewer records than it had
   */
  synchronized List<RecordBatch> read(Wave wave) throws IOException {
    long first = wave.firstBatch() * job.batchSize();
    if (first < nextRecord) {
      reader.close();
      reader = input.reader();
      nextRecord = 0;
    }
    reader.skip(first - nextRecord);
    nextRecord = first;
    List<RecordBatch> batches = new ArrayList<>();
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
      batches.add(records);
    }
    return batches;
  }

  @Override
  public synchronized void close() throws IOException {
    reader.close();
  }
}
