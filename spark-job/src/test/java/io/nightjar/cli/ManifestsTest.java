package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.ParseResult;

/** The command lines in the manifests for Kubernetes are ones that the commands take. */
class ManifestsTest {

  private static final Path MANIFESTS = Path.of("..", "deploy", "kubernetes");

  @ParameterizedTest
  @CsvSource({"model-owner/serve.yaml, serve", "data-owner/nightly.yaml, agent"})
  void commandLinesAreUnderstood(String manifest, String command) throws Exception {
    List<String> words =
        Files.readAllLines(MANIFESTS.resolve(manifest)).stream()
            .map(String::strip)
            .dropWhile(line -> !line.equals("args:"))
            .skip(1)
            .takeWhile(line -> line.startsWith("- "))
            .map(line -> line.substring(2).replace("$(MODEL_OWNER)", "anyone"))
            .toList();

    ParseResult parsed = Main.commandLine().parseArgs(words.toArray(String[]::new));

    assertEquals(command, parsed.subcommand().commandSpec().name());
    for (String word : words) {
      assertTrue(
          word.equals(command) || parsed.subcommand().hasMatchedOption(word.split("=", 2)[0]));
    }
  }
}
