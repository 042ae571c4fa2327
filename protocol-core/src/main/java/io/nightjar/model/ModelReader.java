package io.nightjar.model;

import java.io.IOException;
import java.io.InputStream;

/**
 * Reads a model: {@code model.json}, the network, and {@code posterior.safetensors}, its
 * parameters.
 *
 * <p>A model is data from another party. Everything in it is checked before it is used; what breaks
 * a rule is refused with an {@link InvalidModelException} that names the file, the layer or tensor
 * and the value. Memory is allocated as bytes arrive, never because a header announces them. This
 * class opens no files and closes no streams.
 *
 * <h2>model.json</h2>
 *
 * <pre>{@code
 * {
 *   "format": "nightjar-model",
 *   "version": 1,
 *   "name": "digits",
 *   "task": "classification",
 *   "input": {"shape": [1, 28, 28], "range": [0, 1]},
 *   "layers": [
 *     {"name": "conv1", "type": "conv2d", "inputChannels": 1, "outputChannels": 8, "kernel": 5},
 *     {"name": "bn1", "type": "batchNorm", "channels": 8},
 *     {"name": "relu1", "type": "relu"},
 *     {"name": "pool1", "type": "maxPool", "kernel": 2},
 *     {"name": "flatten", "type": "flatten"},
 *     {"name": "fc", "type": "dense", "inputs": 1152, "outputs": 10},
 *     {"name": "softmax", "type": "softmax"}
 *   ],
 *   "classes": ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
 *   "calibration": {"relu1": [0, 6.5], "pool1": [0, 6.5]}
 * }
 * }</pre>
 *
 * <p>Keys that are not listed here are refused, and so are repeated ones. Text is UTF-8.
 *
 * <ul>
 *   <li>{@code format}, {@code version}: as above.
 *   <li>{@code name}: the model's, 1 to 100 characters out of A-Z, a-z, 0-9, '_', '.', '-'.
 *   <li>{@code task}: {@code "classification"} or {@code "regression"}.
 *   <li>{@code input}: {@code shape} is {@code [features]} or {@code [channels, height, width]},
 *       elements in that order; {@code range} is {@code [low, high]}, over which inputs are
 *       quantised; {@code features}, optional, names the columns of a table, one per element; or
 *       else {@code columns}, for a vector, says what the columns of a table become, in order:
 *       <ul>
 *         <li>{@code {"name": "age", "type": "number", "low": 18, "high": 100}}: one element, from
 *             {@code low} to {@code high} linearly onto the range; a number below or above them
 *             counts as {@code low} or {@code high}
 *         <li>the same with {@code "missing": 50}: a missing number counts as that one, and there
 *             is a second element, the range's high end where the number was missing, its low end
 *             where it was not
 *         <li>{@code {"name": "ward", "type": "category", "values": ["medical", "icu"]}}: one
 *             element for each value, up to 4096: the range's high end for the value that a cell
 *             holds, its low end for the others
 *         <li>the same with {@code "missing": true}: where the cell is empty, all elements are the
 *             range's low end
 *       </ul>
 *       A missing cell that is not provided for, an unknown value, NaN and an infinite number are
 *       errors.
 *   <li>{@code layers}: each takes the output of the one before. Every layer has a {@code name},
 *       unique, under the same rule as the model's, not {@code "input"} and not beginning with
 *       {@code "member."}, and a {@code type}; {@link LayerTypes} lists the types, and which other
 *       keys a layer of each type has.
 *   <li>{@code classes}: for a classification, one label for each output, two or more.
 *   <li>{@code calibration}: ranges {@code [low, high]} of the outputs of layers. A plan needs one
 *       for each layer whose output is quantised again, after an activation, a pool or a residual
 *       add, or where two linear layers follow each other; {@code nightjar calibrate} writes them.
 * </ul>
 *
 * <h2>posterior.safetensors</h2>
 *
 * <p>Tensors are F64, F32, F16 or BF16 and kept as 32-bit numbers, all finite. Shapes are
 * PyTorch's: {@code [outputs, inputs]} for a dense layer, {@code [outputChannels, inputChannels /
 * groups, kernel, kernel]} for a convolution. For the weight, and likewise the bias, of layer
 * {@code fc} any one of these is understood:
 *
 * <ul>
 *   <li>{@code fc.weight.mean} and {@code fc.weight.std}; without the latter it is a point estimate
 *   <li>{@code fc.weight}, a point estimate, as in PyTorch
 *   <li>{@code fc.mu_weight} and {@code fc.rho_weight}, for a convolution {@code mu_kernel} and
 *       {@code rho_kernel}, as in bayesian-torch; the standard deviation is log(1 + exp(rho))
 *   <li>{@code fc.weight_mu} and {@code fc.weight_rho}, as in Blitz, or {@code
 *       fc.weight_sampler.mu} and {@code fc.weight_sampler.rho}, or both with equal numbers;
 *       likewise rho
 * </ul>
 *
 * <p>Batch normalisation has {@code bn.running_mean}, {@code bn.running_var} and optionally {@code
 * bn.weight} (otherwise 1) and {@code bn.bias} (otherwise 0). In an explicit ensemble every name
 * begins with {@code member.<i>.}, with i from 0, and every member has all parameters, as point
 * estimates.
 *
 * <p>A parameter under two of these names, a missing one, and any other tensor are refused, except
 * for what the libraries above save and scoring has no use for: {@code bn.num_batches_tracked},
 * Blitz's noise {@code fc.weight_sampler.eps_w}, and its {@code conv.bias_zero} if it is zero.
 */
public final class ModelReader {

  /** The name of the file with the network. */
  public static final String MODEL_JSON = "model.json";

  /** The name of the file with the parameters. */
  public static final String POSTERIOR = "posterior.safetensors";

  private ModelReader() {}

  /**
   * Reads a model.
   *
   * @param modelJson the content of {@code model.json}
   * @param posterior the content of {@code posterior.safetensors}
   * @throws InvalidModelException if anything is wrong with either
   * @throws IOException if a stream fails
   */
  public static Model read(InputStream modelJson, InputStream posterior, ReadLimits limits)
      throws IOException {
    Architecture architecture = readArchitecture(modelJson, limits);
    return new Model(architecture, readPosterior(architecture, posterior, limits));
  }

  /**
   * Reads {@code model.json} alone.
   *
   * @throws InvalidModelException if anything is wrong with it
   * @throws IOException if the stream fails
   */
  public static Architecture readArchitecture(InputStream modelJson, ReadLimits limits)
      throws IOException {
    int limit = limits.modelJsonBytes();
    byte[] json = modelJson.readNBytes(limit);
    try {
      if (json.length == limit && modelJson.read() >= 0) {
        throw new InvalidModelException(
            "The file is longer than the %d bytes that are read at most".formatted(limit));
      }
      return ArchitectureJson.read(json);
    } catch (InvalidModelException e) {
      throw in(MODEL_JSON, e);
    }
  }

  /**
   * Reads {@code posterior.safetensors} alone, for an architecture that is known.
   *
   * @throws InvalidModelException if anything is wrong with it
   * @throws IOException if the stream fails
   */
  public static Posterior readPosterior(
      Architecture architecture, InputStream posterior, ReadLimits limits) throws IOException {
    try {
      SafetensorsHeader header = SafetensorsHeader.read(posterior, limits);
      PosteriorTensors tensors = PosteriorTensors.resolve(architecture, header);
      return tensors.posterior(
          Safetensors.readData(posterior, header, tensors.wanted(), tensors::describe));
    } catch (InvalidModelException e) {
      throw in(POSTERIOR, e);
    }
  }

  private static InvalidModelException in(String file, InvalidModelException e) {
    return new InvalidModelException(file + ": " + e.getMessage(), e);
  }
}
