package io.nightjar.plan;

import io.nightjar.model.Layer;
import io.nightjar.model.Shape;
import java.util.List;

/**
 * One round of a plan.
 *
 * @param index the number of the round, from 0
 * @param title the names of the layers of the linear step, for people
 * @param result the layer whose output the step computes
 * @param input the shape of what is uploaded
 * @param output the shape of what comes back
 * @param inputs how the data owner makes integers of what it uploads
 * @param outputScales for each output channel, the real number that an integer 1 stands for
 * @param bound the magnitude that no output exceeds, for any draw and any input in range
 * @param noiseMarginBits how often, as predicted, the noise could double before a value would be
 *     wrong
 * @param rows how many rows of weights there are
 * @param terms how many terms each row has
 * @param positions how many positions each row is evaluated at
 * @param products how many products of a ciphertext and a weight one draw takes
 * @param activations what the data owner applies to the result
 */
public record Round(
    int index,
    String title,
    String result,
    Shape input,
    Shape output,
    Quantiser inputs,
    List<Double> outputScales,
    long bound,
    double noiseMarginBits,
    int rows,
    int terms,
    int positions,
    long products,
    List<Layer> activations) {

  /** Copies the lists. */
  public Round {
    outputScales = List.copyOf(outputScales);
    activations = List.copyOf(activations);
  }

  /** Returns how many numbers of each record are uploaded. */
  public int inputFeatures() {
    return input.size();
  }

  /** Returns how many numbers of each record come back. */
  public int outputFeatures() {
    return output.size();
  }

  /** Returns the scale of an output. */
  public double outputScale(int feature) {
    return outputScales.get(feature / positions);
  }
}
