package io.nightjar.privacy;

import java.util.List;

/**
 * The findings of an audit.
 *
 * @param leakage the leakage that the meter predicts
 * @param attacks the attacks on some rows of each round
 * @param noise the weights that the noise of the first round's results gave away
 */
public record AuditResult(
    Leakage leakage, List<List<AttackResult>> attacks, List<NoiseRecovery> noise) {

  /** Copies the lists. */
  public AuditResult {
    attacks = attacks.stream().map(List::copyOf).toList();
    noise = List.copyOf(noise);
  }
}
