package io.nightjar.keys;

import io.nightjar.crypto.paillier.PaillierSecretKey;
import io.nightjar.crypto.paillier.ResiduePool;
import io.nightjar.crypto.protect.PassphraseProtection;
import java.util.Objects;
import java.util.Optional;

/** A secret key of Paillier's scheme, with the randomness that is made beforehand. */
public final class PaillierSecret implements OwnerSecret {

  private final PaillierSecretKey key;
  private Optional<ResiduePool> pool = Optional.empty();

  /** Creates a secret that owns a key. */
  public PaillierSecret(PaillierSecretKey key) {
    this.key = Objects.requireNonNull(key, "key");
  }

  /** Returns the key itself, which stays this secret's. */
  public PaillierSecretKey key() {
    return key;
  }

  /**
   * Returns the randomness for encryptions, which stays this secret's.
   *
   * @param poolBytes about the memory for it, at the first call
   */
  public synchronized ResiduePool pool(long poolBytes) {
    if (pool.isEmpty()) {
      pool = Optional.of(new ResiduePool(key, poolBytes));
    }
    return pool.get();
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
  public synchronized void close() {
    pool.ifPresent(ResiduePool::close);
    key.close();
  }

  @Override
  public String toString() {
    return "PaillierSecret[hidden]";
  }
}
