package io.nightjar.job;

import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDigest;
import io.nightjar.records.RecordCensus;
import io.nightjar.records.ResultFormat;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What tells jobs apart that must not share an output. */
final class Fingerprint {

  private Fingerprint() {}

  /** Returns a digest of everything that results depend on but randomness. */
  static String of(Plan plan, RecordCensus census, ResultFormat format, String rest) {
    String all =
        String.join(
            "\n",
            PlanDigest.of(plan).hex(),
            census.digest(),
            Long.toString(census.records()),
            format.name(),
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
