package io.nightjar.model;

/** What a model predicts. */
public enum Task {
  /** The model predicts one of several classes: the network ends in one score per class. */
  CLASSIFICATION,
  /** The model predicts numbers: they are the network's outputs as they are. */
  REGRESSION
}
