package io.nightjar.settings;

/** A protocol that two parties can run. */
public enum Protocol implements Choice {
  /** Interactive: executors evaluate linear layers, the data owner activates in the clear. */
  BAYHENN
}
