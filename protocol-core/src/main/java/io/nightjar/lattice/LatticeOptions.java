package io.nightjar.lattice;

import io.nightjar.protocol.ProtocolOption;

/** The options of planners that choose parameters of lattices; none of them is a setting. */
public final class LatticeOptions {

  /**
   * The ring degree to use; 0 leaves the choice to the planner. Together with any security, which
   * tests ask for, it may be one that protects nothing.
   */
  public static final ProtocolOption RING_DEGREE =
      new ProtocolOption(
          "plan.ringDegree",
          new ProtocolOption.Range(0, 1 << 16),
          0,
          "The ring degree to use; 0 leaves the choice to the planner.");

  private LatticeOptions() {}
}
