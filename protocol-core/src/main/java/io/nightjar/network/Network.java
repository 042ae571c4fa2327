package io.nightjar.network;

import io.nightjar.model.Architecture;
import io.nightjar.model.AveragePool;
import io.nightjar.model.BatchNorm;
import io.nightjar.model.Conv2d;
import io.nightjar.model.Dense;
import io.nightjar.model.Flatten;
import io.nightjar.model.InvalidModelException;
import io.nightjar.model.Joint;
import io.nightjar.model.Layer;
import io.nightjar.model.LinearLayer;
import io.nightjar.model.Recall;
import io.nightjar.model.Shape;
import io.nightjar.model.Shapes;
import io.nightjar.model.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An architecture cut into rounds.
 *
 * <p>Batch norms fold into the dense layer or convolution before them, and so does an average pool
 * after a convolution: the executors then compute and send fewer columns. A pool after an
 * activation goes to the data owner, who then uploads fewer. A batch norm with nothing before it to
 * fold into is a step of its own, because its parameters are the model owner's.
 *
 * @param preparation what the data owner applies to the records before the first upload
 * @param rounds the rounds in order, at least one
 */
public record Network(List<Layer> preparation, List<NetworkRound> rounds) {

  /** The name by which branches call the records themselves. */
  public static final String INPUT = Joint.INPUT;

  /** Copies the lists. */
  public Network {
    preparation = List.copyOf(preparation);
    rounds = List.copyOf(rounds);
  }

  /**
   * Cuts an architecture into rounds.
   *
   * @throws InvalidModelException if there is no linear layer at all
   */
  public static Network of(Architecture architecture) {
    return new Cutter(architecture, true, false).cut();
  }

  /**
   * Cuts an architecture into rounds and leaves average pools to the data owner, so that the terms
   * of every row have independent weights.
   */
  public static Network withPoolsApart(Architecture architecture) {
    return new Cutter(architecture, false, false).cut();
  }

  /**
   * Cuts an architecture that executors evaluate as a whole into linear steps: there an average
   * pool that does not fold is a step of its own.
   */
  public static Network withPoolSteps(Architecture architecture) {
    return new Cutter(architecture, true, true).cut();
  }

  /**
   * Returns the layers whose outputs are quantised again, however an architecture is cut, and so
   * need a range.
   */
  public static List<String> quantised(Architecture architecture) {
    Set<String> quantised = new HashSet<>();
    for (Network network :
        List.of(of(architecture), withPoolsApart(architecture), withPoolSteps(architecture))) {
      network.rounds().forEach(round -> quantised.add(round.source()));
    }
    return architecture.layers().stream().map(Layer::name).filter(quantised::contains).toList();
  }

  private static final class Cutter {
    private final List<Layer> layers;
    private final List<Layer> preparation = new ArrayList<>();
    private final List<NetworkRound> rounds = new ArrayList<>();

    /** What the data owner sees, each with the layer whose values these are, in whatever order. */
    private final Map<String, String> known = new HashMap<>(Map.of(INPUT, INPUT));

    private final Set<String> jointSources;
    private final Shapes shapes;
    private String source = INPUT;
    private final boolean poolsFold;
    private final boolean poolsAreSteps;

    Cutter(Architecture architecture, boolean poolsFold, boolean poolsAreSteps) {
      this.poolsFold = poolsFold;
      this.poolsAreSteps = poolsAreSteps;
      this.layers = architecture.layers();
      this.shapes = new Shapes(architecture.input().shape());
      this.jointSources = Joint.sources(layers.stream());
    }

    Network cut() {
      int next = takeOwners(0, preparation);
      while (next < layers.size()) {
        LinearStep step = takeStep(next);
        next += 1 + step.folded().size();
        String uploaded = source;
        source = step.last().name();
        shapes.put(source, step.output());
        known.put(source, source);
        List<Layer> activations = new ArrayList<>();
        next = takeOwners(next, activations);
        rounds.add(new NetworkRound(rounds.size(), uploaded, step, activations));
      }
      if (rounds.isEmpty()) {
        throw new InvalidModelException("The model has no dense layer and no convolution");
      }
      return new Network(preparation, rounds);
    }

    /** Takes the layers of the data owner up to the next linear step. */
    private int takeOwners(int next, List<Layer> taken) {
      while (next < layers.size() && !isStep(layers.get(next))) {
        Layer layer = layers.get(next++);
        shapes.next(layer);
        taken.add(layer);
        if (layer instanceof Recall recall) {
          source = known.get(recall.from());
        } else if (!(layer instanceof Flatten || layer instanceof View)) { // which keep the range
          source = layer.name();
        }
        known.put(layer.name(), source);
      }
      return next;
    }

    private LinearStep takeStep(int first) {
      LinearLayer core = (LinearLayer) layers.get(first);
      Shape output = core.output(shapes.current());
      List<LinearLayer> folded = new ArrayList<>();
      String last = core.name();
      // The data owner has to see the output that a branch reads, so nothing folds into it.
      for (int next = first + 1; next < layers.size() && !jointSources.contains(last); next++) {
        if (!folds(layers.get(next), core, folded, output)) {
          break;
        }
        LinearLayer layer = (LinearLayer) layers.get(next);
        folded.add(layer);
        output = layer.output(output);
        last = layer.name();
      }
      return new LinearStep(core, folded, shapes.current(), output);
    }

    private boolean folds(Layer layer, Layer core, List<LinearLayer> folded, Shape input) {
      if (layer instanceof AveragePool pool) {
        return poolsFold
            && core instanceof Conv2d conv
            && conv.window().dilation().equals(List.of(1, 1))
            && pool.window().isPlainIn(input)
            && folded.stream().noneMatch(AveragePool.class::isInstance);
      }
      return layer instanceof BatchNorm;
    }

    private boolean isStep(Layer layer) {
      return layer instanceof Dense
          || layer instanceof Conv2d
          || layer instanceof BatchNorm
          || (poolsAreSteps && layer instanceof AveragePool);
    }
  }
}
