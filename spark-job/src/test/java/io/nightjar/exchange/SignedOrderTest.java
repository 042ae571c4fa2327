package io.nightjar.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nightjar.identity.Identities;
import io.nightjar.identity.Identity;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SignedOrderTest {

  private static Identity identity() {
    try (Identities fresh = Identities.fresh()) {
      return fresh.inUse().identity();
    }
  }

  /** Whoever signs somebody else's order beside it does not come before its data owner. */
  @Test
  void theDataOwnerIsTheFirstOfTheSignersAndTheOthersStayInTheirOrder() {
    Identity owner = identity();
    Identity one = identity();
    Identity other = identity();
    JobDescription order =
        JobDescription.of(
            new UUID(1, 2),
            "1f".repeat(32),
            owner,
            other,
            "2e".repeat(32),
            new JobDescription.Cut(5, 2, 1),
            5);

    assertEquals(
        List.of(owner, one, other), new SignedOrder(order, List.of(one, other, owner)).signers());
    assertEquals(
        List.of(owner, other, one), new SignedOrder(order, List.of(owner, other, one)).signers());
    assertEquals(List.of(one), new SignedOrder(order, List.of(one)).signers());
  }
}
