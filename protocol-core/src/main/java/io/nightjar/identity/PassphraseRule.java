package io.nightjar.identity;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a new passphrase must be: long, and no repetition.
 *
 * <p>Whoever copies the file of a secret key guesses at leisure, and Argon2id only makes each guess
 * dear. The least length is what NIST SP 800-63B (revision 4) asks of a password that is the only
 * factor. As there, no kinds of characters are asked for. Repetition is told by the steps from one
 * character to the next: <em>aaaa</em>, <em>1234</em> and <em>passwordpassword</em> have few
 * different ones that lead anywhere.
 */
final class PassphraseRule {

  /** The fewest characters (code points). */
  static final int LEAST_CHARACTERS = 15;

  /** The fewest different steps from a character to one that is neither it nor beside it. */
  static final int LEAST_STEPS = 10;

  private static final String ADVICE = "such as six words chosen at random";

  private PassphraseRule() {}

  /** Returns what is wrong with a passphrase; nothing of it is repeated. */
  static Optional<String> objection(char[] passphrase) {
    int[] characters = codePoints(passphrase);
    try {
      if (characters.length < LEAST_CHARACTERS) {
        return Optional.of(
            "The passphrase has %d character%s; a new one must have at least %d, %s"
                .formatted(
                    characters.length,
                    characters.length == 1 ? "" : "s",
                    LEAST_CHARACTERS,
                    ADVICE));
      }
      return steps(characters) < LEAST_STEPS
          ? Optional.of(
              "The passphrase repeats a few characters or runs along the alphabet; a new one must not, %s"
                  .formatted(ADVICE))
          : Optional.empty();
    } finally {
      Arrays.fill(characters, 0);
    }
  }

  /**
   * Checks a new passphrase.
   *
   * @throws IdentityUnusableException if it is weak
   */
  static void check(char[] passphrase) {
    objection(passphrase)
        .ifPresent(
            objection -> {
              throw new IdentityUnusableException(objection);
            });
  }

  private static int steps(int[] characters) {
    Set<Long> steps = new HashSet<>();
    for (int i = 1; i < characters.length; i++) {
      if (Math.abs(characters[i] - characters[i - 1]) > 1) {
        steps.add(((long) characters[i - 1] << Integer.SIZE) | characters[i]);
      }
    }
    return steps.size();
  }

  private static int[] codePoints(char[] passphrase) {
    int[] points = new int[passphrase.length];
    int count = 0;
    for (int i = 0; i < passphrase.length; count++) {
      points[count] = Character.codePointAt(passphrase, i);
      i += Character.charCount(points[count]);
    }
    int[] exact = Arrays.copyOf(points, count);
    Arrays.fill(points, 0);
    return exact;
  }
}
