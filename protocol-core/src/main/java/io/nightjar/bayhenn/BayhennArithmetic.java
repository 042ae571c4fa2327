package io.nightjar.bayhenn;

import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.lattice.LatticeEncryption;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.protocol.PhaseTimes;
import io.nightjar.protocol.PreparedUpload;
import io.nightjar.protocol.RoundArithmetic;
import io.nightjar.protocol.RoundUpload;

/** The model owner's arithmetic under BFV, in whatever layout. */
final class BayhennArithmetic implements RoundArithmetic {

  private final Plan plan;
  private final LatticeEncryption lattice;
  private final Opening opening;
  private final Runnable release;

  /** A way to open an upload. */
  @FunctionalInterface
  interface Opening {
    PreparedUpload open(RoundUpload upload, PhaseTimes times);
  }

  /**
   * Creates the arithmetic.
   *
   * @param opening opens uploads
   * @param release closes what that holds
   */
  BayhennArithmetic(Plan plan, LatticeEncryption lattice, Opening opening, Runnable release) {
    this.plan = plan;
    this.lattice = lattice;
    this.opening = opening;
    this.release = release;
  }

  @Override
  public void check(Round round, EncryptedBlock upload) {
    lattice.requireBlock(upload, lattice.upload(plan.layout().uploaded(round)));
  }

  @Override
  public PreparedUpload open(RoundUpload upload, PhaseTimes times) {
    return opening.open(upload, times);
  }

  @Override
  public void close() {
    release.run();
  }
}
