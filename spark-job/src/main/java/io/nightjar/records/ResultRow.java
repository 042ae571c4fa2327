package io.nightjar.records;

import io.nightjar.protocol.Predictions;

/** One record of a batch and what it was predicted to be. */
record ResultRow(RecordId id, Predictions predictions, int record) {

  @Override
  public String toString() {
    return "ResultRow[" + record + "]";
  }
}
