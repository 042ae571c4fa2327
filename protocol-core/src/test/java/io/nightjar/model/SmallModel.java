package io.nightjar.model;

import java.util.List;
import java.util.Map;

/** A small model with a convolution, batch normalisation and a dense layer without bias. */
final class SmallModel {

  /** The small model's {@code model.json}. */
  static final String JSON =
      """
      {
        "format": "nightjar-model",
        "version": 1,
        "name": "small",
        "task": "classification",
        "input": {"shape": [1, 4, 4], "range": [0.0, 1.0]},
        "layers": [
          {"name": "conv", "type": "conv2d", "inputChannels": 1, "outputChannels": 2, "kernel": 3, "stride": 1, "padding": 0, "groups": 1, "bias": true},
          {"name": "bn", "type": "batchNorm", "channels": 2, "epsilon": 1.0E-5},
          {"name": "relu", "type": "leakyRelu", "slope": 0.1},
          {"name": "flat", "type": "flatten"},
          {"name": "fc", "type": "dense", "inputs": 8, "outputs": 2, "bias": false}
        ],
        "classes": ["no", "yes"],
        "calibration": {
          "relu": [-0.5, 6.25]
        }
      }
      """;

  static final Architecture ARCHITECTURE =
      new Architecture(
          "small",
          Task.CLASSIFICATION,
          new InputSpec(new Shape(1, 4, 4), new Range(0, 1), List.of()),
          List.of(
              new Conv2d("conv", 1, 2, 3, 1, 0, 1, true),
              new BatchNorm("bn", 2, 1e-5),
              new LeakyRelu("relu", 0.1),
              new Flatten("flat"),
              new Dense("fc", 8, 2, false)),
          List.of("no", "yes"),
          Map.of("relu", new Range(-0.5, 6.25)));

  static final List<Integer> CONV_SHAPE = List.of(2, 1, 3, 3);
  static final List<Integer> FC_SHAPE = List.of(2, 8);
  static final List<Integer> TWO = List.of(2);

  private SmallModel() {}

  static Model model() {
    return new Model(
        ARCHITECTURE,
        Posterior.of(
            new WeightSet(
                Map.of(
                    "conv", new Gaussian(floats(ramp(18)), floats(ramp(18))),
                    "fc", new Point(floats(ramp(16)))),
                Map.of("conv", new Gaussian(floats(1, 2), floats(3, 4))),
                Map.of("bn", norm()))));
  }

  /** Returns the numbers of the batch normalisation if gamma and beta are left out. */
  static BatchNormParameters norm() {
    return new BatchNormParameters(
        new Point(floats(1, 1)),
        new Point(floats(0, 0)),
        new Point(floats(5, 6)),
        new Point(floats(7, 8)));
  }

  /** Returns everything but the parameter of the layer {@code conv}, under PyTorch's names. */
  static TensorBytes withoutConv() {
    return new TensorBytes()
        .add("bn.running_mean", TWO, 5, 6)
        .add("bn.running_var", TWO, 7, 8)
        .add("fc.weight", FC_SHAPE, ramp(16));
  }

  /** Returns everything but the weights of the layer {@code fc}, under PyTorch's names. */
  static TensorBytes withoutFc() {
    return new TensorBytes()
        .add("conv.weight", CONV_SHAPE, ramp(18))
        .add("conv.bias", TWO, 1, 2)
        .add("bn.running_mean", TWO, 5, 6)
        .add("bn.running_var", TWO, 7, 8);
  }

  /** Returns 0, 1/16, 2/16 and so on, which every type of number can hold. */
  static double[] ramp(int size) {
    double[] values = new double[size];
    for (int i = 0; i < size; i++) {
      values[i] = i / 16.0;
    }
    return values;
  }

  static float[] floats(double... values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
