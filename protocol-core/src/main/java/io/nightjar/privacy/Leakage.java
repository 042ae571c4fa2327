package io.nightjar.privacy;

import io.nightjar.plan.ModelPrivacy;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A prediction of what the answers of a job give away of the model: for each round, how well a
 * curious data owner can estimate the weights.
 *
 * @param model the model's name
 * @param protocol the protocol's name on the command line
 * @param modelPrivacy the model privacy of the job
 * @param draws the answers for every record, S
 * @param batchSize the records in a full batch
 * @param calibrationRecords how many records the natural inputs come from
 * @param rounds what each round gives away, in order
 * @param ciphertexts a sentence that says what results give away beyond the numbers in them
 * @param undrawn what is to be said of weights that are not drawn, if there are any
 */
public record Leakage(
    String model,
    String protocol,
    ModelPrivacy modelPrivacy,
    int draws,
    int batchSize,
    int calibrationRecords,
    List<RoundLeakage> rounds,
    String ciphertexts,
    Optional<String> undrawn) {

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
