package io.nightjar.job.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.natives.Blake3;
import io.nightjar.job.StoredSection;
import io.nightjar.job.TestIdentities;
import io.nightjar.job.faults.ForgedResults.Content;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * A model owner who wants the data owner's key: it has no model, reads and writes the files of an
 * exchange itself, and remembers all that the data owner lets it see.
 */
public final class CheatingModelOwner implements AutoCloseable {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** What it asks: which results it sends. */
  public interface Questions {
    /** Nothing: everything passes for a result. */
    Questions NONE = (batch, round, draw) -> Content.PLAUSIBLE;

    Content content(long batch, int round, int draw);
  }

  private final Path exchange;
  private final Plan plan;
  private final Questions questions;
  private final Map<String, String> seen = Collections.synchronizedSortedMap(new TreeMap<>());
  private final SortedMap<String, byte[]> uploads =
      Collections.synchronizedSortedMap(new TreeMap<>());
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Thread thread = new Thread(this::run, "cheating-model-owner");
  private final Set<Path> answered = new HashSet<>();
  private volatile boolean closed;

  private CheatingModelOwner(Path exchange, Plan plan, Questions questions) {
    this.exchange = exchange;
    this.plan = plan;
    this.questions = questions;
  }

  /** Puts a plan on offer and answers whoever orders. */
  public static CheatingModelOwner start(Path exchange, Plan plan, Questions questions)
      throws IOException {
    Files.createDirectories(exchange);
    Path offer = Files.writeString(exchange.resolve("plan"), PlanJson.write(plan) + "\n");
    TestIdentities.sign(exchange.resolve("plan.json"), offer, TestIdentities.modelOwner());
    Files.move(offer, exchange.resolve("plan.json"), StandardCopyOption.REPLACE_EXISTING);
    CheatingModelOwner started = new CheatingModelOwner(exchange, plan, questions);
    started.thread.setDaemon(true);
    started.thread.start();
    return started;
  }

  private void run() {
    try {
      while (!closed) {
        for (Path job : directories(exchange.resolve("jobs"))) {
          for (Path wave : directories(job)) {
            for (Path round : directories(wave)) {
              lookAt(job, round);
            }
          }
        }
        Thread.sleep(3);
      }
    } catch (IOException | RuntimeException | InterruptedException e) {
      failure.set(e);
    }
  }

  private static List<Path> directories(Path directory) throws IOException {
    try (Stream<Path> found = Files.list(directory)) {
      return found.filter(Files::isDirectory).sorted().toList();
    } catch (NoSuchFileException e) { // not yet, or no more
      return List.of();
    }
  }

  private void lookAt(Path job, Path round) throws IOException {
    Path order = job.resolve("job.json");
    Path up = round.resolve("up.json");
    // Once each: the data owner may be removing what it has finished just now.
    if (Files.exists(order) && Files.exists(up) && answered.add(round)) {
      remember(round, up);
      giveReceipt(job, order);
      answer(job, round, questions);
    }
  }

  /** Remembers names and sizes of what was uploaded, and the manifest but for random numbers. */
  private void remember(Path round, Path up) throws IOException {
    Path job = round.getParent().getParent();
    String manifest = Files.readString(up);
    String telling = manifest.replaceAll("\"nonce\":\"[0-9a-f]{32}\"", "NONCE");
    see(job.relativize(up), telling.replaceAll("[0-9a-f]{64}", "DIGEST"));
    for (StoredSection section : StoredSection.of(up)) {
      uploads.put("%s %s".formatted(job.relativize(round), section.name()), section.bytes());
    }
    try (Stream<Path> files = Files.list(round.resolve("up"))) {
      for (Path file : files.toList()) {
        see(job.relativize(file), Files.size(file) + " bytes");
      }
    }
  }

  private void see(Path what, String how) {
    String job = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    seen.put(nameless(what.toString()), nameless(how.replaceAll(job, "JOB")));
  }

  /** Returns a text without the numbers that files of blocks are told apart by. */
  private static String nameless(String text) {
    return text.replaceAll("[.][0-9a-f]{16}[.]njb", ".njb");
  }

  /** Says that an order is admitted, whatever it is. */
  static void giveReceipt(Path job, Path order) throws IOException {
    JsonNode ordered = MAPPER.readTree(order.toFile());
    ObjectNode receipt = MAPPER.createObjectNode();
    receipt.put("format", "nightjar-receipt").put("version", 1);
    receipt.put("job", ordered.path("job").asText());
    receipt.put("order", sha256(Files.readAllBytes(order)));
    receipt.put("modelOwner", ordered.path("modelOwner").asText());
    receipt.put("model", "0".repeat(64));
    receipt.put("answers", ordered.path("answers").asLong());
    receipt.put("admitted", "2026-01-01T00:00:00Z");
    publish(job.resolve("receipt.json"), receipt);
  }

  private static void publish(Path file, JsonNode json) throws IOException {
    Path written =
        Files.writeString(
            file.resolveSibling("." + file.getFileName()), MAPPER.writeValueAsString(json) + "\n");
    TestIdentities.sign(file, written, TestIdentities.modelOwner());
    Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Writes the results of a round. */
  private void answer(Path job, Path round, Questions asked) throws IOException {
    byte[] up = Files.readAllBytes(round.resolve("up.json"));
    JsonNode uploaded = MAPPER.readTree(up);
    JsonNode order = MAPPER.readTree(Files.readAllBytes(job.resolve("job.json")));
    int number = uploaded.path("round").asInt();
    SortedSet<Long> batches = new TreeSet<>();
    for (JsonNode section : uploaded.path("sections")) {
      batches.add(Long.valueOf(section.path("name").asText().substring(6, 13)));
    }
    Files.createDirectories(round.resolve("down"));
    ObjectNode manifest = MAPPER.createObjectNode();
    manifest.setAll((ObjectNode) uploaded);
    manifest.put("direction", "down").put("answers", sha256(up));
    ArrayNode sections = manifest.putArray("sections");
    try (ForgedResults results =
        ForgedResults.of(plan, Files.readAllBytes(job.resolve("public-key.bin")))) {
      for (long batch : batches) {
        long left = order.path("records").asLong() - batch * order.path("batchSize").asLong();
        for (int draw = 0; draw < plan.draws(); draw++) {
          byte[] block =
              results.block(
                  new BlockLabel(
                      UUID.fromString(order.path("job").asText()), batch, number, draw, 0),
                  plan.rounds().get(number),
                  (int) Math.min(left, order.path("batchSize").asLong()),
                  asked.content(batch, number, draw));
          String name = "batch-%07d.draw-%02d.col-00000".formatted(batch, draw);
          String written = name + ".00000000c0c0c0c0.njb";
          Files.write(round.resolve("down").resolve(written), block);
          String hash = HexFormat.of().formatHex(new Blake3().digest(block));
          sections
              .addObject()
              .put("name", name)
              .put("file", written)
              .put("offset", 0)
              .put("bytes", block.length)
              .put("blake3", hash)
              .put("nonce", "");
        }
      }
    }
    publish(round.resolve("down.json"), manifest);
  }

  /** Puts results that pass in the place of what it sent, as if it had never asked. */
  public void unsay(int wave, int round) throws IOException {
    for (Path job : directories(exchange.resolve("jobs"))) {
      Path place = job.resolve("wave-%05d/round-%02d".formatted(wave, round));
      if (Files.exists(place.resolve("down.json"))) {
        answer(job, place, Questions.NONE);
      }
    }
  }

  /** Returns what the data owner let it see: uploads as they came, and what is there now. */
  public SortedMap<String, String> seen() throws IOException {
    Optional<Throwable> failed = Optional.ofNullable(failure.get());
    if (failed.isPresent()) {
      throw new AssertionError("The cheat failed", failed.get());
    }
    SortedMap<String, String> all = new TreeMap<>(seen);
    for (Path job : directories(exchange.resolve("jobs"))) {
      try (Stream<Path> files = Files.walk(job)) {
        // Hidden is what a process that ended has left, whatever it was about.
        for (Path file :
            files
                .filter(Files::isRegularFile)
                .filter(file -> !file.getFileName().toString().startsWith("."))
                .toList()) {
          all.put(
              "in the end: " + nameless(job.relativize(file).toString()),
              Files.size(file) + " bytes");
        }
      }
    }
    return all;
  }

  /** Returns the blocks that were uploaded, by their place in the job. */
  public SortedMap<String, byte[]> uploads() {
    return new TreeMap<>(uploads);
  }

  /** Returns the names of the jobs that were ordered. */
  public List<String> orders() throws IOException {
    List<String> names = new ArrayList<>();
    for (Path job : directories(exchange.resolve("jobs"))) {
      names.add(job.getFileName().toString());
    }
    return names;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
