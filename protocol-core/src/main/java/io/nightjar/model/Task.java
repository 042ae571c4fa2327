package io.nightjar.model;

/** What a model predicts. */
public enum Task {
  /** One of several classes: the network ends in one score per class. */
  CLASSIFICATION,
  /** Numbers: the network's outputs as they are. */
  REGRESSION
}
