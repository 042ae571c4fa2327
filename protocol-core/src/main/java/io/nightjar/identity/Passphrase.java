package io.nightjar.identity;

import java.io.Console;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The passphrase of an owner's secret keys; it is wiped when it is closed. */
public final class Passphrase implements AutoCloseable {

  private final char[] characters;

  private Passphrase(char[] characters) {
    this.characters = characters;
  }

  /**
   * Takes characters over, which are wiped with the passphrase.
   *
   * @throws IdentityUnusableException if there are none
   */
  public static Passphrase of(char[] characters) {
    if (characters.length == 0) {
      throw new IdentityUnusableException("The passphrase is empty");
    }
    return new Passphrase(characters);
  }

  /**
   * Returns what whoever sits at a terminal types.
   *
   * @param prompt what is asked for
   * @param confirm whether it is to be typed twice
   * @throws IdentityUnusableException if it is empty, or not the same twice
   */
  public static Passphrase typed(Console console, String prompt, boolean confirm) {
    Passphrase typed = typed(console, prompt);
    if (confirm) {
      try (Passphrase again = typed(console, "Again: ")) {
        if (!Arrays.equals(typed.characters, again.characters)) {
          typed.close();
          throw new IdentityUnusableException("The two passphrases are not the same");
        }
      }
    }
    return typed;
  }

  private static Passphrase typed(Console console, String prompt) {
    char[] line = console.readPassword("%s", prompt);
    return of(line == null ? new char[0] : line);
  }

  /**
   * Returns the one line of a file.
   *
   * @throws IdentityUnusableException if there is no such file, or nothing in it
   */
  public static Passphrase read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IdentityUnusableException(
          "There is no file %s with the passphrase".formatted(file));
    }
    byte[] bytes = Files.readAllBytes(file);
    CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
    Arrays.fill(bytes, (byte) 0);
    int end = text.limit();
    while (end > 0 && (text.get(end - 1) == '\n' || text.get(end - 1) == '\r')) {
      end--;
    }
    char[] line = Arrays.copyOf(text.array(), end);
    Arrays.fill(text.array(), ' ');
    return of(line);
  }

  /** Returns whether it is weaker than a new one may be. */
  public boolean isWeak() {
    return PassphraseRule.objection(characters).isPresent();
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
