package io.nightjar.keys;

import io.nightjar.crypto.paillier.PaillierSecretKey;
import io.nightjar.crypto.protect.PassphraseProtection;
import java.util.Objects;

/** A secret key of Paillier's scheme. */
public final class PaillierSecret implements OwnerSecret {

  private final PaillierSecretKey key;

  /** Creates a secret that owns a key. */
  public PaillierSecret(PaillierSecretKey key) {
    this.key = Objects.requireNonNull(key, "key");
  }

  /** Returns the key itself, which stays this secret's. */
  public PaillierSecretKey key() {
    return key;
  }

  @Override
  public byte[] protect(char[] passphrase, PassphraseProtection.Cost cost) {
    return key.protect(passphrase, cost);
  }

  /** Returns the same key every time. */
  @Override
  public OwnerKey publicKey() {
    return new OwnerKey(key.publicKey().toBytes());
  }

  @Override
  public boolean matches(OwnerKey other) {
    return publicKey().fingerprint().equals(other.fingerprint());
  }

  @Override
  public void close() {
    key.close();
  }

  @Override
  public String toString() {
    return "PaillierSecret[hidden]";
  }
}
