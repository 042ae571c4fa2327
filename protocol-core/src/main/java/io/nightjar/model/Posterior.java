package io.nightjar.model;

import java.util.List;
import java.util.Optional;

/**
 * What is known of a network's parameters: one set of them, each a distribution or a point, or an
 * ensemble of sets of points that are drawn as a whole.
 */
public final class Posterior {

  /** The forms a posterior has. */
  public enum Kind {
    /** One set, all of it point estimates: every draw is the same. */
    POINT,
    /** One set, in which at least one parameter is {@link Gaussian}; draws are independent. */
    MEAN_FIELD,
    /** Several sets of point estimates; a draw is one of them. */
    ENSEMBLE
  }

  private final Kind kind;
  private final List<WeightSet> members;

  private Posterior(Kind kind, List<WeightSet> members) {
    this.kind = kind;
    this.members = members;
  }

  /** Returns the posterior with one set, {@link Kind#POINT} or {@link Kind#MEAN_FIELD}. */
  public static Posterior of(WeightSet weights) {
    return new Posterior(weights.isPoint() ? Kind.POINT : Kind.MEAN_FIELD, List.of(weights));
  }

  /**
   * Returns the ensemble of these sets.
   *
   * @throws InvalidModelException if there is none, or one has a distribution
   */
  public static Posterior ensemble(List<WeightSet> members) {
    if (members.isEmpty()) {
      throw new InvalidModelException("An ensemble without members: there must be at least one");
    }
    for (int i = 0; i < members.size(); i++) {
      if (!members.get(i).isPoint()) {
        throw new InvalidModelException(
            "Member %d of the ensemble has a standard deviation: members are point estimates"
                .formatted(i));
      }
    }
    return new Posterior(Kind.ENSEMBLE, List.copyOf(members));
  }

  /** Returns the form. */
  public Kind kind() {
    return kind;
  }

  /** Returns the sets: one, unless this is an ensemble. */
  public List<WeightSet> members() {
    return members;
  }

  /**
   * Returns the only set.
   *
   * @throws IllegalStateException if this is an ensemble, which has {@link #members()}
   */
  public WeightSet weights() {
    if (kind == Kind.ENSEMBLE) {
      throw new IllegalStateException(
          "This posterior is an ensemble of %d: choose a member".formatted(members.size()));
    }
    return members.get(0);
  }

  /**
   * Returns a layer's weights out of the only set.
   *
   * @throws IllegalStateException if this is an ensemble
   */
  public Parameter weight(String layer) {
    return weights().weight(layer);
  }

  /**
   * Returns a layer's bias, if it has one, out of the only set.
   *
   * @throws IllegalStateException if this is an ensemble
   */
  public Optional<Parameter> bias(String layer) {
    return weights().bias(layer);
  }

  /**
   * Returns the numbers of a batch normalisation out of the only set.
   *
   * @throws IllegalStateException if this is an ensemble
   */
  public BatchNormParameters batchNorm(String layer) {
    return weights().batchNorm(layer);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Posterior that && kind == that.kind && members.equals(that.members);
  }

  @Override
  public int hashCode() {
    return 31 * kind.hashCode() + members.hashCode();
  }

  @Override
  public String toString() {
    return kind == Kind.ENSEMBLE
        ? "Posterior[ENSEMBLE of " + members.size() + "]"
        : "Posterior[" + kind + "]";
  }
}
