package io.nightjar.job.faults;

import io.nightjar.job.StoredSection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * All results below a directory, as their manifests list them.
 *
 * @param contents bytes as characters, by the path of the manifest and the name in it
 */
record EvaluatedFiles(SortedMap<String, String> contents) {

  static EvaluatedFiles below(Path directory) throws IOException {
    SortedMap<String, String> contents = new TreeMap<>();
    for (Path manifest : find(directory, ".*/down[.]json")) {
      for (StoredSection section : StoredSection.of(manifest)) {
        contents.put(
            "%s %s".formatted(directory.relativize(manifest), section.name()),
            new String(section.bytes(), StandardCharsets.ISO_8859_1));
      }
    }
    return new EvaluatedFiles(contents);
  }

  private static List<Path> find(Path directory, String pattern) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return new ArrayList<>(
          all.filter(Files::isRegularFile)
              .filter(path -> path.toString().matches(pattern))
              .toList());
    }
  }

  /** Removes them and their manifests; the uploads stay. */
  static void delete(Path directory) throws IOException {
    for (Path file : find(directory, ".*/down([.]json|/.*njb)")) {
      Files.delete(file);
    }
  }
}
