package io.nightjar.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;

/**
 * The mark of an identity with which no job may begin any more, until a person lifts it: {@code
 * poisoned.json} in its directory.
 *
 * <p>A result that no honest evaluation gives is a question about the job's key, and each answer to
 * one is a part of that key. The mark is on the disk before anything that comes after the result
 * is.
 *
 * @param identity who was sent the result; the mark says nothing of other identities
 * @param job the job that the result was of
 * @param batch the batch of that job
 * @param since when it was marked
 */
public record PoisonMark(Identity identity, UUID job, long batch, Instant since) {

  private static final String FILE = "poisoned.json";
  private static final String FORMAT = "nightjar-poisoned";
  private static final int VERSION = 1;
  private static final int MOST_BYTES = 1 << 12;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Returns the mark of a result that came now. */
  public static PoisonMark now(Identity identity, UUID job, long batch) {
    return new PoisonMark(identity, job, batch, Instant.now().truncatedTo(ChronoUnit.SECONDS));
  }

  /**
   * Returns the mark in a directory, whichever identity it is of.
   *
   * @throws IdentityPoisonedException if what is there cannot be read, and so may be a mark
   */
  public static Optional<PoisonMark> find(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse(file));
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      throw new IdentityPoisonedException(
          "%s cannot be read: no job begins while there may be a mark; %s"
              .formatted(file, howToLift(directory)));
    }
  }

  private static PoisonMark parse(Path file) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
      throw new IllegalArgumentException("not a small file");
    }
    JsonNode json = MAPPER.readTree(Files.readAllBytes(file));
    if (!json.path("format").asText().equals(FORMAT)
        || json.path("version").asInt() != VERSION
        || !json.path("batch").canConvertToLong()) {
      throw new IllegalArgumentException("not a mark");
    }
    return new PoisonMark(
        Identity.parse(json.path("identity").asText()),
        UUID.fromString(json.path("job").asText()),
        json.path("batch").asLong(),
        Instant.parse(json.path("since").asText()));
  }

  /**
   * Refuses identities of which one is marked.
   *
   * @throws IdentityPoisonedException if it is, saying what to do
   */
  public static void requireNone(Path directory, Collection<Identity> identities)
      throws IOException {
    Optional<PoisonMark> found = find(directory);
    if (found.isPresent() && identities.contains(found.get().identity())) {
      throw new IdentityPoisonedException(
          "The identity in %s is marked since %s: job %s was sent a result that no honest evaluation gives. Find out who could change results; %s"
              .formatted(directory, found.get().since(), found.get().job(), howToLift(directory)));
    }
  }

  private static String howToLift(Path directory) {
    return "then lift the mark with 'nightjar identity lift %s'".formatted(directory);
  }

  /**
   * Refuses a directory in which no mark could be made.
   *
   * @throws IdentityUnusableException if it cannot be written to
   */
  public static void requireMarkable(Path directory) {
    if (!Files.isWritable(directory)) {
      throw new IdentityUnusableException(
          "%s cannot be written to: an identity that is sent wrong results is marked there, so it must be writable for this user"
              .formatted(directory));
    }
  }

  /** Marks an identity, unless it is marked. When this returns, the mark is on the disk. */
  public void write(Path directory) throws IOException {
    if (!isThere(directory)) {
      replace(directory);
    }
  }

  private boolean isThere(Path directory) throws IOException {
    try {
      return find(directory).filter(mark -> mark.identity().equals(identity)).isPresent();
    } catch (IdentityPoisonedException e) { // of a mark that cannot be read; this one can
      return false;
    }
  }

  private void replace(Path directory) throws IOException {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("format", FORMAT).put("version", VERSION);
    json.put("identity", identity.toString());
    json.put("job", job.toString()).put("batch", batch);
    json.put("since", since.toString());
    Path temporary = directory.resolve("." + FILE + "." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel out =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer bytes =
            ByteBuffer.wrap((json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        out.force(true);
      }
      Files.move(temporary, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
      force(directory);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * Lifts whatever mark is in a directory.
   *
   * @return whether there was one
   */
  public static boolean lift(Path directory) throws IOException {
    boolean lifted = Files.deleteIfExists(directory.resolve(FILE));
    force(directory);
    return lifted;
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
      names.force(true);
    }
  }
}
