package io.nightjar.keys;

import java.io.Console;
import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** The passphrase of the data owner's keys; it is wiped when it is closed. */
public final class Passphrase implements AutoCloseable {

  /** The environment variable with the passphrase. */
  public static final String VARIABLE = "NIGHTJAR_PASSPHRASE";

  private final char[] characters;

  private Passphrase(char[] characters) {
    this.characters = characters;
  }

  /**
   * Returns the passphrase: from a file if there is one, else from the environment, else from
   * whoever sits at the terminal.
   *
   * @param setting the name of the setting that the file comes from, for messages
   * @param confirm whether it is to be typed twice
   * @throws KeysUnusableException if there is none
   */
  public static Passphrase get(Optional<Path> file, String setting, boolean confirm)
      throws IOException {
    if (file.isPresent()) {
      return read(file.get());
    }
    String variable = System.getenv(VARIABLE);
    if (variable != null && !variable.isEmpty()) {
      return new Passphrase(variable.toCharArray());
    }
    Console console =
        Terminal.console()
            .orElseThrow(
                () ->
                    new KeysUnusableException(
                        "There is no passphrase: set %s or %s".formatted(VARIABLE, setting)));
    char[] typed = require(console.readPassword("Passphrase of the keys: "));
    if (confirm) {
      char[] again = require(console.readPassword("Again: "));
      boolean same = Arrays.equals(typed, again);
      Arrays.fill(again, ' ');
      if (!same) {
        throw new KeysUnusableException("The two passphrases are not the same");
      }
    }
    return new Passphrase(typed);
  }

  private static Passphrase read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new KeysUnusableException("There is no file %s with the passphrase".formatted(file));
    }
    byte[] bytes = Files.readAllBytes(file);
    CharBuffer text = StandardCharsets.UTF_8.decode(java.nio.ByteBuffer.wrap(bytes));
    Arrays.fill(bytes, (byte) 0);
    int end = text.limit();
    while (end > 0 && (text.get(end - 1) == '\n' || text.get(end - 1) == '\r')) {
      end--;
    }
    char[] line = require(Arrays.copyOf(text.array(), end));
    Arrays.fill(text.array(), ' ');
    return new Passphrase(line);
  }

  private static char[] require(char[] characters) {
    if (characters == null || characters.length == 0) {
      throw new KeysUnusableException("The passphrase is empty");
    }
    return characters;
  }

  /** Returns the characters themselves. */
  public char[] characters() {
    return characters;
  }

  @Override
  public void close() {
    Arrays.fill(characters, ' ');
  }

  @Override
  public String toString() {
    return "Passphrase[hidden]";
  }
}
