package io.nightjar.keys;

import io.nightjar.crypto.CryptoException;
import io.nightjar.crypto.paillier.PaillierParameters;
import io.nightjar.crypto.paillier.PaillierPublicKey;
import io.nightjar.crypto.paillier.PaillierSecretKey;

/**
 * The keys of Paillier's scheme.
 *
 * @param parameters the parameters that the keys are for
 */
public record PaillierKeys(PaillierParameters parameters) implements KeyScheme {

  @Override
  public OwnerSecret draw() {
    return new PaillierSecret(PaillierSecretKey.generate(parameters));
  }

  @Override
  public OwnerSecret unprotect(byte[] protectedKey, char[] passphrase) {
    return new PaillierSecret(PaillierSecretKey.unprotect(parameters, protectedKey, passphrase));
  }

  @Override
  public OwnerKey read(byte[] bytes) {
    OwnerKey key = new OwnerKey(bytes);
    open(parameters, key).close();
    return key;
  }

  /**
   * Returns a public key itself, which the caller closes.
   *
   * @throws InvalidKeyException if it is none for the parameters
   */
  public static PaillierPublicKey open(PaillierParameters parameters, OwnerKey key) {
    try {
      return PaillierPublicKey.read(parameters, key.bytes());
    } catch (CryptoException e) {
      throw new InvalidKeyException(e.getMessage(), e);
    }
  }
}
