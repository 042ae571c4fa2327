package io.nightjar.records;

/** One row of an input, after its cells were looked at. */
sealed interface Row {

  /** A row whose values are all there, finite and in range. */
  record Good(RecordId id) implements Row {}

  /** A row that cannot be scored, and the first reason why not. */
  record Bad(Problem problem) implements Row {}
}
