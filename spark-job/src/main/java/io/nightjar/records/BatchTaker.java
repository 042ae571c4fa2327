package io.nightjar.records;

import java.io.IOException;

/** Takes batches, one after the other. */
public interface BatchTaker {

  /** Takes the next batch. */
  void take(RecordBatch batch) throws IOException;
}
