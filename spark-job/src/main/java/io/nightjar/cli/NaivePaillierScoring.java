package io.nightjar.cli;

import io.nightjar.crypto.IntegerLayer;
import io.nightjar.crypto.NaivePaillierCosts;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.protocol.BatchStep;
import io.nightjar.protocol.Draws;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What a program that has one Paillier ciphertext for every value, and one power for every weight,
 * takes for one batch of a plan, on threads that have a batch each.
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
  public NaiveScoring.Seconds perBatch(int threads, double linearNanos)
      throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      Callable<NaiveScoring.Seconds> one = () -> perBatch(linearNanos);
      List<NaiveScoring.Seconds> all = new ArrayList<>();
      for (Future<NaiveScoring.Seconds> done : pool.invokeAll(Collections.nCopies(threads, one))) {
        all.add(done.get());
      }
      return NaiveScoring.Seconds.means(all);
    } catch (ExecutionException e) {
      throw new IllegalStateException("The naive program failed", e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  private NaiveScoring.Seconds perBatch(double linearNanos) {
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
    return new NaiveScoring.Seconds(
        encrypted * costs.encrypt(linearNanos), linear, decrypted * costs.decrypt(linearNanos));
  }
}
