package io.nightjar.keys;

import io.nightjar.crypto.EncryptionName;
import io.nightjar.crypto.EncryptionSeed;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.lattice.BlockDecryptor;
import io.nightjar.crypto.lattice.BlockEncryptor;
import io.nightjar.crypto.lattice.BlockEvaluator;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.Form;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.Packing;
import io.nightjar.crypto.lattice.SecretKey;
import io.nightjar.crypto.protect.PassphraseProtection;
import java.util.Objects;

/** A secret key of lattices, with a context of its own. */
public final class LatticeSecret implements OwnerSecret {

  /**
   * The scale of a number that is encrypted to try keys; it is far above the noise of any ring, and
   * its square is far below two primes.
   */
  private static final double PROBE_SCALE = 0x1p30;

  private final HeContext context;
  private final SecretKey key;

  /** Creates a secret that owns the context and the key. */
  public LatticeSecret(HeContext context, SecretKey key) {
    this.context = Objects.requireNonNull(context, "context");
    this.key = Objects.requireNonNull(key, "key");
  }

  /** Returns the context, which stays this secret's. */
  public HeContext context() {
    return context;
  }

  /** Returns the key itself, which stays this secret's. */
  public SecretKey key() {
    return key;
  }

  /** Returns what all randomness of an encryption follows from. */
  public EncryptionSeed seed(EncryptionName name) {
    return key.seed(context, name);
  }

  @Override
  public byte[] protect(char[] passphrase, PassphraseProtection.Cost cost) {
    return key.protect(context, passphrase, cost);
  }

  @Override
  public OwnerKey publicKey() {
    try (LatticeKeys.Opened opened = LatticeKeys.Opened.of(key, context)) {
      return new OwnerKey(opened.write(context));
    }
  }

  /**
   * Decrypts a number that was encrypted under the public key, or a product of it where executors
   * multiply ciphertexts.
   */
  @Override
  public boolean matches(OwnerKey other) {
    try (LatticeKeys.Opened opened = LatticeKeys.open(other, context)) {
      BlockEncryptor encryptor = new BlockEncryptor(context, opened.publicKey());
      BlockDecryptor decryptor = new BlockDecryptor(context, key);
      if (opened.relinearisation().isEmpty()) {
        IntegerColumns one = new IntegerColumns(1, 1, new long[] {1});
        try (CipherBlock block = encryptor.encrypt(one, Packing.COEFFICIENTS, Form.COEFFICIENT)) {
          return decryptor.noiseMarginBits(block) >= 1; // under another key, all of it is noise
        }
      }
      BlockEvaluator evaluator = new BlockEvaluator(context);
      RealColumns one = new RealColumns(1, 1, new double[] {1});
      try (CipherBlock block = encryptor.encrypt(one, PROBE_SCALE);
          CipherBlock square = evaluator.square(block);
          CipherBlock product = evaluator.relinearise(square, opened.relinearisation().get())) {
        return Math.abs(decryptor.decryptReal(product).values()[0] - 1) < 0.01;
      }
    }
  }

  @Override
  public void close() {
    key.close();
    context.close();
  }

  @Override
  public String toString() {
    return "LatticeSecret[hidden]";
  }
}
