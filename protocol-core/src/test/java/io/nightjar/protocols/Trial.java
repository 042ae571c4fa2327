package io.nightjar.protocols;

import io.nightjar.model.Model;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanJson;
import io.nightjar.plan.PlanRefusedException;
import io.nightjar.plan.SampleModels;
import io.nightjar.protocol.PlanOptions;
import io.nightjar.protocol.Protocol;
import io.nightjar.protocol.TestOptions;
import java.util.Arrays;
import java.util.List;

/**
 * A protocol with a model privacy that it offers, for tests that all protocols must pass.
 *
 * @param protocol the protocol
 * @param privacy the model privacy
 */
public record Trial(Protocol protocol, ModelPrivacy privacy) {

  private static final int RING_DEGREE = 64;

  /** Returns all trials: those whose protocol plans a small network with that privacy. */
  public static List<Trial> all() {
    return Protocols.all().stream()
        .flatMap(
            protocol ->
                Arrays.stream(ModelPrivacy.values()).map(privacy -> new Trial(protocol, privacy)))
        .filter(Trial::isOffered)
        .toList();
  }

  /** Returns the trials in which integers are encrypted, which come back exactly. */
  public static List<Trial> ofIntegers() {
    return all().stream().filter(trial -> isExact(trial.plan(SampleModels.squares()))).toList();
  }

  private boolean isOffered() {
    try {
      plan(SampleModels.squares());
      return true;
    } catch (PlanRefusedException e) {
      return false;
    }
  }

  /** Returns options of parameters that protect nothing. */
  public PlanOptions options() {
    return TestOptions.insecure(RING_DEGREE).withPrivacy(privacy);
  }

  /** Returns a plan of a model by {@link #options()}. */
  public Plan plan(Model model) {
    return protocol.plan(model, options());
  }

  /** Returns how far predictions may be from those of the reference. */
  public static double tolerance(Plan plan) {
    return isExact(plan) ? 0 : PlanJson.tree(plan).required("outputError").doubleValue();
  }

  private static boolean isExact(Plan plan) {
    return plan.sheet().plainLimit().isPresent();
  }

  @Override
  public String toString() {
    return "%s, model privacy %s".formatted(protocol.name(), privacy.text());
  }
}
