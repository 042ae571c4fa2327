package io.nightjar.exchange;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * The list of all blocks of one direction of a round of a wave, of the files that they are in, and
 * of what they were made from; it commits them.
 *
 * @param format {@link #FORMAT}
 * @param version {@link #VERSION}
 * @param job the job
 * @param plan the digest of the plan
 * @param wave the wave
 * @param round the round
 * @param direction which way the blocks go
 * @param source the digest of the manifest that they were made from; empty for the first
 * @param sections the blocks, in the order of their names
 */
@JsonPropertyOrder({
  "format",
  "version",
  "job",
  "plan",
  "wave",
  "round",
  "direction",
  "answers",
  "sections"
})
public record Manifest(
    String format,
    int version,
    UUID job,
    String plan,
    int wave,
    int round,
    Direction direction,
    @JsonProperty("answers") String source,
    List<Section> sections) {

  /** The most bytes that one may take. */
  public static final int MOST_BYTES = 64 << 20;

  static final String FORMAT = "nightjar-manifest";
  static final int VERSION = 2;

  /** Manifests of version 1 list a file for each batch and draw. */
  private static final int EARLIER = 1;

  /** Checks the fields. */
  public Manifest {
    require(version != EARLIER, "the job was begun by an earlier version, which can finish it");
    require(FORMAT.equals(format) && version == VERSION, "its format is unknown");
    require(job != null && direction != null && wave >= 0 && round >= 0, "a field is missing");
    Digests.check(plan);
    boolean first = round == 0 && direction == Direction.UP;
    require(first == source.isEmpty(), "what it is made from is missing, or there is nothing");
    if (!first) {
      Digests.check(source);
    }
    sections = List.copyOf(sections);
    Set<String> names = new HashSet<>();
    sections.forEach(
        blocks -> require(names.add(blocks.name()), blocks.name() + " is there twice"));
  }

  /** Returns a new manifest. */
  public static Manifest of(
      JobDescription job,
      int wave,
      int round,
      Direction direction,
      String source,
      List<Section> sections) {
    List<Section> sorted =
        sections.stream()
            .sorted(Comparator.comparing(blocks -> BlockName.parse(blocks.name())))
            .toList();
    return new Manifest(
        FORMAT, VERSION, job.job(), job.plan(), wave, round, direction, source, sorted);
  }

  /** Returns its SHA-256. */
  public String digest() {
    return Digests.of(ExchangeJson.write(this));
  }

  /** Returns the length of all blocks together. */
  public long bytes() {
    return sections.stream().mapToLong(Section::bytes).sum();
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new ExchangeException("a manifest is refused: " + otherwise);
    }
  }
}
