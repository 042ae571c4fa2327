package io.nightjar.exchange;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A data owner's order: which plan is to be followed, for how many records.
 *
 * @param format {@link #FORMAT}
 * @param version {@link #VERSION}
 * @param job its name, drawn at random
 * @param plan the digest of the plan
 * @param owner the fingerprint of the data owner's public key
 * @param records how many there are
 * @param batchSize how many a batch holds
 * @param batchesPerWave how many batches go through the rounds together
 */
@JsonPropertyOrder({
  "format",
  "version",
  "job",
  "plan",
  "owner",
  "records",
  "batchSize",
  "batchesPerWave"
})
public record JobDescription(
    String format,
    int version,
    UUID job,
    String plan,
    String owner,
    long records,
    int batchSize,
    int batchesPerWave) {

  static final String FORMAT = "nightjar-job";
  static final int VERSION = 2;

  /** The most waves; names of more would be too long. */
  private static final long MAX_WAVES = 100_000;

  /** Checks the fields. */
  public JobDescription {
    require(FORMAT.equals(format) && version == VERSION, "its format is unknown");
    require(job != null, "it names no job");
    Digests.check(plan);
    Digests.check(owner);
    require(records >= 1, "it has no records");
    require(batchSize >= 1 && batchesPerWave >= 1, "its batches or waves are empty");
    require(
        (records - 1) / batchSize / batchesPerWave < MAX_WAVES,
        "it has more than %d waves: make them larger".formatted(MAX_WAVES));
  }

  /** Returns a new order. */
  public static JobDescription of(
      UUID job, String plan, String owner, long records, int batchSize, int batchesPerWave) {
    return new JobDescription(
        FORMAT, VERSION, job, plan, owner, records, batchSize, batchesPerWave);
  }

  /** Returns its SHA-256, as it is written. */
  public String digest() {
    return Digests.of(ExchangeJson.write(this));
  }

  /** Returns how many batches there are. */
  public long batches() {
    return (records - 1) / batchSize + 1;
  }

  /** Returns how many records a batch has. */
  public int records(long batch) {
    return (int) Math.min(batchSize, records - batch * batchSize);
  }

  /** Returns all waves. */
  public List<Wave> waves() {
    List<Wave> waves = new ArrayList<>();
    for (long first = 0; first < batches(); first += batchesPerWave) {
      waves.add(new Wave(waves.size(), first, (int) Math.min(batchesPerWave, batches() - first)));
    }
    return waves;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new ExchangeException("The job is not one to work on: " + otherwise);
    }
  }
}
