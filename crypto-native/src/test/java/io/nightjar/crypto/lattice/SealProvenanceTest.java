package io.nightjar.crypto.lattice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.lattice.SealProvenance.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Compares what the library says of its SEAL with the lists of digests in the source tree. */
class SealProvenanceTest {

  private static final Path LISTS = Path.of("seal");

  private static String sha256(Path file) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(digest);
  }

  /** Returns the digests of SEAL's own files in a list, by path. */
  private static Map<String, String> digests(String list) throws IOException {
    Map<String, String> digests = new HashMap<>();
    for (String line : Files.readAllLines(LISTS.resolve(list + ".sha256"))) {
      String path = line.substring(66);
      if (path.startsWith("native/src/seal/")) {
        digests.put(path, line.substring(0, 64));
      }
    }
    return digests;
  }

  @Test
  void theDigestIsThatOfTheListThatTheSourcesWereComparedWith() throws Exception {
    SealProvenance linked = SealProvenance.linked();

    Optional<String> list =
        switch (linked.kind()) {
          case UPSTREAM ->
              Optional.of(sha256(LISTS.resolve("upstream-" + linked.version() + ".sha256")));
          case FORK -> Optional.of(sha256(LISTS.resolve("fork-" + linked.version() + ".sha256")));
          case PACKAGE -> Optional.empty();
          case UNKNOWN -> linked.sha256();
        };
    assertEquals(list, linked.sha256());
    assertTrue(linked.version().startsWith("4."), linked.version());
  }

  /** As the two were compared by hand, once. */
  @Test
  void theForkChangesTwentyFourFilesAndAddsSix() throws Exception {
    Map<String, String> fork = digests("fork-4.0.0");
    Map<String, String> upstream = digests("upstream-4.0.0");

    List<String> added = fork.keySet().stream().filter(p -> !upstream.containsKey(p)).toList();
    long same =
        fork.entrySet().stream()
            .filter(file -> file.getValue().equals(upstream.get(file.getKey())))
            .count();

    assertEquals(6, added.size(), added.toString());
    assertEquals(129, same);
    assertEquals(24, fork.size() - added.size() - same);
    assertTrue(fork.keySet().containsAll(upstream.keySet()));
  }

  @Test
  void aForkIsNeverDescribedAsTheRelease() {
    String digest = "00".repeat(32);
    SealProvenance fork =
        new SealProvenance("4.0.0", Kind.FORK, "Rust package x 1.0.0", Optional.of(digest));

    assertEquals(
        "4.0.0 (Rust package x 1.0.0), a fork, not Microsoft's release: NOTICE says what differs;"
            + " sources have SHA-256 "
            + digest,
        fork.describe());
    assertEquals(
        "4.4.3 (installed package), sources not checked",
        new SealProvenance("4.4.3", Kind.PACKAGE, "installed package", Optional.empty())
            .describe());
  }
}
