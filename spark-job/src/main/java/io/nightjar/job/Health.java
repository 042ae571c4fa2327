package io.nightjar.job;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * Two files by which whatever watches a server knows how it is. {@code live} is written anew every
 * few seconds, and says more to people; {@code ready} is there while orders are taken.
 */
final class Health {

  private static final Duration BETWEEN = Duration.ofSeconds(5);

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Optional<Path> directory;
  private Optional<State> written = Optional.empty();
  private long lastWritten;

  /** What a server is doing. */
  enum Condition {
    /** It takes orders. */
    READY,
    /** An exchange cannot be reached. */
    CUT_OFF,
    /** It is to end. */
    DRAINING
  }

  /**
   * What a server has to say of a model.
   *
   * @param name the model's name
   * @param plan the digest of the plan on offer
   * @param exchange where it is
   * @param openJobs the jobs that are not evaluated
   */
  @JsonPropertyOrder({"name", "plan", "exchange", "openJobs"})
  record Served(String name, String plan, String exchange, int openJobs) {}

  /**
   * How a server is.
   *
   * @param evaluated the jobs of which all rounds are evaluated, since it was started
   * @param refused the jobs that were refused or failed
   */
  @JsonPropertyOrder({"condition", "models", "evaluated", "refused"})
  record State(Condition condition, List<Served> models, int evaluated, int refused) {}

  /** What is in the file. */
  @JsonPropertyOrder({"process", "time", "state"})
  private record Live(long process, String time, State state) {}

  /** Takes the directory for them, if one is named. */
  Health(Optional<Path> directory) {
    this.directory = directory;
  }

  /** Says how the server is, if that is new, or was said a while ago. */
  void say(State state) throws IOException {
    boolean isNew = !written.equals(Optional.of(state));
    if (directory.isEmpty() || (!isNew && System.nanoTime() - lastWritten < BETWEEN.toNanos())) {
      return;
    }
    Files.createDirectories(directory.get());
    Path ready = directory.get().resolve("ready");
    if (state.condition() != Condition.READY) {
      Files.deleteIfExists(ready);
    }
    Path live = directory.get().resolve("live");
    Path anew = directory.get().resolve(".live.tmp");
    Files.writeString(anew, json(state), StandardCharsets.UTF_8);
    Files.move(anew, live, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    if (state.condition() == Condition.READY && !Files.exists(ready)) {
      Files.createFile(ready);
    }
    written = Optional.of(state);
    lastWritten = System.nanoTime();
  }

  private static String json(State state) {
    String time = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    try {
      return MAPPER.writeValueAsString(new Live(ProcessHandle.current().pid(), time, state)) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Takes both away: nobody is there any more. */
  void end() throws IOException {
    if (directory.isPresent()) {
      Files.deleteIfExists(directory.get().resolve("ready"));
      Files.deleteIfExists(directory.get().resolve("live"));
    }
  }
}
