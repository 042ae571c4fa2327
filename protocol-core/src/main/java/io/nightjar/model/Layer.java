package io.nightjar.model;

/**
 * One step of a network, without its parameters: those are in the {@link Posterior} under the
 * layer's name.
 */
public sealed interface Layer permits Unary, Joint {

  /** Returns the name, which is unique in its network. */
  String name();
}
