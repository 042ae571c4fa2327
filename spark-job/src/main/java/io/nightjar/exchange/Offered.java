package io.nightjar.exchange;

import io.nightjar.identity.Identity;
import io.nightjar.plan.Plan;
import java.util.List;

/**
 * A plan on offer and who has signed it: the model owner in use, and identities that the same owner
 * had before.
 *
 * @param plan the plan
 * @param signers at least one, the one in use first
 */
public record Offered(Plan plan, List<Identity> signers) {

  /** Copies the list. */
  public Offered {
    signers = List.copyOf(signers);
  }
}
