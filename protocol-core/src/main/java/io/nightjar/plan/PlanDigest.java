package io.nightjar.plan;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The SHA-256 of a plan's JSON: parties with equal digests follow the same plan.
 *
 * @param hex 64 lower-case digits
 */
public record PlanDigest(String hex) {

  /** Checks the digits. */
  public PlanDigest {
    if (!hex.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "A plan's digest has 64 hexadecimal digits, not '%s'".formatted(hex));
    }
  }

  /** Returns the digest of a plan. */
  public static PlanDigest of(Plan plan) {
    try {
      byte[] json = PlanJson.write(plan).getBytes(StandardCharsets.UTF_8);
      return new PlanDigest(
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(json)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return hex;
  }
}
