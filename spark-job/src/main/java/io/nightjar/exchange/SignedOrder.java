package io.nightjar.exchange;

import io.nightjar.identity.Identity;
import java.util.Comparator;
import java.util.List;

/**
 * An order and who has signed it: its data owner, and identities that the same owner had before.
 *
 * @param job what is ordered
 * @param signers the data owner first
 */
public record SignedOrder(JobDescription job, List<Identity> signers) {

  /** Brings the data owner to the front, wherever its signature was. */
  public SignedOrder {
    Identity owner = job.owner();
    signers =
        signers.stream().sorted(Comparator.comparing(signer -> !signer.equals(owner))).toList();
  }
}
