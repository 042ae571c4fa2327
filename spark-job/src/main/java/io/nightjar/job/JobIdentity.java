package io.nightjar.job;

import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDigest;
import io.nightjar.records.RecordCensus;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Tells jobs apart that must not share an output: two runs are the same job if everything that
 * their results depend on is the same, but for randomness.
 */
final class JobIdentity {

  private JobIdentity() {}

  /**
   * Returns a digest of what makes a job this one and no other.
   *
   * @param form what becomes of the results
   * @param rest what else tells the job from others: who evaluates it, and under which key
   */
  static String digest(Plan plan, RecordCensus census, String form, String rest) {
    String all =
        String.join(
            "\n",
            PlanDigest.of(plan).hex(),
            census.digest(),
            Long.toString(census.records()),
            form,
            rest);
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
