package io.nightjar.job.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * All blocks and manifests of results below a directory.
 *
 * @param contents bytes as characters, by path
 */
record EvaluatedFiles(SortedMap<String, String> contents) {

  static EvaluatedFiles below(Path directory) throws IOException {
    SortedMap<String, String> contents = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file :
          all.filter(path -> path.toString().matches(".*/down([.]json|/.*njb)")).toList()) {
        contents.put(
            directory.relativize(file).toString(),
            Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return new EvaluatedFiles(contents);
  }

  /** Removes them; the uploads stay. */
  void delete(Path directory) throws IOException {
    for (String name : contents.keySet()) {
      Files.delete(directory.resolve(name));
    }
  }
}
