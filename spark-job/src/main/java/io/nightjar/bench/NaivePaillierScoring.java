package io.nightjar.bench;

import io.nightjar.crypto.IntegerLayer;
import io.nightjar.crypto.NaivePaillierCosts;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.protocol.BatchStep;
import io.nightjar.protocol.Draws;
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
final class NaivePaillierScoring implements NaiveProgram {

  private final Plan plan;
  private final List<int[]> weights = new ArrayList<>();
  private final List<Long> products = new ArrayList<>();

  NaivePaillierScoring(Model model, Plan plan) {
    this.plan = plan;
    try (JobSecret secret = JobSecret.fresh()) {
      Draws draws = Draws.of(model, plan, secret);
      for (Round round : plan.rounds()) {
        BatchStep drawn = (BatchStep) draws.integers(0, round.index(), 0);
        List<IntegerLayer> layers = drawn.layers();
        products.add(layers.stream().mapToLong(NaiveScoring::products).sum());
        weights.add(layers.get(0).rowWeights(0));
      }
    }
  }

  @Override
  public Seconds perBatch(double linearNanos) {
    NaivePaillierCosts costs = new NaivePaillierCosts(plan.paillier().modulusBits());
    double records = plan.batchSize();
    double encrypted = 0;
    double decrypted = 0;
    double linear = 0;
    for (Round round : plan.rounds()) {
      int uploads = round.index() == 0 ? 1 : plan.draws();
      encrypted += records * round.inputColumns() * uploads;
      decrypted += records * round.outputColumns() * plan.draws();
      double seconds = costs.product(weights.get(round.index()), linearNanos);
      linear += seconds * products.get(round.index()) * records * plan.draws();
    }
    return new Seconds(
        encrypted * costs.encrypt(linearNanos), linear, decrypted * costs.decrypt(linearNanos));
  }
}
