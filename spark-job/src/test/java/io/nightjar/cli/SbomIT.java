package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.crypto.lattice.SealProvenance;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Compares the SBOM with the job jar that it describes. */
class SbomIT {

  private static final Path JAR = Path.of(System.getProperty("nightjar.jar"));
  private static final Path SBOM = Path.of(System.getProperty("nightjar.sbom"));

  private static Stream<JsonNode> components() throws IOException {
    JsonNode components = new ObjectMapper().readTree(SBOM.toFile()).get("components");
    return StreamSupport.stream(components.spliterator(), false);
  }

  /** Returns the SHA-256 of a component's file, which all have but SEAL. */
  private static Optional<String> sha256(JsonNode component) {
    for (JsonNode hash : component.path("hashes")) {
      if (hash.get("alg").asText().equals("SHA-256")) {
        return Optional.of(hash.get("content").asText());
      }
    }
    return Optional.empty();
  }

  /** Returns where a class of the job jar was before it was shaded, if that was in a jar. */
  private static Optional<Path> jarOf(String entry) throws IOException {
    String original =
        entry
            .replaceFirst("^io/nightjar/shaded/jackson/", "com/fasterxml/jackson/")
            .replaceFirst("^io/nightjar/shaded/bouncycastle/", "org/bouncycastle/");
    URL url = SbomIT.class.getResource("/" + original);
    assertTrue(url != null, original);
    return url.openConnection() instanceof JarURLConnection jar
        ? Optional.of(Path.of(jar.getJarFile().getName()))
        : Optional.empty();
  }

  /** By their digests: the jars are those that the class path of this test has. */
  @Test
  void everyJarThatWasShadedIsNamed() throws Exception {
    Map<Path, String> shaded = new HashMap<>();
    try (JarFile jar = new JarFile(JAR.toFile())) {
      for (String entry : jar.stream().map(JarEntry::getName).toList()) {
        if (entry.endsWith(".class") && !entry.matches("io/nightjar/(?!shaded/).*")) {
          Path source = jarOf(entry).orElseThrow(() -> new AssertionError(entry));
          if (!shaded.containsKey(source)) {
            byte[] bytes = Files.readAllBytes(source);
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            shaded.put(source, HexFormat.of().formatHex(digest));
          }
        }
      }
    }
    assertTrue(shaded.size() > 5, shaded.toString());

    List<String> named = components().flatMap(component -> sha256(component).stream()).toList();
    TreeSet<Path> missing = new TreeSet<>(shaded.keySet());
    missing.removeIf(source -> named.contains(shaded.get(source)));
    assertEquals(new TreeSet<>(), missing);
  }

  @Test
  void theModulesAreNamed() throws Exception {
    List<String> modules =
        components()
            .filter(
                component -> component.path("group").asText().equals("io.github.nightjar-project"))
            .map(component -> component.get("name").asText())
            .sorted()
            .toList();

    assertEquals(List.of("crypto-native", "protocol-core"), modules);
  }

  @Test
  void theSealOfTheNativeLibraryIsNamed() throws Exception {
    JsonNode seal =
        components()
            .filter(component -> component.get("name").asText().equals("SEAL"))
            .findFirst()
            .orElseThrow();
    Map<String, String> properties = new HashMap<>();
    for (JsonNode property : seal.get("properties")) {
      properties.put(property.get("name").asText(), property.get("value").asText());
    }

    SealProvenance linked = SealProvenance.linked();
    assertEquals(linked.version(), seal.get("version").asText());
    assertEquals(
        linked.kind().name().toLowerCase(Locale.ROOT), properties.get("nightjar:seal:kind"));
    assertEquals(linked.sha256().orElse(""), properties.get("nightjar:seal:sha256"));
    assertEquals(linked.kind() == SealProvenance.Kind.FORK, seal.has("pedigree"));
  }

  @Test
  void cryptoNativeDependsOnSeal() throws Exception {
    JsonNode dependencies = new ObjectMapper().readTree(SBOM.toFile()).get("dependencies");

    Map<String, String> dependsOn = new HashMap<>();
    dependencies.forEach(d -> dependsOn.put(d.get("ref").asText(), d.path("dependsOn").toString()));
    assertEquals("[]", dependsOn.get("seal"));
    String cryptoNative =
        dependsOn.keySet().stream()
            .filter(ref -> ref.contains("/crypto-native@"))
            .findFirst()
            .orElseThrow();
    assertTrue(dependsOn.get(cryptoNative).contains("\"seal\""), dependsOn.get(cryptoNative));
  }
}
