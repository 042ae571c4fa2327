package io.nightjar.spark;

import io.nightjar.exchange.Manifest;
import io.nightjar.exchange.Wave;
import java.io.IOException;
import java.util.Optional;

/**
 * The driver's way to the data owner, who is in the same process or at the other end of an
 * exchange.
 */
public interface ActivationChannel {

  /**
   * Returns the manifest of a round's uploads, when they are there; nothing if the data owner has
   * what it wanted of the wave already.
   */
  Optional<Manifest> upload(Wave wave, int round) throws IOException, InterruptedException;

  /** Lets the data owner make predictions of the last round's results. */
  void finish(Wave wave) throws IOException, InterruptedException;
}
