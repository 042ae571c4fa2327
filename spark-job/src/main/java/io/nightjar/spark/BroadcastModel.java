package io.nightjar.spark;

import io.nightjar.crypto.HeContext;
import io.nightjar.crypto.RawSecretAccess;
import io.nightjar.crypto.RelinearisationKey;
import io.nightjar.draw.JobSecret;
import io.nightjar.exchange.OwnerKey;
import io.nightjar.model.Model;
import io.nightjar.model.ModelReader;
import io.nightjar.model.ReadLimits;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanJson;
import io.nightjar.plan.PlanOptions;
import io.nightjar.plan.PlanReader;
import io.nightjar.protocol.Draws;
import io.nightjar.protocol.Hiding;
import io.nightjar.protocol.PaillierRounds;
import io.nightjar.protocol.RoundEvaluator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/**
 * What executors need of a job: the model, the plan and the model owner's secret. It travels once
 * to every executor, as bytes, and is made sense of there once.
 *
 * <p>All of it belongs to the model owner, whose the executors are.
 */
public final class BroadcastModel {

  private final UUID job;
  private final String plan;
  private final byte[] modelJson;
  private final byte[] posterior;
  private final byte[] secret;
  private final byte[] publicKey;
  private Plan parsedPlan;
  private Draws draws;
  private Optional<Hiding> hiding = Optional.empty();
  private Optional<RelinearisationKey> relinearisation = Optional.empty();
  private Optional<PaillierRounds> paillier = Optional.empty();

  /** For Kryo, which copies the fields. */
  BroadcastModel(
      UUID job, String plan, byte[] modelJson, byte[] posterior, byte[] secret, byte[] publicKey) {
    this.job = job;
    this.plan = plan;
    this.modelJson = modelJson;
    this.posterior = posterior;
    this.secret = secret;
    this.publicKey = publicKey;
  }

  /**
   * Creates it from the two files of a model as they were read.
   *
   * @param publicKey the data owner's; not looked at where the plan hides nothing
   */
  public static BroadcastModel of(
      UUID job, Plan plan, ModelFiles model, JobSecret secret, OwnerKey publicKey) {
    return new BroadcastModel(
        job,
        PlanJson.write(plan),
        model.json(),
        model.posterior(),
        secret.toBytes(RawSecretAccess.granted()),
        publicKey.bytes());
  }

  /** Returns an evaluator, with times of its own. */
  synchronized RoundEvaluator evaluator() {
    if (draws == null) {
      parsedPlan = PlanReader.read(plan, PlanOptions.Security.INSECURE_FOR_TESTS);
      JobSecret opened = JobSecret.ofBytes(secret, RawSecretAccess.granted());
      if (parsedPlan.isPaillier()) {
        paillier =
            Optional.of(
                new PaillierRounds(
                    opened, ExecutorContexts.paillier(parsedPlan.paillier(), publicKey)));
      } else if (parsedPlan.hidesResults()) {
        OwnerKey.Opened keys = openKeys();
        relinearisation = keys.relinearisation();
        hiding = Optional.of(new Hiding(parsedPlan, opened, keys.publicKey()));
      }
      draws = Draws.of(readModel(), parsedPlan, opened);
    }
    if (paillier.isPresent()) {
      return new RoundEvaluator(job, parsedPlan, draws, paillier.get());
    }
    return new RoundEvaluator(
        job,
        parsedPlan,
        draws,
        hiding,
        relinearisation,
        ExecutorContexts.get(parsedPlan.parameters()));
  }

  /**
   * They live as long as the executor has the model, and their memory is the collector's to free.
   */
  private OwnerKey.Opened openKeys() {
    HeContext context = ExecutorContexts.get(parsedPlan.parameters());
    return OwnerKey.read(publicKey, context).open(context);
  }

  private Model readModel() {
    try {
      return ModelReader.read(
          new ByteArrayInputStream(modelJson),
          new ByteArrayInputStream(posterior),
          ReadLimits.defaults());
    } catch (IOException e) {
      throw new UncheckedIOException("An array cannot fail to be read", e);
    }
  }

  UUID job() {
    return job;
  }

  String plan() {
    return plan;
  }

  byte[] modelJson() {
    return modelJson;
  }

  byte[] posterior() {
    return posterior;
  }

  byte[] secret() {
    return secret;
  }

  byte[] publicKey() {
    return publicKey;
  }

  /** Overwrites the secret; the driver calls it when the job has ended. */
  void wipe() {
    Arrays.fill(secret, (byte) 0);
  }

  @Override
  public String toString() {
    return "BroadcastModel[job %s]".formatted(job);
  }
}
