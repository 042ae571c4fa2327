package io.nightjar.protocol;

import io.nightjar.crypto.BlockShape;
import io.nightjar.crypto.CipherBlock;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.PaillierBlock;
import io.nightjar.plan.Plan;

/** What both parties ask of every block before they touch it. */
final class MessageChecks {

  private MessageChecks() {}

  /** Returns a block of lattices that is as the plan has it. */
  static CipherBlock lattice(Plan plan, EncryptedBlock block, BlockShape shape) {
    if (!(block instanceof CipherBlock lattice)) {
      throw new ProtocolException("The block is of another scheme than the plan's");
    }
    check(plan, lattice, shape);
    return lattice;
  }

  /** Returns a block of Paillier's ciphertexts that is as the plan has it. */
  static PaillierBlock paillier(Plan plan, EncryptedBlock block, int columns) {
    if (!(block instanceof PaillierBlock paillier)) {
      throw new ProtocolException("The block is of another scheme than the plan's");
    }
    require("parameters", plan.paillier().digest(), paillier.parameters().digest());
    require("columns", columns, paillier.columns());
    return paillier;
  }

  private static void check(Plan plan, CipherBlock block, BlockShape shape) {
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
