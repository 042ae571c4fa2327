package io.nightjar.plan;

import io.nightjar.model.InputSpec;
import io.nightjar.model.Layer;
import io.nightjar.model.Task;
import java.util.List;

/**
 * The header of a plan: what every plan says, whatever its protocol.
 *
 * @param protocol the protocol's name on the command line
 * @param privacy what is done to keep the model from the data owner
 * @param model the model's name
 * @param task what the outputs mean
 * @param classes names of the classes; none for a regression
 * @param input what a record looks like
 * @param draws S, how many draws from the posterior each record is scored with
 * @param clipSigmas where draws are cut off, in standard deviations
 * @param activationBits bits of inputs and activations
 * @param weightBits bits of weights
 * @param preparation what the data owner applies to the records before the first upload
 */
public record PlanHeader(
    String protocol,
    ModelPrivacy privacy,
    String model,
    Task task,
    List<String> classes,
    InputSpec input,
    int draws,
    double clipSigmas,
    int activationBits,
    int weightBits,
    List<Layer> preparation) {

  /** Copies the lists. */
  public PlanHeader {
    classes = List.copyOf(classes);
    preparation = List.copyOf(preparation);
  }
}
