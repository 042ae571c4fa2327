package io.nightjar.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.crypto.natives.Blake3;
import io.nightjar.draw.InputDigest;
import io.nightjar.exchange.BlockName;
import io.nightjar.exchange.Direction;
import io.nightjar.exchange.Wave;
import io.nightjar.identity.IdentitySecret;
import io.nightjar.protocol.RoundInputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The files of one job in an exchange on the local disk, as a forger sees them who can write there.
 *
 * @param directory the job's directory
 */
public record JobFiles(Path directory) {

  /** Returns the only job of an exchange. */
  public static JobFiles onlyOf(Path exchange) throws IOException {
    try (Stream<Path> found = Files.list(exchange.resolve("jobs"))) {
      return new JobFiles(found.reduce((a, b) -> null).orElseThrow());
    }
  }

  /** Returns a round's uploads of all jobs in an exchange, whatever their other waves do. */
  public static List<Path> uploads(Path exchange, Wave wave, int round) throws IOException {
    List<Path> uploads = new ArrayList<>();
    try (Stream<Path> jobs = Files.list(exchange.resolve("jobs"))) {
      for (JobFiles job : jobs.map(JobFiles::new).toList()) {
        Path place = job.blocks(wave.index(), round, Direction.UP);
        if (Files.isDirectory(place)) {
          try (Stream<Path> files = Files.list(place)) {
            files.filter(file -> file.toString().endsWith(".njb")).forEach(uploads::add);
          }
        }
      }
    }
    return uploads;
  }

  /** Returns the digests that the manifests of all uploads have which are still there. */
  public RoundInputs inputs() throws IOException {
    Map<BlockName, Map<Integer, InputDigest>> digests = new HashMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(path -> path.endsWith("up.json")).toList()) {
        JsonNode manifest = new ObjectMapper().readTree(file.toFile());
        for (JsonNode upload : manifest.get("sections")) {
          digests
              .computeIfAbsent(
                  BlockName.parse(upload.get("name").asText()), name -> new HashMap<>())
              .put(manifest.get("round").asInt(), InputDigest.ofHex(upload.get("blake3").asText()));
        }
      }
    }
    return (batch, round, draw) -> digests.get(new BlockName(batch, draw, 0)).get(round);
  }

  /** Returns the exchange that the job is in. */
  public Path exchange() {
    return directory.getParent().getParent();
  }

  /** Returns a file or directory of the job. */
  public Path resolve(String name) {
    return directory.resolve(name);
  }

  /** Returns the directory of a wave. */
  public Path wave(int wave) {
    return directory.resolve("wave-%05d".formatted(wave));
  }

  /** Returns the directory of a round. */
  public Path round(int wave, int round) {
    return wave(wave).resolve("round-%02d".formatted(round));
  }

  /** Returns where the manifest of one direction of a round is. */
  public Path manifest(int wave, int round, Direction direction) {
    return round(wave, round).resolve(direction + ".json");
  }

  /** Returns where the blocks of one direction of a round are. */
  public Path blocks(int wave, int round, Direction direction) {
    return round(wave, round).resolve(direction.toString());
  }

  /** Returns the file of one direction of a round that begins with the first draw. */
  public Path block(int wave, int round, Direction direction) throws IOException {
    try (Stream<Path> blocks = Files.list(blocks(wave, round, direction))) {
      return blocks
          .filter(file -> file.getFileName().toString().matches("batch.*draw-00.*njb"))
          .findFirst()
          .orElseThrow();
    }
  }

  /** Puts another key in the place of the job's, and has a data owner order with it. */
  public void orderWith(byte[] key, IdentitySecret dataOwner) throws IOException {
    Files.write(resolve("public-key.bin"), key);
    Path order = resolve("job.json");
    ObjectNode job = (ObjectNode) new ObjectMapper().readTree(order.toFile());
    job.put("key", blake3(key)).put("owner", dataOwner.identity().toString());
    write(order, job, dataOwner);
  }

  /** Writes what somebody says, with its signature. */
  public static void write(Path file, JsonNode json, IdentitySecret... signers) throws IOException {
    Files.writeString(file, new ObjectMapper().writeValueAsString(json) + "\n");
    TestIdentities.sign(file, signers);
  }

  /** Returns the hash by which manifests know files, and by which owners are known. */
  public static String blake3(byte[] bytes) {
    return HexFormat.of().formatHex(new Blake3().digest(bytes));
  }
}
