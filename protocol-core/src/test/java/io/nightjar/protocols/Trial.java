package io.nightjar.protocols;

import io.nightjar.bayhenn.ShiftedColumns;
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
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A protocol with a model privacy that it offers and a layout that it computes in, for tests that
 * all protocols must pass.
 *
 * @param protocol the protocol
 * @param privacy the model privacy
 * @param layout the layout
 */
public record Trial(Protocol protocol, ModelPrivacy privacy, TestLayout layout) {

  private static final int RING_DEGREE = 64;

  /** A layout that plans can have. */
  public enum TestLayout {
    /** The layout that the planner chooses by itself. */
    PLANNED {
      @Override
      Optional<Plan> plan(Protocol protocol, Model model, PlanOptions options) {
        return Optional.of(protocol.plan(model, options));
      }
    },
    /** Columns that do not begin in the first slot. */
    SHIFTED {
      @Override
      Optional<Plan> plan(Protocol protocol, Model model, PlanOptions options) {
        return ShiftedColumns.of(protocol.plan(model, options));
      }
    };

    /** Returns a plan that has this layout; nothing if the protocol does not compute so. */
    abstract Optional<Plan> plan(Protocol protocol, Model model, PlanOptions options);
  }

  /** Returns all trials of plans as they are made, with each privacy that a protocol offers. */
  public static List<Trial> all() {
    return of(TestLayout.PLANNED).toList();
  }

  /** Returns those trials in which integers are encrypted, which come back exactly. */
  public static List<Trial> ofIntegers() {
    return all().stream().filter(Trial::isExact).toList();
  }

  /** Returns the trials of integers in every layout that a protocol computes in. */
  public static List<Trial> ofIntegersInAllLayouts() {
    return Arrays.stream(TestLayout.values()).flatMap(Trial::of).filter(Trial::isExact).toList();
  }

  private static Stream<Trial> of(TestLayout layout) {
    return Protocols.all().stream()
        .flatMap(
            protocol ->
                Arrays.stream(ModelPrivacy.values())
                    .map(privacy -> new Trial(protocol, privacy, layout)))
        .filter(Trial::isOffered);
  }

  private boolean isOffered() {
    try {
      return layout.plan(protocol, SampleModels.squares(), options()).isPresent();
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
    return plan(model, options());
  }

  /** Returns a plan of a model by options that were made of {@link #options()}. */
  public Plan plan(Model model, PlanOptions options) {
    return layout.plan(protocol, model, options).orElseThrow();
  }

  /** Returns how far predictions may be from those of the reference. */
  public static double tolerance(Plan plan) {
    return isExact(plan) ? 0 : PlanJson.tree(plan).required("outputError").doubleValue();
  }

  private boolean isExact() {
    return isExact(plan(SampleModels.squares()));
  }

  private static boolean isExact(Plan plan) {
    return plan.sheet().plainLimit().isPresent();
  }

  @Override
  public String toString() {
    String planned = "%s, model privacy %s".formatted(protocol.name(), privacy.text());
    return layout == TestLayout.PLANNED ? planned : planned + ", " + layout;
  }
}
