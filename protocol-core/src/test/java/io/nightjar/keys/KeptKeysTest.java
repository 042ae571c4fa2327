package io.nightjar.keys;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.KeyProtectionException;
import io.nightjar.crypto.protect.PassphraseProtection;
import io.nightjar.model.Model;
import io.nightjar.plan.Plan;
import io.nightjar.plan.SampleModels;
import io.nightjar.protocols.Trial;
import io.nightjar.testing.Slow;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that the keys of every protocol are kept under a passphrase, and that no others open. */
@Slow
@ParameterizedClass(name = "{0}")
@MethodSource("io.nightjar.protocols.Trial#all")
class KeptKeysTest {

  private static final char[] PASSPHRASE = "a passphrase for tests".toCharArray();

  private final KeyScheme keys;
  private final KeyScheme otherKeys;

  private OwnerSecret secret;
  private OwnerKey owner;

  KeptKeysTest(Trial trial) {
    this.keys = keys(trial, SampleModels.squares(), 8);
    this.otherKeys = keys(trial, SampleModels.squares(), 5);
  }

  /** Weights of other widths need other plaintexts, or other primes. */
  private static KeyScheme keys(Trial trial, Model model, int weightBits) {
    Plan plan = trial.plan(model, trial.options().withBits(8, weightBits));
    return trial.protocol().keys(plan);
  }

  @BeforeEach
  void draw() {
    secret = keys.draw();
    owner = secret.publicKey();
  }

  @AfterEach
  void close() {
    secret.close();
  }

  @Test
  void keysComeBackAsTheyWereKept() {
    byte[] kept = secret.protect(PASSPHRASE, PassphraseProtection.Cost.LEAST);

    OwnerKey read = keys.read(owner.bytes());
    try (OwnerSecret opened = keys.unprotect(kept, PASSPHRASE)) {
      assertEquals(owner.fingerprint(), read.fingerprint());
      assertArrayEquals(owner.bytes(), read.bytes());
      assertTrue(opened.matches(read));
      assertTrue(opened.matches(opened.publicKey()), "made anew, it still is a key of this one");
      assertTrue(secret.matches(opened.publicKey()));
    }
  }

  @Test
  void aSecretKeyIsProtectedAnewEachTime() {
    byte[] first = secret.protect(PASSPHRASE, PassphraseProtection.Cost.LEAST);
    byte[] again = secret.protect(PASSPHRASE, PassphraseProtection.Cost.LEAST);

    assertEquals(first.length, again.length);
    assertFalse(Arrays.equals(first, again), "the salt is fresh");
  }

  @Test
  void anotherPassphraseOpensNothing() {
    byte[] kept = secret.protect(PASSPHRASE, PassphraseProtection.Cost.LEAST);

    for (String other : List.of("another", "A passphrase for tests", "a passphrase for tests ")) {
      assertThrows(
          KeyProtectionException.class, () -> keys.unprotect(kept, other.toCharArray()), other);
    }
  }

  @Test
  void aChangedSecretKeyDoesNotOpen() {
    byte[] kept = secret.protect(PASSPHRASE, PassphraseProtection.Cost.LEAST);

    for (int at : List.of(0, 20, kept.length / 2, kept.length - 1)) {
      byte[] changed = kept.clone();
      changed[at] ^= 1;
      assertThrows(KeyProtectionException.class, () -> keys.unprotect(changed, PASSPHRASE));
    }
    assertThrows(
        KeyProtectionException.class,
        () -> keys.unprotect(Arrays.copyOf(kept, kept.length - 1), PASSPHRASE));
  }

  @Test
  void keysForOtherParametersAreRefused() {
    assertNotEquals(keys.parameters().digest(), otherKeys.parameters().digest());
    byte[] kept = secret.protect(PASSPHRASE, PassphraseProtection.Cost.LEAST);

    assertThrows(KeyProtectionException.class, () -> otherKeys.unprotect(kept, PASSPHRASE));
    assertThrows(InvalidKeyException.class, () -> otherKeys.read(owner.bytes()));
  }

  @Test
  void thePublicKeyOfAnotherSecretDoesNotMatch() {
    try (OwnerSecret other = keys.draw()) {
      OwnerKey foreign = other.publicKey();

      assertNotEquals(owner.fingerprint(), foreign.fingerprint());
      assertTrue(secret.matches(owner));
      assertFalse(secret.matches(foreign));
      assertFalse(other.matches(owner));
    }
  }

  @Test
  void whatIsNoPublicKeyIsRefused() {
    byte[] bytes = owner.bytes();
    byte[] changed = bytes.clone();
    changed[bytes.length / 2] ^= 1;

    for (byte[] refused :
        List.of(
            new byte[0],
            new byte[] {1, 2, 3},
            changed,
            Arrays.copyOf(bytes, bytes.length - 1),
            Arrays.copyOf(bytes, bytes.length + 1))) {
      assertThrows(InvalidKeyException.class, () -> keys.read(refused));
    }
  }
}
