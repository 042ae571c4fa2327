package io.nightjar.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShellWordsTest {

  @Test
  void whatNeedsNoQuotesHasNone() {
    assertEquals(
        "nightjar score --model data/models/m --conf spark.nightjar.job.samples=8",
        ShellWords.join(
            List.of(
                "nightjar",
                "score",
                "--model",
                "data/models/m",
                "--conf",
                "spark.nightjar.job.samples=8")));
  }

  @Test
  void aShellReadsTheSameWords() throws Exception {
    List<String> words =
        List.of(
            "it's",
            "",
            "two  words",
            "$HOME",
            "`id`",
            "a\"b",
            "*",
            "~",
            "#x",
            "line\nbreak",
            "a;b",
            "-x y",
            "\\",
            "!!",
            "ä");
    Process shell =
        new ProcessBuilder("sh", "-c", "printf '%s\\0' " + ShellWords.join(words)).start();
    String read = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertEquals(0, shell.waitFor());
    assertEquals(words, Arrays.asList(read.substring(0, read.length() - 1).split("\0", -1)));
  }
}
