package io.nightjar.crypto.paillier;

import com.squareup.jnagmp.Gmp;
import java.math.BigInteger;

/** Powers by GMP: {@code mpz_powm_sec} where the exponent is a secret. */
final class GmpPowers implements BigPowers {

  /** Says whether there is a libgmp for this platform: the binding carries one for x86-64. */
  static boolean isAvailable() {
    return Loaded.AVAILABLE;
  }

  private static final class Loaded {
    static final boolean AVAILABLE = load();

    private static boolean load() {
      try {
        Gmp.checkLoaded();
        return true;
      } catch (UnsatisfiedLinkError | NoClassDefFoundError e) { // none for this platform
        return false;
      }
    }
  }

  @Override
  public String name() {
    return "gmp";
  }

  @Override
  public BigInteger power(BigInteger base, BigInteger exponent, BigInteger modulus) {
    return Gmp.modPowSecure(base, exponent, modulus);
  }

  @Override
  public BigInteger publicPower(BigInteger base, BigInteger exponent, BigInteger modulus) {
    return Gmp.modPowInsecure(base, exponent, modulus);
  }

  @Override
  public BigInteger inverse(BigInteger number, BigInteger modulus) {
    return Gmp.modInverse(number, modulus);
  }

  @Override
  public String toString() {
    return "GmpPowers";
  }
}
