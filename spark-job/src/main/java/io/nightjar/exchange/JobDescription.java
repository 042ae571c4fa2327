package io.nightjar.exchange;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.nightjar.identity.Identity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/**
 * A data owner's order: which plan is to be followed, by whom, for how many records.
 *
 * @param format {@link #FORMAT}
 * @param version {@link #VERSION}
 * @param job its name, drawn at random
 * @param plan the digest of the plan
 * @param owner the data owner
 * @param modelOwner who is to evaluate the plan
 * @param key the fingerprint of the job's public key
 * @param records how many there are
 * @param answers how many answers that comes to, as the model owner counts them
 * @param batchSize how many records a batch holds
 * @param batchesPerWave how many batches go through the rounds together
 */
@JsonPropertyOrder({
  "format",
  "version",
  "job",
  "plan",
  "owner",
  "modelOwner",
  "key",
  "records",
  "answers",
  "batchSize",
  "batchesPerWave"
})
public record JobDescription(
    String format,
    int version,
    UUID job,
    String plan,
    Identity owner,
    Identity modelOwner,
    String key,
    long records,
    long answers,
    int batchSize,
    int batchesPerWave) {

  static final String FORMAT = "nightjar-job";

  /** Orders of versions 1 and 2 name a public key and no identities. */
  static final int VERSION = 3;

  private static final Pattern EARLIER =
      Pattern.compile("\"format\":\"nightjar-job\",\"version\":[12],");

  /** The most waves; names of more would be too long. */
  private static final long MAX_WAVES = 100_000;

  /** Checks the fields. */
  public JobDescription {
    require(FORMAT.equals(format) && version == VERSION, "its format is unknown");
    require(job != null, "it names no job");
    require(owner != null && modelOwner != null, "it does not say who and by whom");
    Digests.check(plan);
    Digests.check(key);
    require(records >= 1 && answers >= records, "it has no records, or no answers for them");
    require(batchSize >= 1 && batchesPerWave >= 1, "its batches or waves are empty");
    require(
        (records - 1) / batchSize / batchesPerWave < MAX_WAVES,
        "it has more than %d waves: make them larger".formatted(MAX_WAVES));
  }

  /**
   * How the records of a job are cut.
   *
   * @param records how many there are
   * @param batchSize how many a batch holds
   * @param batchesPerWave how many batches go through the rounds together
   */
  public record Cut(long records, int batchSize, int batchesPerWave) {}

  /**
   * Returns a new order.
   *
   * @param plan the digest of the plan
   * @param key the fingerprint of the job's public key
   */
  public static JobDescription of(
      UUID job,
      String plan,
      Identity owner,
      Identity modelOwner,
      String key,
      Cut cut,
      long answers) {
    return new JobDescription(
        FORMAT,
        VERSION,
        job,
        plan,
        owner,
        modelOwner,
        key,
        cut.records(),
        answers,
        cut.batchSize(),
        cut.batchesPerWave());
  }

  /**
   * Returns the order of one who is both owners and goes on with a job under another identity and
   * another key, because those of before are gone.
   */
  public JobDescription takenUpBy(Identity identity, String publicKey) {
    return new JobDescription(
        FORMAT,
        VERSION,
        job,
        plan,
        identity,
        identity,
        publicKey,
        records,
        answers,
        batchSize,
        batchesPerWave);
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

  /** Returns how many records the batches of a wave have. */
  public long records(Wave wave) {
    long most = wave.batches() * (long) batchSize;
    return Math.min(most, records - wave.firstBatch() * batchSize);
  }

  /** Returns all waves. */
  public List<Wave> waves() {
    List<Wave> waves = new ArrayList<>();
    for (long first = 0; first < batches(); first += batchesPerWave) {
      waves.add(new Wave(waves.size(), first, (int) Math.min(batchesPerWave, batches() - first)));
    }
    return waves;
  }

  /**
   * Reads an order.
   *
   * @throws ExchangeException if it is malformed, or of an earlier version
   */
  static JobDescription read(Path path, byte[] json) {
    if (isOfEarlierVersion(json)) {
      throw new ExchangeException(
          "%s was written by an earlier version of this program, which signed nothing: order a new job"
              .formatted(path));
    }
    return ExchangeJson.read(path, json, JobDescription.class);
  }

  /** Returns whether a text has an order of a version that knew no identities. */
  public static boolean isOfEarlierVersion(byte[] json) {
    return EARLIER.matcher(new String(json, StandardCharsets.UTF_8)).find();
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new ExchangeException("The job is not one to work on: " + otherwise);
    }
  }
}
