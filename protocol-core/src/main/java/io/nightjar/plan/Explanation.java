package io.nightjar.plan;

import java.util.List;

/**
 * The part of a plan's text for people that only its sheet can say.
 *
 * @param encryption the lines that say what records are encrypted with
 * @param table lines that stand before the rounds; often none
 * @param margin the kind of margin that rounds have, such as noise
 * @param limitBits how large a result of each round may be in bits
 * @param learned the lines that say what the data owner learns
 */
public record Explanation(
    String encryption, List<String> table, String margin, double limitBits, List<String> learned) {

  /** Copies the lists. */
  public Explanation {
    table = List.copyOf(table);
    learned = List.copyOf(learned);
  }
}
