package io.nightjar.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PassphraseRuleTest {

  private static Optional<String> objection(String passphrase) {
    return PassphraseRule.objection(passphrase.toCharArray());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "correct horse battery staple",
        "four owls in a barn",
        "no kinds of characters are asked for",
        "8d0c6f1be2a4937f5c",
        "31415926535897932384",
        "Nachtschwalbe ohne Ziffern",
        "мой пароль из слов",
        "五六个随机选择的词语组成的密码好"
      })
  void aLongPassphraseIsTakenWhateverItsCharacters(String passphrase) {
    assertEquals(Optional.empty(), objection(passphrase));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "password", "Tr0ub4dor&3", "fourteen chars", "hunter2 hunter"})
  void aShortOneIsRefusedWithItsLength(String passphrase) {
    assertEquals(
        "The passphrase has %d character%s; a new one must have at least 15, such as six words chosen at random"
            .formatted(passphrase.length(), passphrase.length() == 1 ? "" : "s"),
        objection(passphrase).orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aaaaaaaaaaaaaaaaaaaaaaaa",
        "1234567890123456",
        "abcdefghijklmnopqrstuvwxyz",
        "passwordpassword",
        "iloveyouiloveyou",
        "qwertyqwertyqwerty",
        "Password12345678",
        "abababababababababab",
        "no no no no no no no"
      })
  void repetitionAndTheAlphabetAreRefusedHoweverLong(String passphrase) {
    String objection = objection(passphrase).orElseThrow();

    assertTrue(objection.contains("repeats a few characters"), objection);
    assertFalse(objection.contains(passphrase), "nothing of it is repeated");
  }

  @Test
  void whatIsOutsideTheBasicPlaneCountsAsOneCharacter() {
    String owl = new String(Character.toChars(0x1F989));

    assertTrue(objection(owl.repeat(14)).orElseThrow().contains("has 14 characters"));
  }

  /** Of those who draw at random, hardly anyone is refused: here nobody of a thousand. */
  @Test
  void charactersDrawnAtRandomAreTaken() {
    Random random = new Random(5);
    for (int i = 0; i < 1000; i++) {
      StringBuilder hex = new StringBuilder();
      while (hex.length() < 24) {
        hex.append(Character.forDigit(random.nextInt(16), 16));
      }
      assertEquals(Optional.empty(), objection(hex.toString()), hex::toString);
    }
  }

  @Test
  void noIdentityIsMadeUnderAWeakPassphrase(@TempDir Path directory) {
    Path made = directory.resolve("made");

    IdentityUnusableException refusal =
        assertThrows(
            IdentityUnusableException.class,
            () -> IdentityDirectory.create(made, "x".toCharArray()));

    assertTrue(refusal.getMessage().startsWith("The passphrase has 1 character;"));
    assertFalse(made.toFile().exists());
  }
}
