package io.nightjar.model;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a model in the form that {@link ModelReader} describes, with its own names for tensors:
 * equal models give equal bytes.
 *
 * <p>All keys are written, those with a default too, and all numbers of the posterior as F32. This
 * class opens no files and closes no streams.
 */
public final class ModelWriter {

  private ModelWriter() {}

  /** Writes the two files of a model. */
  public static void write(Model model, OutputStream modelJson, OutputStream posterior)
      throws IOException {
    writeArchitecture(model.architecture(), modelJson);
    Safetensors.write(new TensorFile(tensorsOf(model), Map.of()), posterior);
  }

  /** Writes {@code model.json} alone. */
  public static void writeArchitecture(Architecture architecture, OutputStream modelJson)
      throws IOException {
    modelJson.write(ArchitectureJson.write(architecture).getBytes(StandardCharsets.UTF_8));
    modelJson.flush();
  }

  private static Map<String, Tensor> tensorsOf(Model model) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Posterior posterior = model.posterior();
    boolean ensemble = posterior.kind() == Posterior.Kind.ENSEMBLE;
    for (int i = 0; i < posterior.members().size(); i++) {
      WeightSet member = posterior.members().get(i);
      String prefix = ensemble ? LayerChecks.MEMBER_PREFIX + i + "." : "";
      for (Layer layer : model.architecture().layers()) {
        String base = prefix + layer.name() + ".";
        if (layer instanceof WeightedLayer weighted) {
          put(tensors, base + "weight", weighted.weightShape(), member.weight(layer.name()));
          List<Integer> biasShape = List.of(weighted.biasCount());
          member.bias(layer.name()).ifPresent(bias -> put(tensors, base + "bias", biasShape, bias));
        } else if (layer instanceof BatchNorm) {
          put(tensors, base, member.batchNorm(layer.name()));
        }
      }
    }
    return tensors;
  }

  private static void put(
      Map<String, Tensor> tensors, String name, List<Integer> shape, Parameter parameter) {
    tensors.put(name + ".mean", new Tensor(shape, parameter.means()));
    if (parameter instanceof Gaussian gaussian) {
      tensors.put(name + ".std", new Tensor(shape, gaussian.stds()));
    }
  }

  private static void put(Map<String, Tensor> tensors, String base, BatchNormParameters norm) {
    List<Integer> shape = List.of(norm.channels());
    tensors.put(base + "weight", new Tensor(shape, norm.gamma().values()));
    tensors.put(base + "bias", new Tensor(shape, norm.beta().values()));
    tensors.put(base + "running_mean", new Tensor(shape, norm.runningMean().values()));
    tensors.put(base + "running_var", new Tensor(shape, norm.runningVar().values()));
  }
}
