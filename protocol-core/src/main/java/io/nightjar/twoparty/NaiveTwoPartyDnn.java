package io.nightjar.twoparty;

import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.crypto.naive.NaivePaillierCosts;
import io.nightjar.crypto.paillier.BigPowers;
import io.nightjar.draw.DrawPlace;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.naive.NaiveProgram;
import io.nightjar.naive.NonZeroProducts;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.plan.RowRange;
import io.nightjar.rounds.BatchDraws;
import io.nightjar.rounds.BatchStep;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures, for one batch of a plan, a program that has one Paillier ciphertext for every value and
 * computes one power for every weight, on threads that have a batch each.
 *
 * <p>Encryption, powers with weights of the drawn sizes, products and decryption are measured on
 * samples and multiplied by their numbers. Fresh randomness of results, biases, activations and
 * exchanging anything count for nothing.
 */
final class NaiveTwoPartyDnn implements NaiveProgram {

  private final Plan plan;
  private final List<int[]> weights = new ArrayList<>();
  private final List<Long> products = new ArrayList<>();

  NaiveTwoPartyDnn(Model model, Plan plan) {
    this.plan = plan;
    try (JobSecret secret = JobSecret.fresh()) {
      BatchDraws draws = new BatchDraws(model, plan, secret);
      for (Round round : plan.rounds()) {
        DrawPlace place = DrawPlace.withoutInput(0, round.index(), 0);
        BatchStep drawn = draws.step(place, new RowRange(0, round.rows()));
        List<IntegerLayer> layers = drawn.layers();
        products.add(layers.stream().mapToLong(NonZeroProducts::of).sum());
        weights.add(layers.get(0).rowWeights(0));
      }
    }
  }

  @Override
  public String description() {
    return "The naive program of 2p-dnn has one Paillier ciphertext for each value and one power for each weight, by "
        + BigPowers.preferred().name()
        + ".";
  }

  @Override
  public Seconds perBatch(double linearNanos) {
    NaivePaillierCosts costs =
        new NaivePaillierCosts(((TwoPartySheet) plan.sheet()).encryption().modulusBits());
    double records = plan.batchSize();
    double encrypted = 0;
    double decrypted = 0;
    double linear = 0;
    for (Round round : plan.rounds()) {
      int uploads = round.index() == 0 ? 1 : plan.draws();
      encrypted += records * round.inputFeatures() * uploads;
      decrypted += records * round.outputFeatures() * plan.draws();
      double seconds = costs.product(weights.get(round.index()), linearNanos);
      linear += seconds * products.get(round.index()) * records * plan.draws();
    }
    return new Seconds(
        encrypted * costs.encrypt(linearNanos), linear, decrypted * costs.decrypt(linearNanos));
  }
}
