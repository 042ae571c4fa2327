package io.nightjar.model;

import java.util.List;

/** A fully connected layer: outputs = weights * inputs + bias. */
public record Dense(String name, int inputs, int outputs, boolean bias) implements WeightedLayer {

  /**
   * Checks the values.
   *
   * @throws InvalidModelException if the name is not allowed or a number out of range
   */
  public Dense {
    LayerChecks.name(name);
    LayerChecks.count(name, "inputs", inputs);
    LayerChecks.count(name, "outputs", outputs);
    LayerChecks.weights(name, (long) inputs * outputs);
  }

  @Override
  public Shape output(Shape input) {
    LayerChecks.flat(name, input);
    if (input.size() != inputs) {
      throw new InvalidModelException(
          "Layer %s takes %d inputs, but its input has %d"
              .formatted(Text.quote(name), inputs, input.size()));
    }
    return Shape.flat(outputs);
  }

  @Override
  public int biasCount() {
    return outputs;
  }

  /** Returns the number of outputs and the number of inputs. */
  @Override
  public List<Integer> weightShape() {
    return List.of(outputs, inputs);
  }
}
