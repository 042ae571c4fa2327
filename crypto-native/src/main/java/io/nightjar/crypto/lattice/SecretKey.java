package io.nightjar.crypto.lattice;

import io.nightjar.crypto.EncryptionName;
import io.nightjar.crypto.EncryptionSeed;
import io.nightjar.crypto.InvalidParametersException;
import io.nightjar.crypto.KeyProtectionException;
import io.nightjar.crypto.RawSecretAccess;
import io.nightjar.crypto.natives.Native;
import io.nightjar.crypto.natives.NativeHandle;
import io.nightjar.crypto.protect.PassphraseProtection;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * The data owner's secret key, in native memory that is wiped when it is closed.
 *
 * <p>It is not Serializable and shows nothing of itself. At rest it exists only under a passphrase
 * ({@link #protect}); whoever needs the raw bytes has to ask with a {@link RawSecretAccess}.
 */
public final class SecretKey implements EncryptionKey {

  private final HeParameters parameters;
  private final NativeHandle handle;

  private SecretKey(HeContext context, long pointer) {
    this.parameters = context.parameters();
    this.handle = new NativeHandle(this, "secret key", pointer, 0, Native::destroySecretKey);
  }

  /** Draws a fresh key from the operating system's randomness. */
  public static SecretKey generate(HeContext context) {
    try (NativeHandle.Use use = context.use()) {
      return new SecretKey(context, Native.createSecretKey(use.pointer()));
    }
  }

  /**
   * Takes a key from its raw bytes; the caller wipes them.
   *
   * @throws IllegalArgumentException if they are not a key for these parameters' ring degree
   */
  public static SecretKey fromBytes(HeContext context, byte[] bytes, RawSecretAccess access) {
    Objects.requireNonNull(bytes, "bytes");
    Objects.requireNonNull(access, "access");
    try (NativeHandle.Use use = context.use()) {
      return new SecretKey(context, Native.importSecretKey(use.pointer(), bytes));
    }
  }

  /** Returns the raw bytes; the caller wipes them. */
  public byte[] toBytes(HeContext context, RawSecretAccess access) {
    Objects.requireNonNull(access, "access");
    context.requireSame(parameters, "secret key");
    try (NativeHandle.Use use = context.use();
        NativeHandle.Use secret = handle.use()) {
      return Native.exportSecretKey(use.pointer(), secret.pointer());
    }
  }

  /** Returns the key encrypted under a passphrase, bound to its parameters. */
  public byte[] protect(HeContext context, char[] passphrase, PassphraseProtection.Cost cost) {
    byte[] bytes = toBytes(context, RawSecretAccess.granted());
    try {
      return PassphraseProtection.protect(bytes, passphrase, associatedData(parameters), cost);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /**
   * Opens a key that {@link #protect} made.
   *
   * @throws KeyProtectionException if the passphrase or the parameters are others, or the bytes
   *     were changed
   */
  public static SecretKey unprotect(HeContext context, byte[] protectedKey, char[] passphrase) {
    byte[] bytes =
        PassphraseProtection.unprotect(
            protectedKey, passphrase, associatedData(context.parameters()));
    try {
      return fromBytes(context, bytes, RawSecretAccess.granted());
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** Returns what all randomness of an encryption under this key follows from. */
  public EncryptionSeed seed(HeContext context, EncryptionName name) {
    RawSecretAccess access = RawSecretAccess.granted();
    return EncryptionSeed.of(toBytes(context, access), name, access);
  }

  /** Returns a public key for it; every call draws new randomness. */
  public PublicKey publicKey(HeContext context) {
    context.requireSame(parameters, "secret key");
    BlockSeed seed = BlockSeed.empty();
    return new PublicKey(
        keyBlock(
            context,
            1,
            seed,
            (use, secret, block) -> Native.makePublicKey(use, secret, block, seed.bytes())));
  }

  /**
   * Returns a relinearisation key for it; every call draws new randomness.
   *
   * @throws InvalidParametersException if the parameters have only one prime
   */
  public RelinearisationKey relinearisationKey(HeContext context) {
    context.requireSame(parameters, "secret key");
    RelinearisationKey.requireKeySwitching(parameters);
    BlockSeed seed = BlockSeed.empty();
    return RelinearisationKey.of(
        context,
        keyBlock(
            context,
            parameters.dataLimbs(),
            seed,
            (use, secret, block) ->
                Native.makeRelinearisationKey(use, secret, block, seed.bytes())));
  }

  private interface KeyMaker {
    void make(long context, long secret, long block);
  }

  private CipherBlock keyBlock(HeContext context, int columns, BlockSeed seed, KeyMaker maker) {
    try (NativeHandle.Use secret = handle.use()) {
      return CipherBlock.create(
          context,
          new BlockShape(columns, 2, parameters.keyLimbs(), Form.NTT),
          KeyBlocks.packing(parameters),
          KeyBlocks.RECORDS,
          KeyBlocks.SCALE,
          Optional.of(seed),
          (use, block) -> maker.make(use, secret.pointer(), block));
    }
  }

  private static byte[] associatedData(HeParameters parameters) {
    return parameters.digest().toByteArray();
  }

  @Override
  public HeParameters parameters() {
    return parameters;
  }

  NativeHandle.Use use() {
    return handle.use();
  }

  @Override
  public void close() {
    handle.close();
  }

  @Override
  public String toString() {
    return "SecretKey[" + parameters.digest() + "]";
  }
}
