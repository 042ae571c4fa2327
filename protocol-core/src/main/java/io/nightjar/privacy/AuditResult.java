package io.nightjar.privacy;

import java.util.List;

/**
 * What an audit found.
 *
 * @param leakage what the meter predicts
 * @param attacks for each round, the attacks on some of its rows
 * @param noise what the noise of the first round's results gave away
 */
public record AuditResult(
    Leakage leakage, List<List<AttackResult>> attacks, List<NoiseRecovery> noise) {

  /** Copies the lists. */
  public AuditResult {
    attacks = attacks.stream().map(List::copyOf).toList();
    noise = List.copyOf(noise);
  }
}
