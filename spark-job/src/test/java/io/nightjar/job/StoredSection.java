package io.nightjar.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.exchange.Direction;
import io.nightjar.identity.IdentitySecret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Blocks of one batch and draw on the local disk, as a manifest lists them.
 *
 * @param manifest the manifest
 * @param name the blocks' name
 * @param file the file that they are in
 * @param offset where in it they begin
 * @param length how many bytes they are
 */
public record StoredSection(Path manifest, String name, Path file, int offset, int length) {

  /** Returns those of one direction of a round, in their order. */
  public static List<StoredSection> of(JobFiles job, int wave, int round, Direction direction)
      throws IOException {
    return of(job.manifest(wave, round, direction));
  }

  /** Returns those of a manifest, in their order. */
  public static List<StoredSection> of(Path manifest) throws IOException {
    String directory = manifest.getFileName().toString().replace(".json", "");
    List<StoredSection> sections = new ArrayList<>();
    for (JsonNode listed : new ObjectMapper().readTree(manifest.toFile()).get("sections")) {
      sections.add(
          new StoredSection(
              manifest,
              listed.get("name").asText(),
              manifest.resolveSibling(directory).resolve(listed.get("file").asText()),
              listed.get("offset").asInt(),
              listed.get("bytes").asInt()));
    }
    return sections;
  }

  /** Returns the first one of a draw, in one direction of a round. */
  public static StoredSection ofDraw(
      JobFiles job, int wave, int round, Direction direction, int draw) throws IOException {
    return of(job, wave, round, direction).stream()
        .filter(section -> section.name().contains(".draw-%02d.".formatted(draw)))
        .findFirst()
        .orElseThrow();
  }

  /** Returns what is there. */
  public byte[] bytes() throws IOException {
    return Arrays.copyOfRange(Files.readAllBytes(file), offset, offset + length);
  }

  /**
   * Puts other bytes in their place, and the manifest right, signed by whoever signs such
   * manifests.
   */
  public void replace(byte[] bytes, IdentitySecret signer) throws IOException {
    Path other = file.resolveSibling(name + ".00000000f0f0f0f0.njb");
    Files.write(other, bytes);
    ObjectNode changed = (ObjectNode) new ObjectMapper().readTree(manifest.toFile());
    for (JsonNode listed : changed.get("sections")) {
      if (listed.get("name").asText().equals(name)) {
        ((ObjectNode) listed)
            .put("file", other.getFileName().toString())
            .put("offset", 0)
            .put("bytes", bytes.length)
            .put("blake3", JobFiles.blake3(bytes));
      }
    }
    JobFiles.write(manifest, changed, signer);
  }
}
