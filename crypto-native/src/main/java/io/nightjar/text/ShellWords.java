package io.nightjar.text;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes words so that a POSIX shell, into which somebody pastes them, reads the same words. */
public final class ShellWords {

  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z0-9_./:=@%+,][A-Za-z0-9_./:=@%+,-]*");
  private static final Pattern OPTION = Pattern.compile("--?[A-Za-z0-9][A-Za-z0-9-]*");

  private ShellWords() {}

  /** Returns one word, in quotes if it needs them. */
  public static String quote(String word) {
    return PLAIN.matcher(word).matches() || OPTION.matcher(word).matches()
        ? word
        : "'" + word.replace("'", "'\\''") + "'";
  }

  /** Returns words with spaces between them. */
  public static String join(List<String> words) {
    return words.stream().map(ShellWords::quote).collect(Collectors.joining(" "));
  }
}
