package io.nightjar.owner;

import io.nightjar.exchange.Wave;
import io.nightjar.protocol.Predictions;
import io.nightjar.records.RecordId;
import java.util.List;

/** Hears of what the data owner has done; it is called by several threads. */
public interface OwnerListener {

  /** Hears nothing. */
  OwnerListener NONE = new OwnerListener() {};

  /** A round of a wave has been uploaded, or had been before. */
  default void uploaded(Wave wave, int round) {}

  /** The predictions of consecutive records are there, the first of which has this position. */
  default void predicted(long firstRecord, List<RecordId> ids, Predictions predictions) {}

  /** A wave is finished. */
  default void finished(Wave wave) {}
}
