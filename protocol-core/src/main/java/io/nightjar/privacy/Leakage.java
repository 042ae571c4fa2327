package io.nightjar.privacy;

import io.nightjar.plan.ModelPrivacy;
import java.util.Comparator;
import java.util.List;

/**
 * What the answers of a job give away of the model: an estimate for each round, of what a data
 * owner who wants to know can compute.
 *
 * @param model its name
 * @param protocol its name on the command line
 * @param modelPrivacy what is done against it
 * @param samples S, answers for every record
 * @param batchSize records in a full batch
 * @param calibrationRecords how many records the natural inputs come from
 * @param rounds in order
 */
public record Leakage(
    String model,
    String protocol,
    ModelPrivacy modelPrivacy,
    int samples,
    int batchSize,
    int calibrationRecords,
    List<RoundLeakage> rounds) {

  /** Copies the list. */
  public Leakage {
    rounds = List.copyOf(rounds);
  }

  /** Returns the round whose weights are known first to a data owner who chooses its inputs. */
  public RoundLeakage weakest() {
    return rounds.stream()
        .min(
            Comparator.comparingLong(
                round -> round.chosenTogether().recordsToTenPercent().orElse(Long.MAX_VALUE)))
        .orElseThrow();
  }
}
