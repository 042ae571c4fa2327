package io.nightjar.owner;

import io.nightjar.crypto.EncryptionParameters;
import io.nightjar.crypto.HeContext;
import io.nightjar.crypto.HeParameters;
import io.nightjar.crypto.PaillierParameters;
import io.nightjar.crypto.PaillierSecretKey;
import io.nightjar.crypto.ResiduePool;
import io.nightjar.crypto.SecretKey;
import io.nightjar.exchange.OwnerKey;
import io.nightjar.plan.Plan;
import io.nightjar.protocol.DataOwner;
import java.util.Optional;
import java.util.UUID;

/**
 * A data owner's secret key, opened, whatever it encrypts with, and what it takes to use it.
 *
 * <p>Closing it wipes the key.
 */
public sealed interface OwnerSecret extends AutoCloseable {

  /** Draws a fresh key. */
  static OwnerSecret draw(EncryptionParameters parameters) {
    if (parameters instanceof PaillierParameters paillier) {
      return new Paillier(PaillierSecretKey.generate(paillier));
    }
    HeContext context = HeContext.open((HeParameters) parameters);
    return new Lattice(context, SecretKey.generate(context));
  }

  /**
   * Opens a key that {@link #protect} made.
   *
   * @throws io.nightjar.crypto.KeyProtectionException if the passphrase or the parameters are
   *     others, or the bytes were changed
   */
  static OwnerSecret unprotect(
      EncryptionParameters parameters, byte[] protectedKey, char[] passphrase) {
    if (parameters instanceof PaillierParameters paillier) {
      return new Paillier(PaillierSecretKey.unprotect(paillier, protectedKey, passphrase));
    }
    HeContext context = HeContext.open((HeParameters) parameters);
    boolean done = false;
    try {
      SecretKey key = SecretKey.unprotect(context, protectedKey, passphrase);
      done = true;
      return new Lattice(context, key);
    } finally {
      if (!done) {
        context.close();
      }
    }
  }

  /** Returns the key encrypted under a passphrase. */
  byte[] protect(char[] passphrase);

  /** Returns what belongs to it and may be shown; of lattices another one every time. */
  OwnerKey publicKey();

  /** Returns whether it decrypts what is encrypted under a public key. */
  boolean matches(OwnerKey other);

  /**
   * Returns the party of a job that uses the key, for as long as this is open.
   *
   * @param poolBytes about the memory for randomness that is made beforehand
   */
  DataOwner owner(UUID job, Plan plan, long poolBytes);

  @Override
  void close();

  /** A key of lattices, with a context of its own. */
  final class Lattice implements OwnerSecret {
    private final HeContext context;
    private final SecretKey key;

    private Lattice(HeContext context, SecretKey key) {
      this.context = context;
      this.key = key;
    }

    @Override
    public byte[] protect(char[] passphrase) {
      return key.protect(context, passphrase);
    }

    @Override
    public OwnerKey publicKey() {
      return OwnerKey.of(key, context);
    }

    @Override
    public boolean matches(OwnerKey other) {
      return other.belongsTo(key, context);
    }

    @Override
    public DataOwner owner(UUID job, Plan plan, long poolBytes) {
      return new DataOwner(job, plan, context, key);
    }

    @Override
    public void close() {
      key.close();
      context.close();
    }
  }

  /** A key of Paillier, with the randomness that is made beforehand. */
  final class Paillier implements OwnerSecret {
    private final PaillierSecretKey key;
    private Optional<ResiduePool> pool = Optional.empty();

    private Paillier(PaillierSecretKey key) {
      this.key = key;
    }

    @Override
    public byte[] protect(char[] passphrase) {
      return key.protect(passphrase);
    }

    @Override
    public OwnerKey publicKey() {
      return OwnerKey.of(key);
    }

    @Override
    public boolean matches(OwnerKey other) {
      return publicKey().fingerprint().equals(other.fingerprint());
    }

    @Override
    public synchronized DataOwner owner(UUID job, Plan plan, long poolBytes) {
      if (pool.isEmpty()) {
        pool = Optional.of(new ResiduePool(key, poolBytes));
      }
      return new DataOwner(job, plan, key, pool.get());
    }

    @Override
    public synchronized void close() {
      pool.ifPresent(ResiduePool::close);
      key.close();
    }
  }
}
