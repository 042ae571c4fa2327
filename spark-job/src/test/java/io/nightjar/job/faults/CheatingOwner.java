package io.nightjar.job.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.natives.Blake3;
import io.nightjar.identity.IdentitySecret;
import io.nightjar.job.ProtocolProfile;
import io.nightjar.job.StoredSection;
import io.nightjar.job.TestIdentities;
import io.nightjar.job.TestJobs;
import io.nightjar.keys.KeyScheme;
import io.nightjar.keys.OwnerSecret;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDigest;
import io.nightjar.protocol.DataOwner;
import io.nightjar.protocol.Message;
import io.nightjar.protocol.OwnerCodec;
import io.nightjar.protocol.ResultReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A data owner who does what helps it: it writes what it likes into the exchange, as bytes and as
 * JSON of its own, and knows of the model owner only what it finds there.
 */
final class CheatingOwner implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PATIENCE_MILLIS = 60_000;

  private final UUID job = UUID.randomUUID();
  private final Path directory;
  private final IdentitySecret identity = TestIdentities.of("cheat");
  private final Plan plan;
  private final OwnerSecret secret;
  private final byte[] publicKey;
  private final OwnerCodec codec;
  private final DataOwner owner;

  CheatingOwner(TestJobs jobs, ProtocolProfile profile, Path exchange) throws IOException {
    this.directory = exchange.resolve("jobs").resolve(job.toString());
    this.plan = jobs.plan();
    KeyScheme scheme = profile.protocol().keys(plan);
    this.secret = scheme.draw();
    this.publicKey = secret.publicKey().bytes();
    this.codec = profile.protocol().codec(plan, secret);
    this.owner = new DataOwner(job, plan, codec);
  }

  UUID job() {
    return job;
  }

  /** Orders a job, or the same job anew with its batches cut into other waves. */
  void order(long records, int batchesPerWave) throws IOException {
    Files.createDirectories(directory);
    Files.write(directory.resolve("public-key.bin"), publicKey);
    write(
        directory.resolve("job.json"),
        JSON.createObjectNode()
            .put("format", "nightjar-job")
            .put("version", 3)
            .put("job", job.toString())
            .put("plan", PlanDigest.of(plan).hex())
            .put("owner", identity.identity().toString())
            .put("modelOwner", TestIdentities.modelOwner().identity().toString())
            .put("key", blake3(publicKey))
            .put("records", records)
            .put("answers", plan.sheet().answered(records) * plan.draws())
            .put("batchSize", plan.batchSize())
            .put("batchesPerWave", batchesPerWave));
  }

  /** Uploads batches as the first round of a wave. */
  void upload(int wave, Map<Long, RealColumns> batches) throws IOException {
    Path up = Files.createDirectories(round(wave).resolve("up"));
    ArrayNode sections = JSON.createArrayNode();
    for (Map.Entry<Long, RealColumns> batch : new TreeMap<>(batches).entrySet()) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (Message upload = owner.open(batch.getKey(), batch.getValue()).upload(0)) {
        owner.format(Long.MAX_VALUE).writeBlock(upload.block(), upload.label(), out);
      }
      byte[] block = out.toByteArray();
      String name = "batch-%07d.draw-00.col-00000".formatted(batch.getKey());
      String file = name + ".00000000c0c0c0c0.njb";
      Files.write(up.resolve(file), block);
      sections
          .addObject()
          .put("name", name)
          .put("file", file)
          .put("offset", 0)
          .put("bytes", block.length)
          .put("blake3", blake3(block))
          .put("nonce", "");
    }
    write(
        round(wave).resolve("up.json"),
        JSON.createObjectNode()
            .put("format", "nightjar-manifest")
            .put("version", 2)
            .put("job", job.toString())
            .put("plan", PlanDigest.of(plan).hex())
            .put("wave", wave)
            .put("round", 0)
            .put("direction", "up")
            .put("answers", "")
            .set("sections", sections));
  }

  /** Waits for the model owner and returns what it says, draw by draw; nothing if it refuses. */
  Optional<List<RealColumns>> results(int wave, long batch, int records) throws IOException {
    Path manifest = round(wave).resolve("down.json");
    await(() -> Files.exists(manifest) || refusal().isPresent());
    if (refusal().isPresent()) {
      return Optional.empty();
    }
    List<RealColumns> results = new ArrayList<>();
    for (int draw = 0; draw < plan.draws(); draw++) {
      ResultReader reader = codec.results(plan.rounds().get(0), records);
      for (StoredSection section : StoredSection.of(manifest)) {
        if (section.name().startsWith("batch-%07d.draw-%02d.".formatted(batch, draw))) {
          read(section, reader);
        }
      }
      results.add(reader.outputs());
    }
    return Optional.of(results);
  }

  private void read(StoredSection section, ResultReader reader) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(section.bytes());
    while (in.available() > 0) {
      BlockFormat.Read read = owner.format(Long.MAX_VALUE).readBlock(in, header -> {});
      try (EncryptedBlock block = read.block()) {
        reader.take(read.header().label(), block);
      }
    }
  }

  /** Has the model owner let go of the job. */
  void giveUp() throws IOException {
    write(refused(), JSON.createObjectNode().put("reason", "enough"));
  }

  /** Returns why the model owner will not do the job. */
  Optional<String> refusal() {
    try {
      return Files.exists(refused())
          ? Optional.of(JSON.readTree(refused().toFile()).get("reason").asText())
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes the job look as if nothing had happened yet. */
  void wipe() throws IOException {
    Files.deleteIfExists(refused());
    Files.deleteIfExists(directory.resolve("receipt.json"));
    try (Stream<Path> all = Files.list(directory)) {
      for (Path wave : all.filter(path -> path.toString().contains("wave-")).toList()) {
        FileTree.delete(wave);
      }
    }
  }

  private Path refused() {
    return directory.resolve("refused.json");
  }

  private Path round(int wave) {
    return directory.resolve("wave-%05d".formatted(wave)).resolve("round-00");
  }

  /** Writes a line of JSON that is there whole or not at all. */
  private void write(Path file, JsonNode json) throws IOException {
    Path temporary = file.resolveSibling("." + file.getFileName() + ".mine");
    Files.writeString(temporary, JSON.writeValueAsString(json) + "\n");
    TestIdentities.sign(file, temporary, identity);
    Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String blake3(byte[] bytes) {
    return HexFormat.of().formatHex(new Blake3().digest(bytes));
  }

  private static void await(BooleanSupplier condition) {
    long end = System.currentTimeMillis() + PATIENCE_MILLIS;
    while (!condition.getAsBoolean()) {
      if (System.currentTimeMillis() > end) {
        throw new AssertionError("The model owner neither answers nor refuses");
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Override
  public void close() {
    secret.close();
  }
}
