package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.text.ShellWords;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Has a real bash complete words. */
class CompletionCommandTest {

  /** Does what bash does when somebody presses the key; it gives the completer no chance to ask. */
  private static final String PRESS =
      """
      compopt() { :; }
      source "$1"
      shift
      COMP_WORDS=("$@")
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      COMP_LINE="$*"
      COMP_POINT=${#COMP_LINE}
      complete -p nightjar >/dev/null
      $(complete -p nightjar | sed 's/.*-F \\([^ ]*\\) .*/\\1/') nightjar "${COMP_WORDS[COMP_CWORD]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """;

  @TempDir private Path directory;

  private Path script;

  @BeforeEach
  void write() throws Exception {
    CommandRun run = CommandRun.of("completion", "bash");
    assertEquals(0, run.exitCode(), run.err());
    script = Files.writeString(directory.resolve("script"), run.out());
  }

  private Set<String> completed(String... words) throws Exception {
    Path press = Files.writeString(directory.resolve("press"), PRESS);
    ProcessBuilder bash = new ProcessBuilder("bash", press.toString(), script.toString());
    bash.command().addAll(Arrays.asList(words));
    Process process =
        bash.directory(directory.toFile())
            .redirectError(directory.resolve("errors").toFile())
            .start();
    String found = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), ShellWords.join(Arrays.asList(words)));
    assertEquals("", Files.readString(directory.resolve("errors")));
    return new TreeSet<>(found.lines().map(String::strip).filter(line -> !line.isEmpty()).toList());
  }

  @Test
  void commandsAreCompletedAndThoseBelowThem() throws Exception {
    assertEquals(Set.of("score", "serve", "settings"), completed("nightjar", "s"));
    assertEquals(Set.of("passwd"), completed("nightjar", "identity", "p"));
    assertEquals(Set.of("bash", "zsh"), completed("nightjar", "completion", ""));
  }

  @Test
  void optionsAreCompletedAndTheirValues() throws Exception {
    assertEquals(
        Set.of(
            "--output",
            "--output-format",
            "--output-option",
            "--output-partition",
            "--output-table"),
        completed("nightjar", "score", "--outp"));
    assertEquals(Set.of("bayesian", "none"), completed("nightjar", "score", "--model-privacy", ""));
    assertEquals(
        Set.of("2p-dnn", "bayhenn", "cryptonets"), completed("nightjar", "plan", "--protocol", ""));
    assertTrue(completed("nightjar", "serve", "--mo").contains("--models"));
  }

  @Test
  void filesAreCompletedWhereThereIsOneToName() throws Exception {
    Files.createDirectory(directory.resolve("zoo"));
    Files.writeString(directory.resolve("zebra of spots"), "");
    for (String option : new String[] {"--model", "--input", "--output", "--keys", "--config"}) {
      assertEquals(
          Set.of("zebra of spots", "zoo"), completed("nightjar", "score", option, "z"), option);
    }
    assertEquals(Set.of("zoo"), completed("nightjar", "keygen", "--model", "zo"));
    assertEquals(Set.of("zoo"), completed("nightjar", "identity", "show", "zo"));
    assertEquals(Set.of(), completed("nightjar", "score", "--samples", "z"));
  }

  @Test
  void aShellThatThereIsNothingForIsRefused() {
    CommandRun run = CommandRun.of("completion", "fish");

    assertEquals(2, run.exitCode());
    assertTrue(
        run.err().startsWith("nightjar: There is completion for bash and zsh, not for 'fish'"),
        run.err());
  }
}
