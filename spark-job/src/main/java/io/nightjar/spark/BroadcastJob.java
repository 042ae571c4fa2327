package io.nightjar.spark;

import io.nightjar.crypto.RawSecretAccess;
import io.nightjar.draw.JobSecret;
import io.nightjar.keys.OwnerKey;
import io.nightjar.model.Model;
import io.nightjar.model.ModelReader;
import io.nightjar.model.ReadLimits;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanJson;
import io.nightjar.plan.Security;
import io.nightjar.protocol.ModelOwnerJob;
import io.nightjar.protocol.RoundArithmetic;
import io.nightjar.protocol.RoundEvaluator;
import io.nightjar.protocols.Protocols;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/**
 * A job as executors need it: the model, the plan, the model owner's secret and the data owner's
 * public key. It travels once to every executor, as bytes, and is made sense of there once.
 *
 * <p>All of it but the public key belongs to the model owner, whose the executors are.
 */
public final class BroadcastJob {

  private final UUID job;
  private final String plan;
  private final byte[] modelJson;
  private final byte[] posterior;
  private final byte[] secret;
  private final byte[] publicKey;
  private Optional<Opened> opened = Optional.empty();

  private record Opened(Plan plan, RoundArithmetic arithmetic) {}

  /** Takes the fields from Kryo. */
  BroadcastJob(
      UUID job, String plan, byte[] modelJson, byte[] posterior, byte[] secret, byte[] publicKey) {
    this.job = job;
    this.plan = plan;
    this.modelJson = modelJson;
    this.posterior = posterior;
    this.secret = secret;
    this.publicKey = publicKey;
  }

  /** Creates it from the two files of a model as they were read. */
  public static BroadcastJob of(
      UUID job, Plan plan, ModelFiles model, JobSecret secret, OwnerKey publicKey) {
    return new BroadcastJob(
        job,
        PlanJson.write(plan),
        model.json(),
        model.posterior(),
        secret.toBytes(RawSecretAccess.granted()),
        publicKey.bytes());
  }

  /**
   * Returns an evaluator, with times of its own. The arithmetic behind it lives as long as the
   * executor has the job, and its memory is the collector's to free.
   */
  synchronized RoundEvaluator evaluator() {
    if (opened.isEmpty()) {
      Plan read = Protocols.readPlan(plan, Security.ANY); // of the driver that sent it
      ModelOwnerJob context =
          new ModelOwnerJob(
              read,
              readModel(),
              JobSecret.ofBytes(secret, RawSecretAccess.granted()),
              new OwnerKey(publicKey),
              ExecutorResources.shared());
      opened = Optional.of(new Opened(read, Protocols.of(read).arithmetic(context)));
    }
    return new RoundEvaluator(job, opened.get().plan(), opened.get().arithmetic());
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
    return "BroadcastJob[job %s]".formatted(job);
  }
}
