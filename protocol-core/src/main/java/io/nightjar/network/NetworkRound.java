package io.nightjar.network;

import io.nightjar.model.Layer;
import java.util.List;

/**
 * One round: what is uploaded, the linear step on ciphertexts, and what the data owner does with
 * its result in the clear before the next upload.
 *
 * @param index the number of the round, from 0
 * @param source the layer whose output is uploaded, or {@code input}
 * @param step what executors evaluate
 * @param activations what the data owner applies, in order; none when two linear steps follow each
 *     other
 */
public record NetworkRound(int index, String source, LinearStep step, List<Layer> activations) {

  /** Copies the list. */
  public NetworkRound {
    activations = List.copyOf(activations);
  }
}
