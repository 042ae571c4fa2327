package io.nightjar.crypto.lattice;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.Cancellation;
import io.nightjar.crypto.ClosedException;
import io.nightjar.crypto.CryptoException;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.IntegerSlots;
import io.nightjar.crypto.InvalidParametersException;
import io.nightjar.crypto.NativeFailureException;
import io.nightjar.crypto.RawSecretAccess;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.RealSlots;
import io.nightjar.crypto.WrongContextException;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.crypto.naive.NaiveSealLayer;
import io.nightjar.crypto.natives.Kernel;
import io.nightjar.crypto.natives.NativeMemory;
import io.nightjar.crypto.protect.PassphraseProtection.Cost;
import io.nightjar.text.Amounts;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every wrong use is a typed exception that names the offending value, and neither harms the JVM
 * nor leaves native memory behind.
 */
class MisuseTest {

  private static final int COLUMNS = 4;
  private static final int RECORDS = 10;
  private static final IntegerColumns INTEGERS =
      TestBlocks.smallIntegers(new Random(1), COLUMNS, RECORDS, 8);
  private static final RealColumns REALS = TestBlocks.reals(new Random(2), COLUMNS, RECORDS);
  private static final IntegerLayer LAYER =
      IntegerLayer.dense(2, COLUMNS, new int[] {1, 2, 3, 4, -5, -6, -7, -8});
  private static final double SCALE = 0x1p45;
  private static final byte[] SEED = new byte[RecordNoise.SEED_BYTES];
  private static final RecordNoise NOISE = new RecordNoise(new long[] {1, 2, Long.MAX_VALUE});
  private static final int[] FIRST = {0};

  /** Everything that one set of parameters has. */
  private static final class Bench implements AutoCloseable {
    private final HeContext context;
    private final SecretKey secret;
    private final PublicKey publicKey;
    private final RelinearisationKey relinearisationKey;
    private final CipherBlock block;
    private final CipherBlock transformed;

    Bench(HeParameters parameters) {
      context = HeContext.open(parameters);
      secret = SecretKey.generate(context);
      publicKey = secret.publicKey(context);
      relinearisationKey = secret.relinearisationKey(context);
      block =
          parameters.scheme() == Scheme.BFV
              ? integers(Packing.SLOTS, Form.COEFFICIENT)
              : encryptor().encrypt(REALS, SCALE);
      transformed = evaluator().toForm(block, Form.NTT);
    }

    CipherBlock integers(Packing packing, Form form) {
      return encryptor().encrypt(INTEGERS, packing, form);
    }

    BlockEncryptor encryptor() {
      return new BlockEncryptor(context, secret);
    }

    BlockDecryptor decryptor() {
      return new BlockDecryptor(context, secret);
    }

    BlockEvaluator evaluator() {
      return new BlockEvaluator(context);
    }

    BlockCodec codec() {
      return new BlockCodec(context);
    }

    @Override
    public void close() {
      transformed.close();
      block.close();
      relinearisationKey.close();
      publicKey.close();
      secret.close();
      context.close();
    }
  }

  private long handlesBefore;
  private long bytesBefore;
  private Bench bfv;
  private Bench ckks;

  @BeforeEach
  void open() {
    handlesBefore = NativeMemory.openHandles();
    bytesBefore = NativeMemory.blockBytes();
    bfv = new Bench(TestBlocks.TINY_BFV);
    ckks = new Bench(TestBlocks.TINY_CKKS);
  }

  @AfterEach
  void nothingIsLeftBehind() {
    bfv.close();
    ckks.close();
    assertEquals(handlesBefore, NativeMemory.openHandles());
    assertEquals(bytesBefore, NativeMemory.blockBytes());
  }

  @Test
  void nothingTakesNull() {
    BlockEvaluator evaluator = bfv.evaluator();
    Cancellation never = () -> false;
    byte[] raw = bfv.secret.toBytes(bfv.context, RawSecretAccess.granted());
    char[] passphrase = {'x'};
    List<Executable> calls =
        List.of(
            () -> HeContext.open(null),
            () -> SecretKey.generate(null),
            () -> SecretKey.fromBytes(null, raw, RawSecretAccess.granted()),
            () -> SecretKey.fromBytes(bfv.context, null, RawSecretAccess.granted()),
            () -> SecretKey.fromBytes(bfv.context, raw, null),
            () -> SecretKey.unprotect(bfv.context, null, passphrase),
            () -> SecretKey.unprotect(null, raw, passphrase),
            () -> bfv.secret.toBytes(null, RawSecretAccess.granted()),
            () -> bfv.secret.toBytes(bfv.context, null),
            () -> bfv.secret.protect(bfv.context, null, Cost.LEAST),
            () -> bfv.secret.publicKey(null),
            () -> bfv.secret.relinearisationKey(null),
            () -> new BlockEncryptor(null, bfv.secret),
            () -> new BlockEncryptor(bfv.context, null),
            () -> new BlockEncryptor(bfv.context, bfv.secret, null),
            () -> bfv.encryptor().encrypt((IntegerSlots) null, Packing.SLOTS, Form.NTT),
            () -> bfv.encryptor().encrypt(INTEGERS, null, Form.NTT),
            () -> bfv.encryptor().encrypt(INTEGERS, Packing.SLOTS, null),
            () -> ckks.encryptor().encrypt((RealSlots) null, SCALE),
            () -> new BlockDecryptor(null, bfv.secret),
            () -> new BlockDecryptor(bfv.context, null),
            () -> new BlockDecryptor(bfv.context, bfv.secret, null),
            () -> bfv.decryptor().decrypt(null),
            () -> bfv.decryptor().noiseMarginBits(null),
            () -> ckks.decryptor().decryptReal(null),
            () -> new BlockEvaluator(null),
            () -> new BlockEvaluator(bfv.context, null, never),
            () -> new BlockEvaluator(bfv.context, Kernel.preferred(), null),
            () -> evaluator.load((IntegerLayer) null),
            () -> evaluator.load((List<IntegerLayer>) null),
            () -> evaluator.apply((IntegerLayer) null, bfv.block),
            () -> evaluator.apply((LoadedLayer) null, bfv.block),
            () -> ckks.evaluator().applyAll((LoadedLayers) null, ckks.block),
            () -> evaluator.apply(LAYER, null),
            () -> evaluator.apply(LAYER, null, bfv.block),
            () -> evaluator.add(null, bfv.block),
            () -> evaluator.add(bfv.block, null),
            () -> evaluator.addPlain(null, INTEGERS),
            () -> evaluator.addPlain(bfv.block, (IntegerColumns) null),
            () -> ckks.evaluator().addPlain(ckks.block, (RealColumns) null),
            () -> evaluator.encryptionOfZero(null, bfv.block),
            () -> evaluator.encryptionOfZero(bfv.publicKey, null),
            () -> evaluator.hide(null, bfv.publicKey, SEED, 0, 0, 1),
            () -> evaluator.hide(bfv.block, null, SEED, 0, 0, 1),
            () -> evaluator.hide(bfv.block, bfv.publicKey, null, 0, 0, 1),
            () -> evaluator.multiplyPlain(null, INTEGERS),
            () -> evaluator.multiplyPlain(bfv.transformed, null),
            () -> evaluator.perturb(null, FIRST, NOISE, SEED, 1),
            () -> evaluator.perturb(bfv.transformed, null, NOISE, SEED, 1),
            () -> evaluator.perturb(bfv.transformed, FIRST, null, SEED, 1),
            () -> evaluator.perturb(bfv.transformed, FIRST, NOISE, null, 1),
            () -> new RecordNoise(null),
            () -> bfv.decryptor().noise(null),
            () -> evaluator.square(null),
            () -> evaluator.multiply(bfv.block, null),
            () -> evaluator.multiply(null, bfv.block),
            () -> evaluator.relinearise(null, bfv.relinearisationKey),
            () -> evaluator.relinearise(bfv.block, null),
            () -> ckks.evaluator().rescale(null),
            () -> evaluator.switchModulus(null),
            () -> evaluator.toForm(null, Form.NTT),
            () -> evaluator.toForm(bfv.block, null),
            () -> new BlockCodec(null),
            () -> bfv.codec().write((PublicKey) null, OutputStream.nullOutputStream()),
            () -> bfv.codec().write((RelinearisationKey) null, OutputStream.nullOutputStream()),
            () -> bfv.codec().write(null, BlockLabel.NONE, OutputStream.nullOutputStream()),
            () -> bfv.codec().write(bfv.block, null, OutputStream.nullOutputStream()),
            () -> bfv.codec().write(bfv.block, BlockLabel.NONE, null),
            () -> bfv.codec().read(null, header -> {}),
            () ->
                bfv.codec()
                    .read(new ByteArrayInputStream(TestBlocks.wire(bfv.context, bfv.block)), null),
            () -> bfv.codec().readPublicKey(null),
            () -> bfv.codec().readRelinearisationKey(null),
            () -> new BlockLabel(null, 0, 0, 0, 0),
            () -> new BlockShape(1, 2, 1, null),
            () -> new IntegerColumns(1, 1, null),
            () -> new RealColumns(1, 1, null),
            () -> IntegerLayer.of(1, 1, null, new int[1]),
            () -> IntegerLayer.of(1, 1, new int[1], null),
            () -> IntegerLayer.take(1, 1, null, new int[1]),
            () -> IntegerLayer.take(1, 1, new int[1], null),
            () -> LAYER.withBias((long[]) null),
            () -> LAYER.withBias((double[]) null),
            () -> new NaiveSealLayer(null, LAYER, bfv.block),
            () -> new NaiveSealLayer(bfv.context, null, bfv.block),
            () -> new NaiveSealLayer(bfv.context, LAYER, null));

    for (int i = 0; i < calls.size(); i++) {
      assertThrows(NullPointerException.class, calls.get(i), "call " + i);
    }
  }

  // --- what is closed ------------------------------------------------------------------------

  @Test
  void aClosedBlockIsOfNoUse() {
    bfv.block.close();
    bfv.transformed.close();
    ckks.block.close();
    BlockEvaluator evaluator = bfv.evaluator();
    try (CipherBlock other = bfv.integers(Packing.SLOTS, Form.COEFFICIENT)) {
      assertClosed(
          "block",
          () -> bfv.decryptor().decrypt(bfv.block),
          () -> bfv.decryptor().noiseMarginBits(bfv.block),
          () -> bfv.decryptor().noise(bfv.block),
          () -> evaluator.hide(bfv.transformed, bfv.publicKey, SEED, 0, 0, 1),
          () -> evaluator.multiplyPlain(bfv.transformed, INTEGERS),
          () -> evaluator.perturb(bfv.transformed, FIRST, NOISE, SEED, 1),
          () -> ckks.decryptor().decryptReal(ckks.block),
          () -> evaluator.apply(LAYER, bfv.block),
          () -> evaluator.add(bfv.block, other),
          () -> evaluator.add(other, bfv.block),
          () -> evaluator.addPlain(bfv.block, INTEGERS),
          () -> ckks.evaluator().addPlain(ckks.block, REALS),
          () -> evaluator.square(bfv.block),
          () -> evaluator.multiply(other, bfv.block),
          () -> ckks.evaluator().rescale(ckks.block),
          () -> evaluator.switchModulus(bfv.block),
          () -> evaluator.toForm(bfv.block, Form.NTT),
          () -> new NaiveSealLayer(bfv.context, LAYER, bfv.block),
          () -> TestBlocks.wire(bfv.context, bfv.block));
    }
    assertTrue(bfv.block.toString().contains("4"), "it can still be described");
    bfv.block.close();
  }

  @Test
  void aClosedBlockWritesNothing() {
    bfv.block.close();
    OutputStream untouched =
        new OutputStream() {
          @Override
          public void write(int b) {
            throw new AssertionError("a byte was written");
          }
        };

    assertClosed("block", () -> bfv.codec().write(bfv.block, BlockLabel.NONE, untouched));
  }

  @Test
  void aClosedLayerIsOfNoUse() {
    BlockEvaluator evaluator = bfv.evaluator();
    LoadedLayer layer = evaluator.load(LAYER);
    LoadedLayers layers = ckks.evaluator().load(List.of(LAYER, LAYER));
    LoadedLayers none = ckks.evaluator().load(List.of());
    LoadedLayers oneClosed = ckks.evaluator().load(List.of(LAYER, LAYER));
    layer.close();
    layers.close();
    none.close();
    oneClosed.layers().get(1).close();

    assertClosed(
        "loaded layer",
        () -> evaluator.apply(layer, bfv.block),
        () -> evaluator.apply(layer, layer.whole(), bfv.block),
        () -> ckks.evaluator().applyAll(layers, ckks.block),
        () -> ckks.evaluator().applyAll(oneClosed, ckks.block),
        () -> ckks.evaluator().applyToSquares(none, layers, ckks.block),
        () -> ckks.evaluator().applyToSquares(layers, oneClosed, ckks.block));
    assertTrue(layer.toString().contains("2 rows"), "it can still be described");
    long handles = NativeMemory.openHandles();
    layer.close();
    layers.close();
    none.close();
    assertEquals(handles, NativeMemory.openHandles(), "each is freed once");
    oneClosed.close();
    assertEquals(handles - 1, NativeMemory.openHandles());
  }

  @Test
  void layersWithoutOneThatCannotBeLoadedAreNotLoadedEither() {
    IntegerLayer integers = LAYER.withBias(new long[LAYER.rows()]);
    long handles = NativeMemory.openHandles();
    assertRefused(
        IllegalArgumentException.class,
        List.of("real numbers for CKKS"),
        () -> ckks.evaluator().load(List.of(LAYER, integers)));
    assertEquals(handles, NativeMemory.openHandles());
  }

  @Test
  void aLayerThatWasLoadedForOthersIsRefused() {
    try (LoadedLayer layer = bfv.evaluator().load(LAYER);
        LoadedLayers layers = ckks.evaluator().load(List.of(LAYER));
        LoadedLayers integers = bfv.evaluator().load(List.of(LAYER))) {
      assertRefused(
          WrongContextException.class,
          List.of("loaded layer", TestBlocks.TINY_BFV.digest().toString()),
          () -> ckks.evaluator().apply(layer, ckks.block),
          () -> ckks.evaluator().applyAll(integers, ckks.block),
          () -> ckks.evaluator().applyToSquares(integers, layers, ckks.block),
          () -> ckks.evaluator().applyToSquares(layers, integers, ckks.block));
      for (Kernel kernel : Kernel.available()) {
        if (!kernel.equals(Kernel.preferred())) {
          assertRefused(
              IllegalArgumentException.class,
              List.of("loaded for kernel " + Kernel.preferred().name(), kernel.name()),
              () ->
                  new BlockEvaluator(bfv.context, kernel, Cancellation.ON_INTERRUPT)
                      .apply(layer, bfv.block));
        }
      }
    }
  }

  @Test
  void aClosedContextIsOfNoUse() {
    byte[] wire = TestBlocks.wire(bfv.context, bfv.block);
    byte[] raw = bfv.secret.toBytes(bfv.context, RawSecretAccess.granted());
    char[] passphrase = {'x'};
    BlockEvaluator evaluator = bfv.evaluator();
    bfv.context.close();
    ckks.context.close();

    assertClosed(
        "context",
        () -> SecretKey.generate(bfv.context),
        () -> SecretKey.fromBytes(bfv.context, raw, RawSecretAccess.granted()),
        () -> bfv.secret.toBytes(bfv.context, RawSecretAccess.granted()),
        () -> bfv.secret.protect(bfv.context, passphrase, Cost.LEAST),
        () -> bfv.secret.publicKey(bfv.context),
        () -> bfv.secret.relinearisationKey(bfv.context),
        () -> bfv.encryptor().encrypt(INTEGERS, Packing.SLOTS, Form.NTT),
        () ->
            new BlockEncryptor(bfv.context, bfv.publicKey)
                .encrypt(INTEGERS, Packing.SLOTS, Form.NTT),
        () -> ckks.encryptor().encrypt(REALS, SCALE),
        () -> bfv.decryptor().decrypt(bfv.block),
        () -> bfv.decryptor().noiseMarginBits(bfv.block),
        () -> bfv.decryptor().noise(bfv.block),
        () -> evaluator.hide(bfv.transformed, bfv.publicKey, SEED, 0, 0, 1),
        () -> evaluator.multiplyPlain(bfv.transformed, INTEGERS),
        () -> evaluator.perturb(bfv.transformed, FIRST, NOISE, SEED, 1),
        () -> ckks.decryptor().decryptReal(ckks.block),
        () -> evaluator.load(LAYER),
        () -> evaluator.apply(LAYER, bfv.block),
        () -> evaluator.add(bfv.block, bfv.block),
        () -> evaluator.addPlain(bfv.block, INTEGERS),
        () -> evaluator.encryptionOfZero(bfv.publicKey, bfv.block),
        () -> evaluator.square(bfv.block),
        () -> ckks.evaluator().rescale(ckks.block),
        () -> ckks.evaluator().applyAll(List.of(LAYER), ckks.block),
        () -> ckks.evaluator().applyToSquares(List.of(), List.of(LAYER), ckks.block),
        () -> evaluator.switchModulus(bfv.block),
        () -> evaluator.toForm(bfv.block, Form.NTT),
        () -> new NaiveSealLayer(bfv.context, LAYER, bfv.block),
        () -> TestBlocks.wire(bfv.context, bfv.block),
        () -> TestBlocks.read(bfv.context, wire));
    bfv.context.close();
  }

  @Test
  void aClosedKeyIsOfNoUse() {
    try (CipherBlock square = bfv.evaluator().square(bfv.block)) {
      char[] passphrase = {'x'};
      bfv.secret.close();
      bfv.publicKey.close();
      bfv.relinearisationKey.close();

      assertClosed(
          "secret key",
          () -> bfv.secret.toBytes(bfv.context, RawSecretAccess.granted()),
          () -> bfv.secret.protect(bfv.context, passphrase, Cost.LEAST),
          () -> bfv.secret.publicKey(bfv.context),
          () -> bfv.secret.relinearisationKey(bfv.context),
          () -> bfv.encryptor().encrypt(INTEGERS, Packing.SLOTS, Form.NTT),
          () -> bfv.decryptor().decrypt(bfv.block),
          () -> bfv.decryptor().noiseMarginBits(bfv.block),
          () -> bfv.decryptor().noise(bfv.block));
      assertClosed(
          "block", // which a public key is, inside
          () ->
              new BlockEncryptor(bfv.context, bfv.publicKey)
                  .encrypt(INTEGERS, Packing.SLOTS, Form.NTT),
          () -> bfv.evaluator().encryptionOfZero(bfv.publicKey, bfv.block),
          () -> bfv.evaluator().hide(bfv.transformed, bfv.publicKey, SEED, 0, 0, 1),
          () -> bfv.codec().write(bfv.publicKey, OutputStream.nullOutputStream()),
          () -> bfv.codec().write(bfv.relinearisationKey, OutputStream.nullOutputStream()));
      assertClosed(
          "relinearisation key", () -> bfv.evaluator().relinearise(square, bfv.relinearisationKey));
      bfv.secret.close();
    }
  }

  @Test
  void aClosedNaiveLayerIsOfNoUse() {
    NaiveSealLayer naive = new NaiveSealLayer(bfv.context, LAYER, bfv.block);
    naive.close();

    assertClosed("naive layer", () -> naive.row(0));
  }

  // --- what belongs elsewhere ----------------------------------------------------------------

  @Test
  void whatBelongsToOtherParametersIsRefusedWithBothDigests() {
    try (Bench other = new Bench(TestBlocks.smallBfv(128))) {
      BlockEvaluator evaluator = bfv.evaluator();
      List<Executable> calls =
          List.of(
              () -> new BlockEncryptor(bfv.context, other.secret),
              () -> new BlockEncryptor(bfv.context, other.publicKey),
              () -> new BlockDecryptor(bfv.context, other.secret),
              () -> bfv.decryptor().decrypt(other.block),
              () -> bfv.decryptor().noiseMarginBits(other.block),
              () -> bfv.decryptor().noise(other.block),
              () -> evaluator.hide(other.transformed, bfv.publicKey, SEED, 0, 0, 1),
              () -> evaluator.hide(bfv.transformed, other.publicKey, SEED, 0, 0, 1),
              () -> evaluator.multiplyPlain(other.transformed, INTEGERS),
              () -> evaluator.perturb(other.transformed, FIRST, NOISE, SEED, 1),
              () -> evaluator.apply(LAYER, other.block),
              () -> evaluator.add(bfv.block, other.block),
              () -> evaluator.add(other.block, bfv.block),
              () -> evaluator.addPlain(other.block, INTEGERS),
              () -> evaluator.encryptionOfZero(other.publicKey, bfv.block),
              () -> evaluator.encryptionOfZero(bfv.publicKey, other.block),
              () -> evaluator.multiply(bfv.block, other.block),
              () -> evaluator.relinearise(other.block, bfv.relinearisationKey),
              () -> evaluator.relinearise(bfv.block, other.relinearisationKey),
              () -> evaluator.switchModulus(other.block),
              () -> evaluator.toForm(other.block, Form.NTT),
              () -> new NaiveSealLayer(bfv.context, LAYER, other.block),
              () -> other.secret.toBytes(bfv.context, RawSecretAccess.granted()),
              () -> other.secret.publicKey(bfv.context),
              () -> other.secret.relinearisationKey(bfv.context),
              () -> TestBlocks.wire(bfv.context, other.block),
              () -> bfv.codec().write(other.publicKey, OutputStream.nullOutputStream()),
              () -> bfv.codec().write(other.relinearisationKey, OutputStream.nullOutputStream()));
      for (Executable call : calls) {
        assertRefused(
            WrongContextException.class,
            List.of(
                bfv.context.parameters().digest().toString(),
                other.context.parameters().digest().toString()),
            call);
      }
    }
  }

  @Test
  void whatTheOtherSchemeDoesIsRefusedWithItsName() {
    assertRefused(
        WrongContextException.class,
        List.of("needs BFV", "is for CKKS"),
        () -> ckks.encryptor().encrypt(INTEGERS, Packing.SLOTS, Form.NTT),
        () -> ckks.decryptor().decrypt(ckks.block),
        () -> ckks.decryptor().noiseMarginBits(ckks.block),
        () -> ckks.decryptor().noise(ckks.block),
        () -> ckks.evaluator().multiplyPlain(ckks.block, INTEGERS),
        () -> ckks.evaluator().perturb(ckks.block, FIRST, NOISE, SEED, 1),
        () -> ckks.evaluator().addPlain(ckks.block, INTEGERS));
    assertRefused(
        WrongContextException.class,
        List.of("needs CKKS", "is for BFV"),
        () -> bfv.encryptor().encrypt(REALS, SCALE),
        () -> bfv.decryptor().decryptReal(bfv.block),
        () -> bfv.evaluator().addPlain(bfv.block, REALS),
        () -> bfv.evaluator().rescale(bfv.block));
    assertRefused(
        IllegalArgumentException.class,
        List.of("is for BFV"),
        () -> bfv.evaluator().apply(LAYER.withBias(new double[2]), bfv.block));
    assertRefused(
        IllegalArgumentException.class,
        List.of("is for CKKS"),
        () -> ckks.evaluator().apply(LAYER.withBias(new long[2]), ckks.block));
  }

  @Test
  void theWrongPackingIsRefused() {
    try (HeContext open = HeContext.open(TestBlocks.TINY_OPEN);
        SecretKey key = SecretKey.generate(open);
        CipherBlock coefficients = bfv.integers(Packing.COEFFICIENTS, Form.COEFFICIENT)) {
      assertRefused(
          IllegalArgumentException.class,
          List.of("Slot packing", "4194304"),
          () -> new BlockEncryptor(open, key).encrypt(INTEGERS, Packing.SLOTS, Form.NTT));
      assertRefused(
          IllegalArgumentException.class,
          List.of("COEFFICIENTS"),
          () -> bfv.evaluator().square(coefficients),
          () -> bfv.evaluator().add(bfv.block, coefficients),
          () -> bfv.evaluator().multiply(coefficients, bfv.block));
    }
  }

  @Test
  void theWrongFormIsRefused() {
    try (CipherBlock ntt = bfv.integers(Packing.SLOTS, Form.NTT);
        CipherBlock square = bfv.evaluator().square(bfv.block);
        CipherBlock nttSquare = bfv.evaluator().toForm(square, Form.NTT)) {
      assertRefused(
          IllegalArgumentException.class,
          List.of("COEFFICIENT", "NTT"),
          () -> bfv.evaluator().add(bfv.block, ntt),
          () -> bfv.evaluator().multiply(bfv.block, ntt),
          () -> bfv.evaluator().square(ntt),
          () -> bfv.evaluator().relinearise(nttSquare, bfv.relinearisationKey),
          () -> bfv.evaluator().switchModulus(ntt),
          () -> ckks.evaluator().toForm(ckks.block, Form.COEFFICIENT));
    }
  }

  @Test
  void keysAreNoData() {
    Consumer<CipherBlock> everyUse =
        key -> {
          assertRefused(
              IllegalArgumentException.class,
              List.of("A key's block cannot be computed on"),
              () -> bfv.evaluator().apply(IntegerLayer.dense(1, 1, new int[1]), key),
              () -> bfv.evaluator().add(key, key),
              () -> bfv.evaluator().square(key),
              () -> bfv.evaluator().relinearise(key, bfv.relinearisationKey),
              () -> bfv.evaluator().switchModulus(key),
              () -> bfv.evaluator().toForm(key, Form.COEFFICIENT),
              () -> bfv.evaluator().encryptionOfZero(bfv.publicKey, key),
              () -> bfv.evaluator().addPlain(key, new IntegerColumns(1, 1, new long[1])));
          assertRefused(
              IllegalArgumentException.class,
              List.of("4 primes"),
              () -> bfv.decryptor().decrypt(key),
              () -> bfv.decryptor().noiseMarginBits(key),
              () -> new NaiveSealLayer(bfv.context, IntegerLayer.dense(1, 1, new int[1]), key));
        };

    everyUse.accept(bfv.publicKey.block());
    everyUse.accept(bfv.relinearisationKey.block());
  }

  @Test
  void relinearisationNeedsASpecialPrime() {
    try (HeContext open = HeContext.open(TestBlocks.TINY_OPEN);
        SecretKey key = SecretKey.generate(open)) {
      assertRefused(
          InvalidParametersException.class,
          List.of("at least two primes, not 1"),
          () -> key.relinearisationKey(open),
          () -> new BlockCodec(open).readRelinearisationKey(new ByteArrayInputStream(new byte[0])));
    }
  }

  // --- sizes ---------------------------------------------------------------------------------

  @Test
  void columnsMustHaveAsManyValuesAsTheyClaim() {
    for (int[] size : new int[][] {{2, 3}, {0, 5}, {5, 0}, {-1, -5}, {1 << 16, 1 << 16}}) {
      assertRefused(
          IllegalArgumentException.class,
          List.of("%d columns of %d records".formatted(size[0], size[1]), "not 5"),
          () -> new IntegerColumns(size[0], size[1], new long[5]),
          () -> new RealColumns(size[0], size[1], new double[5]));
    }
  }

  @ParameterizedTest
  @CsvSource({"-1,0", "4,0", "0,-1", "0,10"})
  void valuesAreFoundAmongTheColumnsOnly(int column, int record) {
    assertRefused(
        IndexOutOfBoundsException.class,
        List.of("Record %d of column %d".formatted(record, column)),
        () -> INTEGERS.get(column, record),
        () -> REALS.get(column, record));
  }

  @Test
  void aColumnHoldsNoMoreRecordsThanTheRing() {
    assertRefused(
        IllegalArgumentException.class,
        List.of("64 slots, not 65"),
        () ->
            bfv.encryptor()
                .encrypt(new IntegerColumns(1, 65, new long[65]), Packing.SLOTS, Form.NTT));
    assertRefused(
        IllegalArgumentException.class,
        List.of("32 slots, not 33"),
        () -> ckks.encryptor().encrypt(new RealColumns(1, 33, new double[33]), SCALE));
  }

  @Test
  void blocksOfDifferentSizesDoNotCombine() {
    try (CipherBlock narrow = encrypted(new IntegerColumns(1, RECORDS, new long[RECORDS]));
        CipherBlock low = bfv.evaluator().switchModulus(bfv.block);
        CipherBlock square = bfv.evaluator().square(bfv.block);
        CipherBlock fewer = encrypted(new IntegerColumns(COLUMNS, 3, new long[3 * COLUMNS]));
        CipherBlock otherScale = ckks.encryptor().encrypt(REALS, 2 * SCALE)) {
      BlockEvaluator evaluator = bfv.evaluator();
      assertRefused(
          IllegalArgumentException.class,
          List.of("ciphertexts=1"),
          () -> evaluator.add(bfv.block, narrow),
          () -> evaluator.multiply(bfv.block, narrow));
      assertRefused(
          IllegalArgumentException.class,
          List.of("limbs=2"),
          () -> evaluator.add(bfv.block, low),
          () -> evaluator.multiply(bfv.block, low));
      assertRefused(
          IllegalArgumentException.class,
          List.of("polys=3"),
          () -> evaluator.add(bfv.block, square),
          () -> evaluator.multiply(bfv.block, square));
      assertRefused(
          IllegalArgumentException.class,
          List.of("records must be 10, not 3"),
          () -> evaluator.add(bfv.block, fewer),
          () -> evaluator.multiply(bfv.block, fewer),
          () ->
              evaluator.addPlain(bfv.block, new IntegerColumns(COLUMNS, 3, new long[3 * COLUMNS])));
      assertRefused(
          IllegalArgumentException.class,
          List.of("columns must be 4, not 1"),
          () -> evaluator.addPlain(bfv.block, new IntegerColumns(1, RECORDS, new long[RECORDS])));
      assertRefused(
          IllegalArgumentException.class,
          List.of("scale must be " + SCALE, "not " + 2 * SCALE),
          () -> ckks.evaluator().add(ckks.block, otherScale));
      assertRefused(
          IllegalArgumentException.class,
          List.of("polynomials must be 2, not 3"),
          () -> evaluator.square(square),
          () -> evaluator.encryptionOfZero(bfv.publicKey, square));
      assertRefused(
          IllegalArgumentException.class,
          List.of("polynomials must be 3, not 2"),
          () -> evaluator.relinearise(bfv.block, bfv.relinearisationKey));
    }
  }

  @Test
  void theLastPrimeCannotBeDropped() {
    BlockEvaluator evaluator = bfv.evaluator();
    try (CipherBlock two = evaluator.switchModulus(bfv.block);
        CipherBlock one = evaluator.switchModulus(two);
        CipherBlock realTwo = ckks.evaluator().switchModulus(ckks.block);
        CipherBlock realOne = ckks.evaluator().switchModulus(realTwo)) {
      assertRefused(
          IllegalArgumentException.class,
          List.of("one prime left"),
          () -> evaluator.switchModulus(one),
          () -> ckks.evaluator().switchModulus(realOne),
          () -> ckks.evaluator().rescale(realOne));
    }
  }

  // --- values --------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -5, 4, 5, 1L << 32, Long.MAX_VALUE})
  void anIntegerOutsideThePlainModulusIsNamedWithItsPlace(long value) {
    var parameters = HeParameters.ofAnySecurity(Scheme.BFV, 64, List.of(30), 8);
    try (HeContext context = HeContext.open(parameters);
        SecretKey key = SecretKey.generate(context);
        CipherBlock block =
            new BlockEncryptor(context, key)
                .encrypt(
                    new IntegerColumns(2, 2, new long[] {-4, 3, 0, 0}),
                    Packing.COEFFICIENTS,
                    Form.NTT)) {
      var columns = new IntegerColumns(2, 2, new long[] {0, 1, 2, value});
      assertRefused(
          IllegalArgumentException.class,
          List.of("column 1", "value " + value + " of record 1", "between -4 and 3"),
          () -> new BlockEncryptor(context, key).encrypt(columns, Packing.COEFFICIENTS, Form.NTT),
          () -> new BlockEvaluator(context).addPlain(block, columns));
      IntegerLayer layer = IntegerLayer.dense(2, 2, new int[4]).withBias(new long[] {0, value});
      assertRefused(
          IllegalArgumentException.class,
          List.of("row 1", "value " + value, "between -4 and 3"),
          () -> new BlockEvaluator(context).apply(layer, block),
          () -> new BlockEvaluator(context).apply(layer, new IntegerLayer.Tile(1, 1, 0, 1), block));
    }
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e300, -1e40})
  void aRealNumberThatDoesNotFitIsNamedWithItsPlace(double value) {
    double[] values = REALS.values().clone();
    values[2 * RECORDS + 7] = value;
    var columns = new RealColumns(COLUMNS, RECORDS, values);

    assertRefused(
        IllegalArgumentException.class,
        List.of("column 2", "value 7"),
        () -> ckks.encryptor().encrypt(columns, SCALE),
        () -> ckks.evaluator().addPlain(ckks.block, columns));
    assertRefused(
        IllegalArgumentException.class,
        List.of("row 1"),
        () -> ckks.evaluator().apply(LAYER.withBias(new double[] {0, value}), ckks.block));
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {
        Double.NaN,
        -1,
        0,
        Double.MIN_VALUE,
        Double.POSITIVE_INFINITY,
        Double.MAX_VALUE,
        0x1p131
      })
  void aScaleThatThePrimesCannotHoldIsNamed(double scale) {
    assertRefused(
        IllegalArgumentException.class,
        List.of("scale", Double.toString(scale)),
        () -> ckks.encryptor().encrypt(REALS, scale));
  }

  @Test
  void aProductWhoseScaleThePrimesCannotHoldIsRefused() {
    try (CipherBlock large = ckks.encryptor().encrypt(REALS, 0x1p70)) {
      assertRefused(
          IllegalArgumentException.class,
          List.of("scale", Double.toString(0x1p140)),
          () -> ckks.evaluator().square(large));
    }
  }

  @Test
  void layersOnSquaresOfWhatTheyCannotSquareAreRefused() {
    assertRefused(
        WrongContextException.class,
        List.of("CKKS"),
        () -> bfv.evaluator().applyAll(List.of(LAYER), bfv.block),
        () -> bfv.evaluator().applyToSquares(List.of(), List.of(LAYER), bfv.block));
    assertRefused(
        IllegalArgumentException.class,
        List.of("integers"),
        () ->
            ckks.evaluator().applyAll(List.of(LAYER.withBias(new long[LAYER.rows()])), ckks.block));
    try (CipherBlock square = ckks.evaluator().square(ckks.block);
        RelinearisationKey key = ckks.secret.relinearisationKey(ckks.context)) {
      assertRefused(
          IllegalArgumentException.class,
          List.of("polynomials must be 2, not 3"),
          () -> ckks.evaluator().applyToSquares(List.of(), List.of(LAYER), square));
      assertRefused(
          IllegalArgumentException.class,
          List.of("polynomials must be 3, not 2"),
          () -> ckks.evaluator().relineariseAndRescale(ckks.block, key, 1));
      int limbs = square.shape().limbs();
      assertRefused(
          IllegalArgumentException.class,
          List.of("0 to " + (limbs - 1), "not " + limbs),
          () -> ckks.evaluator().relineariseAndRescale(square, key, limbs));
    }
  }

  @Test
  void droppingAPrimeThatTheScaleNeedsIsRefused() {
    try (CipherBlock large = ckks.encryptor().encrypt(REALS, 0x1p100)) {
      assertRefused(
          IllegalArgumentException.class,
          List.of("scale", Double.toString(0x1p100)),
          () -> ckks.evaluator().switchModulus(large));
    }
  }

  // --- layers --------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(ints = {1 << 23, -(1 << 23) - 1, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void aWeightThatIsTooWideIsNamedWithItsPlace(int weight) {
    assertRefused(
        IllegalArgumentException.class,
        List.of("Weight " + weight + " of row 1, term 2"),
        () -> IntegerLayer.dense(2, 3, new int[] {0, 0, 0, 0, 0, weight}));
  }

  @Test
  void aLayerMustHaveAsManyNumbersAsItClaims() {
    assertRefused(
        IllegalArgumentException.class,
        List.of("2 rows of 3 terms need 6 weights, not 5"),
        () -> IntegerLayer.dense(2, 3, new int[5]));
    assertRefused(
        IllegalArgumentException.class,
        List.of("not 0"),
        () -> IntegerLayer.dense(0, 3, new int[0]),
        () -> IntegerLayer.dense(3, 0, new int[0]),
        () -> IntegerLayer.dense(-1, 0, new int[0]));
    assertRefused(
        IllegalArgumentException.class,
        List.of("65536 rows of 65536 terms need 4294967296 weights, not 0"),
        () -> IntegerLayer.of(1 << 16, 1 << 16, new int[0], new int[1]));
    assertRefused(
        IllegalArgumentException.class,
        List.of("Gathers of 3 terms", "4 columns"),
        () -> IntegerLayer.of(1, 3, new int[3], new int[4]));
    assertRefused(
        IllegalArgumentException.class,
        List.of("0 columns"),
        () -> IntegerLayer.of(1, 3, new int[3], new int[0]));
    assertRefused(
        IllegalArgumentException.class,
        List.of("2 rows need as many biases, not 3"),
        () -> LAYER.withBias(new long[3]),
        () -> LAYER.withBias(new double[3]));
    assertRefused(
        IllegalArgumentException.class,
        List.of("1025 rows at 1024 positions are more than 1048576"),
        () -> IntegerLayer.of(1025, 1, new int[1025], new int[1024]));
  }

  @ParameterizedTest
  @CsvSource({
    "-1,1,0,1",
    "0,0,0,1",
    "0,3,0,1",
    "2,1,0,1",
    "1,2,0,1",
    "0,1,-1,1",
    "0,1,0,0",
    "0,1,0,2",
    "0,1,1,1",
    "2147483647,1,0,1",
    "1,2147483647,0,1",
    "0,-1,0,1",
    "0,65536,0,65536"
  })
  void aTileOutsideItsLayerIsNamed(int firstRow, int rowCount, int firstGather, int gatherCount) {
    var tile = new IntegerLayer.Tile(firstRow, rowCount, firstGather, gatherCount);

    assertRefused(
        IllegalArgumentException.class,
        List.of(tile.toString(), "2 rows and 1 gathers"),
        () -> bfv.evaluator().apply(LAYER, tile, bfv.block));
  }

  @ParameterizedTest
  @ValueSource(ints = {-2, Integer.MIN_VALUE, COLUMNS, Integer.MAX_VALUE})
  void aColumnOutsideTheBlockIsNamedWithItsPlace(int column) {
    assertRefused(
        IllegalArgumentException.class,
        List.of("term 1", "olumn " + column),
        () ->
            bfv.evaluator()
                .apply(IntegerLayer.of(1, 2, new int[] {1, 1}, new int[] {0, column}), bfv.block),
        () ->
            new NaiveSealLayer(
                bfv.context,
                IntegerLayer.of(1, 2, new int[] {1, 1}, new int[] {0, column}),
                bfv.block));
  }

  @Test
  void aRowOutsideANaiveLayerIsRefusedAndSoIsARowOfZeros() {
    IntegerLayer layer = IntegerLayer.dense(1, COLUMNS, new int[COLUMNS]);
    try (NaiveSealLayer naive = new NaiveSealLayer(bfv.context, layer, bfv.block)) {
      assertRefused(IllegalArgumentException.class, List.of("firstRow=1"), () -> naive.row(1));
      assertRefused(IllegalArgumentException.class, List.of("firstRow=-1"), () -> naive.row(-1));
      assertRefused(IllegalArgumentException.class, List.of("every weight"), () -> naive.row(0));
    }
  }

  @Test
  void aKernelThatTheProcessorLacksIsNamedBesideThoseItHas() {
    List<String> expected = new ArrayList<>(List.of("'abacus'"));
    Kernel.available().forEach(kernel -> expected.add(kernel.name()));

    assertRefused(IllegalArgumentException.class, expected, () -> Kernel.named("abacus"));
    for (int index : new int[] {-1, Kernel.available().size(), Integer.MAX_VALUE}) {
      var evaluator =
          new BlockEvaluator(bfv.context, new Kernel("abacus", index), Cancellation.ON_INTERRUPT);
      assertThrows(RuntimeException.class, () -> evaluator.apply(LAYER, bfv.block));
    }
  }

  // --- memory --------------------------------------------------------------------------------

  @Test
  void aBlockBeyondTheMemoryLimitIsRefusedWithTheLimit() {
    long room = NativeMemory.blockBytes() + 1000;
    System.setProperty(NativeMemory.LIMIT_PROPERTY, Long.toString(room));
    try {
      assertRefused(
          NativeFailureException.class,
          List.of("limit is " + Amounts.bytes(room), NativeMemory.LIMIT_PROPERTY),
          () -> bfv.evaluator().square(bfv.block));
    } finally {
      System.clearProperty(NativeMemory.LIMIT_PROPERTY);
    }
    try (CipherBlock square = bfv.evaluator().square(bfv.block)) {
      assertEquals(3, square.shape().polys());
    }
  }

  /** 600 GB, which no limit forbids: whether the system promises them or not, none are used. */
  @Test
  void aBlockBeyondAllMemoryLeavesNothingCounted() {
    HeParameters parameters = TestBlocks.PER_RECORD;
    BlockHeader header =
        new BlockHeader(
            BlockKind.CIPHERTEXTS,
            parameters.digest(),
            BlockLabel.NONE,
            new BlockShape(EncryptedBlock.MAX_CIPHERTEXTS, 3, 3, Form.NTT),
            Packing.SLOTS,
            1,
            1,
            Optional.empty());
    System.setProperty(NativeMemory.LIMIT_PROPERTY, Long.toString(Long.MAX_VALUE));
    try (HeContext large = HeContext.open(parameters)) {
      long before = NativeMemory.blockBytes();
      assertThrows(
          CryptoException.class, () -> TestBlocks.read(large, header.toBytes(parameters)).close());
      assertEquals(before, NativeMemory.blockBytes());
    } finally {
      System.clearProperty(NativeMemory.LIMIT_PROPERTY);
    }
  }

  @Test
  void afterEveryMisuseTheBlockIsAsItWas() {
    assertArrayEquals(INTEGERS.values(), bfv.decryptor().decrypt(bfv.block).columns().values());
    byte[] before = TestBlocks.wire(bfv.context, bfv.block);

    theWrongFormIsRefused();
    theWrongPackingIsRefused();
    blocksOfDifferentSizesDoNotCombine();

    assertArrayEquals(before, TestBlocks.wire(bfv.context, bfv.block));
  }

  private CipherBlock encrypted(IntegerColumns columns) {
    return bfv.encryptor().encrypt(columns, Packing.SLOTS, Form.COEFFICIENT);
  }

  private static void assertClosed(String what, Executable... calls) {
    for (Executable call : calls) {
      var e = assertThrows(ClosedException.class, call);
      assertEquals("This " + what + " is closed", e.getMessage());
    }
  }

  private static void assertRefused(
      Class<? extends RuntimeException> type, List<String> named, Executable... calls) {
    for (Executable call : calls) {
      String message = assertThrows(type, call).getMessage();
      for (String part : named) {
        assertTrue(message.contains(part), () -> "'" + message + "' does not name '" + part + "'");
      }
    }
  }
}
