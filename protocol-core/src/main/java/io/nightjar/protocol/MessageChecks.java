package io.nightjar.protocol;

import io.nightjar.crypto.BlockShape;
import io.nightjar.crypto.CipherBlock;
import io.nightjar.plan.Plan;

/** What both parties ask of every block before they touch it. */
final class MessageChecks {

  private MessageChecks() {}

  static void check(Plan plan, CipherBlock block, BlockShape shape) {
    require("parameters", plan.parameters().digest(), block.parameters().digest());
    require("shape", shape, block.shape());
    require("packing", plan.packing(), block.packing());
  }

  static void require(String what, Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new ProtocolException(
          "The block's %s is %s; the plan says %s".formatted(what, actual, expected));
    }
  }
}
