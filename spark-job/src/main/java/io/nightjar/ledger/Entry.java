package io.nightjar.ledger;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * One job that was admitted.
 *
 * @param job its name
 * @param owner the account of its data owner: its identity's digits, a name that the model owner
 *     gave it, or the fingerprint of a public key, as it was before there were identities
 * @param lineage what the model owner calls the models that have one budget together
 * @param model the digest of the model's files
 * @param plan the digest of the plan
 * @param protocol the protocol that both parties follow
 * @param records how many it is counted as
 * @param draws how many draws each is scored with
 * @param binding what it is bound to; empty for a job that the first version of ledgers admitted
 * @param time when it was admitted, in milliseconds
 */
public record Entry(
    UUID job,
    String owner,
    String lineage,
    String model,
    String plan,
    String protocol,
    long records,
    int draws,
    Optional<Binding> binding,
    Instant time) {

  /** The most answers of a job; sums of them stay far from the limits of a long. */
  public static final long MOST_ANSWERS = 1_000_000_000_000L;

  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern ACCOUNT = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
  private static final Pattern LINEAGE = Pattern.compile("[A-Za-z0-9_.-]{1,100}");
  private static final Pattern WORD = Pattern.compile("[a-z0-9-]{1,32}");

  /** Checks the fields. */
  public Entry {
    Objects.requireNonNull(job, "job");
    requireAccount(owner);
    requireLineage(lineage);
    requireDigest("model's digest", model);
    requireDigest("plan's digest", plan);
    if (!WORD.matcher(protocol).matches()) {
      throw new IllegalArgumentException("A protocol's name is 1 to 32 letters, digits or -");
    }
    if (records < 1 || draws < 1 || records > MOST_ANSWERS / draws) {
      throw new IllegalArgumentException(
          "A job has from 1 to %,d answers, not %,d records x %,d draws"
              .formatted(MOST_ANSWERS, records, draws));
    }
    Objects.requireNonNull(binding, "binding");
    time = time.truncatedTo(ChronoUnit.MILLIS);
  }

  /** Returns what is counted: one answer for each record and draw. */
  public long answers() {
    return records * draws;
  }

  /** Returns whether both ask for the same; what they are bound to is another question. */
  boolean asksForTheSame(Entry other) {
    return job.equals(other.job)
        && owner.equals(other.owner)
        && lineage.equals(other.lineage)
        && model.equals(other.model)
        && plan.equals(other.plan)
        && protocol.equals(other.protocol)
        && records == other.records
        && draws == other.draws;
  }

  /** Returns whether both count against the same budget. */
  boolean isSameAccount(Entry other) {
    return owner.equals(other.owner) && lineage.equals(other.lineage);
  }

  /**
   * Checks the account of a data owner.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static String requireAccount(String account) {
    if (!ACCOUNT.matcher(account).matches()) {
      throw new IllegalArgumentException(
          "An account has 1 to 64 characters out of A-Z, a-z, 0-9, '_', '.' and '-'");
    }
    return account;
  }

  /**
   * Checks the name of a lineage, which may be that of any model.
   *
   * @throws IllegalArgumentException if it is none
   */
  static String requireLineage(String lineage) {
    if (!LINEAGE.matcher(lineage).matches()) {
      throw new IllegalArgumentException(
          "A lineage has 1 to 100 characters out of A-Z, a-z, 0-9, '_', '.' and '-'");
    }
    return lineage;
  }

  static void requireDigest(String what, String digest) {
    if (!DIGEST.matcher(digest).matches()) {
      throw new IllegalArgumentException("A %s is 64 hexadecimal digits".formatted(what));
    }
  }
}
