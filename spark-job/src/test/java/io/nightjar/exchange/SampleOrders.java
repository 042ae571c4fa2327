package io.nightjar.exchange;

import io.nightjar.identity.Identity;
import io.nightjar.identity.IdentitySecret;
import java.util.UUID;

/** Orders of one data owner from one model owner. */
public final class SampleOrders {

  /** The data owner. */
  public static final IdentitySecret DATA_OWNER = IdentitySecret.draw();

  /** The model owner. */
  public static final IdentitySecret MODEL_OWNER = IdentitySecret.draw();

  private SampleOrders() {}

  /** Returns an order that counts its records once. */
  public static JobDescription of(
      UUID job, String plan, String key, long records, int batchSize, int batchesPerWave) {
    Identity owner = DATA_OWNER.identity();
    return JobDescription.of(
        job,
        plan,
        owner,
        MODEL_OWNER.identity(),
        key,
        new JobDescription.Cut(records, batchSize, batchesPerWave),
        records);
  }
}
