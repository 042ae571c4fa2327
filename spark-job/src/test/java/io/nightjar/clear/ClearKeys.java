package io.nightjar.clear;

import io.nightjar.crypto.KeyProtectionException;
import io.nightjar.crypto.protect.PassphraseProtection;
import io.nightjar.keys.InvalidKeyException;
import io.nightjar.keys.KeyScheme;
import io.nightjar.keys.OwnerKey;
import io.nightjar.keys.OwnerSecret;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;

/** Keys that are nothing but names. */
record ClearKeys(ClearParameters parameters) implements KeyScheme {

  private static final int NAME_BYTES = 32;

  /** A secret that is none. */
  static final class ClearSecret implements OwnerSecret {
    private final byte[] name;

    ClearSecret(byte[] name) {
      this.name = name.clone();
    }

    @Override
    public byte[] protect(char[] passphrase, PassphraseProtection.Cost cost) {
      byte[] word = new String(passphrase).getBytes(StandardCharsets.UTF_8);
      byte[] all = Arrays.copyOf(name, NAME_BYTES + word.length);
      System.arraycopy(word, 0, all, NAME_BYTES, word.length);
      return all;
    }

    @Override
    public OwnerKey publicKey() {
      return new OwnerKey(name);
    }

    @Override
    public boolean matches(OwnerKey other) {
      return Arrays.equals(other.bytes(), name);
    }

    @Override
    public void close() {}
  }

  @Override
  public OwnerSecret draw() {
    byte[] name = new byte[NAME_BYTES];
    new SecureRandom().nextBytes(name);
    return new ClearSecret(name);
  }

  @Override
  public OwnerSecret unprotect(byte[] protectedKey, char[] passphrase) {
    ClearSecret secret = new ClearSecret(Arrays.copyOf(protectedKey, NAME_BYTES));
    if (!Arrays.equals(secret.protect(passphrase, PassphraseProtection.Cost.LEAST), protectedKey)) {
      throw new KeyProtectionException("The passphrase is another");
    }
    return secret;
  }

  @Override
  public OwnerKey read(byte[] bytes) {
    if (bytes.length != NAME_BYTES) {
      throw new InvalidKeyException("it has %d bytes".formatted(bytes.length));
    }
    return new OwnerKey(bytes);
  }
}
