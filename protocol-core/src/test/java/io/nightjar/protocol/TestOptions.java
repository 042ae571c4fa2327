package io.nightjar.protocol;

import io.nightjar.lattice.LatticeOptions;
import io.nightjar.plan.Security;
import io.nightjar.protocols.Protocols;

/** Options of plans whose parameters are so small that they protect nothing. */
public final class TestOptions {

  /** A modulus of so few bits has room for a few fields, and its primes are found at once. */
  private static final int MODULUS_BITS = 384;

  private TestOptions() {}

  /** Returns options of small parameters for any protocol, with a ring for those that have one. */
  public static PlanOptions insecure(int ringDegree) {
    return PlanOptions.DEFAULT
        .withSecurity(Security.ANY)
        .with(LatticeOptions.RING_DEGREE, ringDegree)
        .with(option("plan.modulusBits"), MODULUS_BITS);
  }

  /** Returns a protocol's own option by its key. */
  public static ProtocolOption option(String key) {
    return Protocols.options().stream()
        .filter(option -> option.key().equals(key))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No protocol has an option " + key));
  }
}
