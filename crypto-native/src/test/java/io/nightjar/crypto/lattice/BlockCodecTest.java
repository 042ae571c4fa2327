package io.nightjar.crypto.lattice;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.InvalidBlockException;
import io.nightjar.crypto.ParameterDigest;
import io.nightjar.crypto.RawSecretAccess;
import io.nightjar.crypto.TestBytes;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.crypto.natives.NativeMemory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.crypto.Cipher;
import javax.crypto.spec.ChaCha20ParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks survive the wire bit for bit, and nothing else gets off it. */
class BlockCodecTest {

  private static final int FRAME_BYTES = BlockHeader.BYTES + Integer.BYTES;
  private static final IntegerColumns INTEGERS = TestBlocks.smallIntegers(new Random(1), 3, 7, 8);
  private static final BlockLabel LABEL = new BlockLabel(UUID.randomUUID(), 1L << 40, 2, 3, 4);

  private long handlesBefore;
  private long bytesBefore;
  private HeContext context;
  private SecretKey key;

  @BeforeEach
  void open() {
    handlesBefore = NativeMemory.openHandles();
    bytesBefore = NativeMemory.blockBytes();
    context = HeContext.open(TestBlocks.TINY_BFV);
    key = SecretKey.generate(context);
  }

  @AfterEach
  void nothingIsLeftBehind() {
    key.close();
    context.close();
    assertEquals(handlesBefore, NativeMemory.openHandles());
    assertEquals(bytesBefore, NativeMemory.blockBytes());
  }

  // --- what survives -------------------------------------------------------------------------

  @Test
  void everyKindOfBlockSurvives() {
    BlockEvaluator evaluator = new BlockEvaluator(context);
    List<CipherBlock> blocks = new ArrayList<>();
    try (PublicKey publicKey = key.publicKey(context)) {
      for (Form form : Form.values()) {
        for (Packing packing : Packing.values()) {
          blocks.add(new BlockEncryptor(context, key).encrypt(INTEGERS, packing, form));
          blocks.add(new BlockEncryptor(context, publicKey).encrypt(INTEGERS, packing, form));
        }
      }
    }
    CipherBlock slots =
        new BlockEncryptor(context, key).encrypt(INTEGERS, Packing.SLOTS, Form.COEFFICIENT);
    CipherBlock square = evaluator.square(slots);
    blocks.addAll(
        List.of(
            slots,
            square,
            evaluator.toForm(square, Form.NTT),
            evaluator.switchModulus(slots),
            evaluator.switchModulus(square)));

    for (CipherBlock block : blocks) {
      assertSurvives(context, block);
    }
    blocks.forEach(CipherBlock::close);
  }

  @Test
  void blocksOfRealNumbersSurviveWithTheirScale() {
    try (HeContext ckks = HeContext.open(TestBlocks.TINY_CKKS);
        SecretKey secret = SecretKey.generate(ckks);
        CipherBlock block =
            new BlockEncryptor(ckks, secret)
                .encrypt(TestBlocks.reals(new Random(2), 3, 9), 0x1.234p45);
        CipherBlock square = new BlockEvaluator(ckks).square(block);
        CipherBlock rescaled = new BlockEvaluator(ckks).rescale(square)) {
      for (CipherBlock each : List.of(block, square, rescaled)) {
        assertSurvives(ckks, each);
      }
    }
  }

  @Test
  void aBlockOfManyPiecesSurvives() {
    try (HeContext large = HeContext.open(TestBlocks.PER_RECORD);
        SecretKey secret = SecretKey.generate(large);
        CipherBlock block =
            new BlockEncryptor(large, secret)
                .encrypt(
                    TestBlocks.smallIntegers(new Random(3), 11, 20, 8),
                    Packing.COEFFICIENTS,
                    Form.NTT);
        CipherBlock unseeded = new BlockEvaluator(large).add(block, block)) {
      assertTrue(TestBlocks.wire(large, unseeded).length > 2 << 20, "more than two pieces");
      assertSurvives(large, block);
      assertSurvives(large, unseeded);
    }
  }

  @Test
  void keysSurviveAndWork() throws IOException {
    BlockCodec codec = new BlockCodec(context);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (PublicKey publicKey = key.publicKey(context);
        RelinearisationKey relinearisationKey = key.relinearisationKey(context)) {
      codec.write(publicKey, out);
      codec.write(relinearisationKey, out);
    }
    // Half of 4 primes, 152 bits together; one column, and one for each of three data primes.
    assertEquals(2 * FRAME_BYTES + (1 + 3) * 64 * 152 / 8, out.size());

    InputStream in = new ByteArrayInputStream(out.toByteArray());
    try (PublicKey publicKey = codec.readPublicKey(in);
        RelinearisationKey relinearisationKey = codec.readRelinearisationKey(in);
        CipherBlock block =
            new BlockEncryptor(context, publicKey)
                .encrypt(INTEGERS, Packing.SLOTS, Form.COEFFICIENT);
        CipherBlock square = new BlockEvaluator(context).square(block);
        CipherBlock output = new BlockEvaluator(context).relinearise(square, relinearisationKey)) {
      assertEquals(-1, in.read(), "all was read");
      long[] squares = Arrays.stream(INTEGERS.values()).map(x -> x * x).toArray();
      BlockDecryptor.Integers found = new BlockDecryptor(context, key).decrypt(output);
      assertArrayEquals(squares, found.columns().values());
      assertTrue(found.noiseMarginBits() > 1);
    }
  }

  @Test
  void aBlockIsReadFromAnyStreamAndNoFurtherThanItsEnd() throws IOException {
    byte[] wire = wire();
    InputStream trickle =
        new FilterInputStream(new ByteArrayInputStream(TestBytes.concat(wire, new byte[] {42}))) {
          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            return super.read(target, offset, Math.min(length, 3));
          }
        };

    try (CipherBlock read = new BlockCodec(context).read(trickle, header -> {}).block()) {
      assertArrayEquals(wire, TestBlocks.wire(context, read, LABEL));
    }
    assertEquals(42, trickle.read());
  }

  // --- the format ----------------------------------------------------------------------------

  /** Two profiles, for which the sizes are known by arithmetic. */
  @Test
  void aResidueCostsTheBitsOfItsPrimeAndASeededBlockHalf() {
    try (HeContext open = HeContext.open(TestBlocks.OPEN);
        SecretKey secret = SecretKey.generate(open);
        CipherBlock seeded =
            new BlockEncryptor(open, secret).encrypt(INTEGERS, Packing.COEFFICIENTS, Form.NTT);
        CipherBlock sum = new BlockEvaluator(open).add(seeded, seeded)) {
      assertEquals(148 + 3 * 2048 * 44 / 8, TestBlocks.wire(open, seeded).length);
      assertEquals(148 + 3 * 2 * 2048 * 44 / 8, TestBlocks.wire(open, sum).length);
    }
    var uneven = HeParameters.ofAnySecurity(Scheme.BFV, 64, List.of(51, 37, 60), 1 << 20);
    try (HeContext odd = HeContext.open(uneven);
        SecretKey secret = SecretKey.generate(odd);
        CipherBlock seeded =
            new BlockEncryptor(odd, secret).encrypt(INTEGERS, Packing.COEFFICIENTS, Form.NTT)) {
      assertEquals(148 + 3 * 64 * (51 + 37) / 8, TestBlocks.wire(odd, seeded).length);
    }
  }

  @Test
  void theHeaderIsLaidOutAsDocumented() {
    try (CipherBlock block = encrypt()) {
      ByteBuffer header =
          ByteBuffer.wrap(TestBlocks.wire(context, block, LABEL)).order(ByteOrder.LITTLE_ENDIAN);
      byte[] digest = new byte[32];
      header.get(8, digest);
      byte[] seed = new byte[32];
      header.get(100, seed);

      assertEquals("NJBK", new String(header.array(), 0, 4, StandardCharsets.US_ASCII));
      assertEquals(1, header.getShort(4));
      assertEquals(144, header.getShort(6));
      assertEquals(context.parameters().digest(), ParameterDigest.of(digest));
      assertEquals(0, header.get(40), "columns");
      assertEquals(1, header.get(41), "NTT");
      assertEquals(1, header.get(42), "slots");
      assertEquals(2, header.get(43));
      assertEquals(LABEL.job(), new UUID(header.getLong(44), header.getLong(52)));
      assertEquals(1L << 40, header.getLong(60));
      assertEquals(2, header.getInt(68));
      assertEquals(3, header.getInt(72));
      assertEquals(4, header.getInt(76));
      assertEquals(7, header.getInt(80));
      assertEquals(1.0, header.getDouble(84));
      assertEquals(header.capacity() - 148, header.getLong(92));
      assertEquals(block.seed(), Optional.of(BlockSeed.wrap(seed)));
      assertEquals(3, header.getInt(132));
      assertEquals(3, header.getShort(136));
      assertEquals(1, header.get(138));
      assertEquals(0, header.get(139));
    }
  }

  /** The payload of a block whose residues are known, from the description alone. */
  @Test
  void residuesFollowEachOtherBitByBit() {
    long[] primes = context.parameters().dataPrimes().stream().mapToLong(p -> p).toArray();
    Random random = new Random(4);
    List<Long> residues = new ArrayList<>();
    try (CipherBlock block =
        TestBlocks.ofResidues(
            context,
            new BlockShape(2, 3, 3, Form.COEFFICIENT),
            Packing.COEFFICIENTS,
            1,
            prime -> {
              long residue =
                  switch (random.nextInt(3)) {
                    case 0 -> prime - 1;
                    case 1 -> 0;
                    default -> random.nextLong(prime);
                  };
              residues.add(residue);
              return residue;
            })) {
      byte[] wire = TestBlocks.wire(context, block);
      int at = BlockHeader.BYTES;
      int next = 0;
      for (int polynomial = 0; polynomial < 2 * 3; polynomial++) {
        for (long prime : primes) {
          int bits = TestBytes.bitLength(prime);
          for (long found : TestBytes.unpacked(wire, at, 64, bits)) {
            assertEquals(residues.get(next++), found);
          }
          at += 64 * bits / 8;
        }
      }
      assertEquals(wire.length, at + Integer.BYTES);
    }
  }

  /** ChaCha20 as the JDK has it, keyed by the seed, with (1, column) as its nonce. */
  @Test
  void aSeedExpandsAsDocumented() throws Exception {
    try (CipherBlock seeded = encrypt();
        CipherBlock expanded =
            new BlockEvaluator(context)
                .apply(IntegerLayer.dense(3, 3, new int[] {1, 0, 0, 0, 1, 0, 0, 0, 1}), seeded)) {
      byte[] seed = seeded.seed().orElseThrow().bytes();
      byte[] wire = TestBlocks.wire(context, expanded);
      List<Long> primes = context.parameters().dataPrimes();
      int polynomialBytes = primes.stream().mapToInt(TestBytes::bitLength).sum() * 64 / 8;
      for (int column = 0; column < 3; column++) {
        ByteBuffer stream = ByteBuffer.wrap(chaCha20(seed, column)).order(ByteOrder.LITTLE_ENDIAN);
        int at = BlockHeader.BYTES + (2 * column + 1) * polynomialBytes;
        for (long prime : primes) {
          int bits = TestBytes.bitLength(prime);
          for (long found : TestBytes.unpacked(wire, at, 64, bits)) {
            assertEquals(nextBelow(prime, bits, stream), found);
          }
          at += 64 * bits / 8;
        }
      }
    }
  }

  private static byte[] chaCha20(byte[] seed, int column) throws Exception {
    byte[] nonce =
        ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putInt(1).putLong(column).array();
    Cipher cipher = Cipher.getInstance("ChaCha20");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(seed, "ChaCha20"),
        new ChaCha20ParameterSpec(nonce, 0));
    return cipher.doFinal(new byte[1 << 14]);
  }

  private static long nextBelow(long prime, int bits, ByteBuffer stream) {
    while (true) {
      long candidate = 0;
      for (int i = 0; i < (bits + 7) / 8; i++) {
        candidate |= (stream.get() & 0xffL) << (8 * i);
      }
      candidate &= (1L << bits) - 1;
      if (candidate < prime) {
        return candidate;
      }
    }
  }

  @Test
  void theKnownBlockStillHasItsValues() throws IOException {
    byte[] wire = KnownBlock.wire();
    try (HeContext known = HeContext.open(KnownBlock.PARAMETERS);
        SecretKey secret =
            SecretKey.fromBytes(known, KnownBlock.key(), RawSecretAccess.granted())) {
      BlockCodec.Labelled read =
          new BlockCodec(known).read(new ByteArrayInputStream(wire), header -> {});
      try (CipherBlock block = read.block()) {
        BlockDecryptor.Integers found = new BlockDecryptor(known, secret).decrypt(block);

        assertEquals(148 + 2 * 64 * (44 + 36) / 8, wire.length);
        assertEquals(KnownBlock.LABEL, read.header().label());
        assertArrayEquals(KnownBlock.INTEGERS.values(), found.columns().values());
        assertTrue(found.noiseMarginBits() > 40, () -> "margin " + found.noiseMarginBits());
        assertArrayEquals(wire, TestBlocks.wire(known, block, KnownBlock.LABEL));
      }
    }
  }

  // --- what does not get off the wire --------------------------------------------------------

  /** Offset, bytes in hexadecimal, and what the message names; the header's checksum is right. */
  @ParameterizedTest
  @CsvSource({
    "0,   4e4a424c, magic",
    "4,   0200, version is 2",
    "4,   0000, version is 0",
    "6,   9100, header length is 145",
    "8,   ff00, parameter digest",
    "39,  ff, parameter digest",
    "40,  03, kind is 3",
    "40,  ff, kind is -1",
    "40,  01, 'PUBLIC_KEY, not a CIPHERTEXTS'",
    "41,  02, form is 2",
    "42,  02, packing is 2",
    "43,  01, 'polys must be from 2 to 3, not 1'",
    "43,  04, 'polys must be from 2 to 3, not 4'",
    "43,  ff, polys",
    "43,  03, polynomials of a seeded block is 3",
    "60,  ffffffffffffffff, batch -1",
    "68,  ffffffff, round -1",
    "72,  00000080, draw -2147483648",
    "76,  ffffffff, first column -1",
    "80,  00000000, 'records, not 0'",
    "80,  41000000, '1 to 64 records, not 65'",
    "80,  ffffffff, 'records, not -1'",
    "84,  0000000000000040, scale 1",
    "84,  000000000000f87f, scale 1",
    "84,  00000000000000f0, scale 1",
    "92,  0000000000000000, payload length is 0",
    "92,  ffffffffffffff7f, payload length is 9223372036854775807",
    "132, 00000000, 'columns must be from 1 to 1048576, not 0'",
    "132, ffffffff, columns",
    "132, 01001000, 'columns must be from 1 to 1048576, not 1048577'",
    "132, 04000000, payload length",
    "136, 0000, 'limbs must be from 1 to 64, not 0'",
    "136, ffff, limbs",
    "136, 4100, limbs",
    "136, 0500, 'cannot have 5 primes'",
    "136, 0200, payload length",
    "138, 02, seeded is 2",
    "138, ff, seeded is -1",
    "138, 00, seed of an unseeded block",
    "139, 01, reserved byte is 1"
  })
  void aWrongFieldIsNamed(int offset, String hex, String named) {
    byte[] wire = wire();
    byte[] bytes = HexFormat.of().parseHex(hex);
    System.arraycopy(bytes, 0, wire, offset, bytes.length);

    assertRefused(named, TestBlocks.withFixedChecksums(wire));
  }

  /** In a context of real numbers, where more can be wrong. */
  @ParameterizedTest
  @CsvSource({
    "41, 00, slots in NTT form",
    "42, 00, slots in NTT form",
    "80, 21000000, '1 to 32 records, not 33'",
    "84, 000000000000f87f, scale must be",
    "84, 000000000000f07f, scale must be",
    "84, 0000000000000000, scale must be",
    "84, 0000000000000080, scale must be",
    "84, 0000000000000050, scale must be"
  })
  void aWrongFieldOfRealNumbersIsNamed(int offset, String hex, String named) {
    try (HeContext ckks = HeContext.open(TestBlocks.TINY_CKKS);
        SecretKey secret = SecretKey.generate(ckks);
        CipherBlock block =
            new BlockEncryptor(ckks, secret)
                .encrypt(TestBlocks.reals(new Random(5), 1, 2), 0x1p40)) {
      byte[] wire = TestBlocks.wire(ckks, block);
      byte[] bytes = HexFormat.of().parseHex(hex);
      System.arraycopy(bytes, 0, wire, offset, bytes.length);

      String message = refused(ckks, TestBlocks.withFixedChecksums(wire)).getMessage();
      assertTrue(message.replace("pack slots", "slots").contains(named), message);
    }
  }

  @Test
  void slotsNeedAPlainModulusThatHasThem() {
    try (HeContext open = HeContext.open(TestBlocks.TINY_OPEN);
        SecretKey secret = SecretKey.generate(open);
        CipherBlock block =
            new BlockEncryptor(open, secret).encrypt(INTEGERS, Packing.COEFFICIENTS, Form.NTT)) {
      byte[] wire = TestBlocks.wire(open, block);
      wire[42] = 1;

      String message = refused(open, TestBlocks.withFixedChecksums(wire)).getMessage();
      assertTrue(message.contains("Slot packing"), message);
    }
  }

  @Test
  void everyBitCounts() {
    byte[] wire = wire();
    for (int bit = 0; bit < 8 * wire.length; bit++) {
      byte[] flipped = wire.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));

      String message = refused(context, flipped).getMessage();
      if (bit / 8 >= 8 && bit / 8 < BlockHeader.BYTES) {
        assertTrue(message.contains("header checksum"), message);
      }
    }
  }

  @Test
  void aTruncatedBlockSaysInWhichPartItEnds() {
    byte[] wire = wire();
    for (int length = 0; length < wire.length; length++) {
      String part =
          length < BlockHeader.BYTES
              ? "header"
              : length < wire.length - Integer.BYTES ? "payload" : "checksum";

      assertRefused("ends inside its " + part, Arrays.copyOf(wire, length));
    }
  }

  @Test
  void aWrongChecksumIsRefusedEvenIfEveryResidueIsPossible() {
    byte[] wire = wire();
    for (int i = 1; i <= Integer.BYTES; i++) {
      byte[] changed = wire.clone();
      changed[wire.length - i] ^= 1;

      assertRefused("does not match its checksum", changed);
    }
  }

  @ParameterizedTest
  @CsvSource({"0,0,0,0", "0,1,2,63", "1,0,1,31", "2,1,0,1"})
  void aResidueThatIsNotBelowItsPrimeIsNamedWithItsPlace(
      int column, int poly, int limb, int coefficient) {
    long prime = context.parameters().dataPrimes().get(limb);
    long all = (1L << TestBytes.bitLength(prime)) - 1;
    int place = ((column * 2 + poly) * 3 + limb) * 64 + coefficient;
    for (long residue : new long[] {prime, prime + 1, all}) {
      int[] next = {0};
      assertRefused(
          "residue %d (column %d, polynomial %d, coefficient %d) is not below its prime %d"
              .formatted(residue, column, poly, coefficient, prime),
          () -> {
            try (CipherBlock block =
                TestBlocks.ofResidues(
                    context,
                    new BlockShape(3, 2, 3, Form.NTT),
                    Packing.SLOTS,
                    1,
                    below -> next[0]++ == place ? residue : below - 1)) {
              throw new AssertionError(block.toString());
            }
          });
    }
  }

  @Test
  void aResidueOfALaterPieceIsCountedFromTheStart() {
    try (HeContext large = HeContext.open(TestBlocks.OPEN);
        SecretKey secret = SecretKey.generate(large);
        CipherBlock block =
            new BlockEncryptor(large, secret)
                .encrypt(
                    TestBlocks.smallIntegers(new Random(6), 200, 1, 8),
                    Packing.COEFFICIENTS,
                    Form.NTT)) {
      byte[] wire = TestBlocks.wire(large, block);
      Arrays.fill(wire, wire.length - 4 - 11, wire.length - 4, (byte) 0xff);

      String message = refused(large, wire).getMessage();
      assertTrue(message.contains("column 199, polynomial 0, coefficient 2046"), message);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 1 << 16, EncryptedBlock.MAX_CIPHERTEXTS})
  void moreThanTheReaderAllowsIsRefusedBeforeAnythingIsAllocated(int columns) {
    long allowed = CipherBlock.nativeBytes(context.parameters(), new BlockShape(3, 2, 3, Form.NTT));
    AtomicBoolean checked = new AtomicBoolean();
    BlockCodec strict = new BlockCodec(context, allowed);
    byte[] wire = withColumns(wire(), columns);

    var e =
        assertThrows(
            InvalidBlockException.class,
            () -> strict.read(new ByteArrayInputStream(wire), header -> checked.set(true)));

    assertTrue(e.getMessage().contains("at most " + allowed + " are allowed"), e.getMessage());
    assertFalse(checked.get());
    assertEquals(bytesBefore, NativeMemory.blockBytes());
    try (CipherBlock fits = TestBlocks.read(context, wire())) {
      assertEquals(allowed, fits.nativeBytes());
    }
  }

  @Test
  void aClaimThatTheStreamDoesNotKeepLeavesNothingOpen() {
    assertRefused("ends inside its payload", withColumns(wire(), 1 << 16));
    assertEquals(bytesBefore, NativeMemory.blockBytes());
  }

  @Test
  void theCallersCheckSeesTheHeaderBeforeAnythingIsAllocated() {
    long handles = NativeMemory.openHandles();
    RuntimeException refusal = new IllegalStateException("another batch");

    var e =
        assertThrows(
            IllegalStateException.class,
            () ->
                new BlockCodec(context)
                    .read(
                        new ByteArrayInputStream(wire()),
                        header -> {
                          assertEquals(LABEL, header.label());
                          assertEquals(new BlockShape(3, 2, 3, Form.NTT), header.shape());
                          assertEquals(7, header.records());
                          assertEquals(handles, NativeMemory.openHandles());
                          throw refusal;
                        }));

    assertSame(refusal, e);
  }

  @Test
  void aFailureOfTheStreamComesOutAsItIs() {
    IOException failure = new IOException("the disk is on fire");
    byte[] wire = wire();
    for (int length : new int[] {0, 100, BlockHeader.BYTES, wire.length - 100, wire.length - 2}) {
      InputStream broken =
          new SequenceInputStream(new ByteArrayInputStream(wire, 0, length), new Broken(failure));

      assertSame(
          failure,
          assertThrows(
              IOException.class, () -> new BlockCodec(context).read(broken, header -> {})));
    }
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw failure;
          }
        };
    try (CipherBlock block = encrypt()) {
      assertSame(
          failure,
          assertThrows(IOException.class, () -> new BlockCodec(context).write(block, LABEL, full)));
    }
  }

  @Test
  void oneKindIsNotReadAsAnother() throws IOException {
    BlockCodec codec = new BlockCodec(context);
    ByteArrayOutputStream publicBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream relinearisationBytes = new ByteArrayOutputStream();
    try (PublicKey publicKey = key.publicKey(context);
        RelinearisationKey relinearisationKey = key.relinearisationKey(context)) {
      codec.write(publicKey, publicBytes);
      codec.write(relinearisationKey, relinearisationBytes);
    }
    byte[] columns = wire();

    assertRefused("PUBLIC_KEY, not a CIPHERTEXTS", publicBytes.toByteArray());
    assertRefused("RELINEARISATION_KEY, not a CIPHERTEXTS", relinearisationBytes.toByteArray());
    for (byte[] other : List.of(columns, relinearisationBytes.toByteArray())) {
      assertRefused("not a PUBLIC_KEY", () -> codec.readPublicKey(new ByteArrayInputStream(other)));
    }
    for (byte[] other : List.of(columns, publicBytes.toByteArray())) {
      assertRefused(
          "not a RELINEARISATION_KEY",
          () -> codec.readRelinearisationKey(new ByteArrayInputStream(other)));
    }
    // Columns that claim to be a key have the wrong shape for one.
    for (int kind : new int[] {1, 2}) {
      byte[] claiming = columns.clone();
      claiming[40] = (byte) kind;
      byte[] fixed = TestBlocks.withFixedChecksums(claiming);
      assertRefused(
          "BlockShape[ciphertexts=3",
          () -> {
            if (kind == 1) {
              codec.readPublicKey(new ByteArrayInputStream(fixed)).close();
            } else {
              codec.readRelinearisationKey(new ByteArrayInputStream(fixed)).close();
            }
          });
    }
  }

  @Test
  void columnsHaveNoSpecialPrime() {
    assertRefused(
        "columns have 4 primes",
        () ->
            TestBlocks.ofResidues(
                    context, new BlockShape(1, 2, 4, Form.NTT), Packing.COEFFICIENTS, 1, prime -> 1)
                .close());
  }

  /** Offset and bytes in hexadecimal of fields that mean something to columns only. */
  @ParameterizedTest
  @CsvSource({"44, 01", "60, 01", "68, 01", "72, 01", "76, 01", "80, 02", "42, 01"})
  void aKeyBelongsToNoBatch(int offset, String hex) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (PublicKey publicKey = key.publicKey(context)) {
      new BlockCodec(context).write(publicKey, out);
    }
    byte[] wire = out.toByteArray();
    wire[offset] = HexFormat.of().parseHex(hex)[0];
    byte[] fixed = TestBlocks.withFixedChecksums(wire);

    assertRefused(
        "PUBLIC_KEY belongs to no batch",
        () -> new BlockCodec(context).readPublicKey(new ByteArrayInputStream(fixed)).close());
  }

  /**
   * What a data owner sends who wants to choose the second polynomials itself: zeros would leave
   * those of hidden results as they were computed.
   */
  @Test
  void aKeyWithoutASeedIsRefused() throws IOException {
    int keyLimbs = context.parameters().keyLimbs();
    byte[] zeros = unseeded(new BlockShape(1, 2, keyLimbs, Form.NTT), BlockKind.PUBLIC_KEY);
    byte[] switching =
        unseeded(
            new BlockShape(context.parameters().dataLimbs(), 2, keyLimbs, Form.NTT),
            BlockKind.RELINEARISATION_KEY);

    BlockCodec codec = new BlockCodec(context);
    assertRefused(
        "A PUBLIC_KEY has a seed",
        () -> codec.readPublicKey(new ByteArrayInputStream(zeros)).close());
    assertRefused(
        "A RELINEARISATION_KEY has a seed",
        () -> codec.readRelinearisationKey(new ByteArrayInputStream(switching)).close());
  }

  /** A key block by the documented layout, all of whose residues are zeros. */
  private byte[] unseeded(BlockShape shape, BlockKind kind) {
    HeParameters parameters = context.parameters();
    BlockHeader header =
        new BlockHeader(
            kind,
            parameters.digest(),
            BlockLabel.NONE,
            shape,
            KeyBlocks.packing(parameters),
            KeyBlocks.RECORDS,
            KeyBlocks.SCALE,
            Optional.empty());
    int payload = (int) header.payloadBytes(parameters);
    byte[] wire =
        Arrays.copyOf(header.toBytes(parameters), BlockHeader.BYTES + payload + Integer.BYTES);
    return TestBlocks.withFixedChecksums(wire);
  }

  static List<HeParameters> otherParameters() {
    return List.of(
        TestBlocks.TINY_CKKS,
        TestBlocks.TINY_OPEN,
        TestBlocks.smallBfv(128),
        HeParameters.ofAnySecurity(
            Scheme.BFV, 64, List.of(44, 44, 44, 21), TestBlocks.TINY_BFV.plainModulus()),
        HeParameters.ofAnySecurity(Scheme.BFV, 64, List.of(44, 44, 44, 20), 1L << 22));
  }

  @ParameterizedTest
  @MethodSource("otherParameters")
  void aBlockOfOtherParametersIsRefusedWithBothDigests(HeParameters parameters) {
    byte[] wire = wire();
    try (HeContext other = HeContext.open(parameters)) {
      String message = refused(other, wire).getMessage();

      assertTrue(message.contains(parameters.digest().toString()), message);
      assertTrue(message.contains(context.parameters().digest().toString()), message);
    }
  }

  private static final class Broken extends InputStream {
    private final IOException failure;

    Broken(IOException failure) {
      this.failure = failure;
    }

    @Override
    public int read() throws IOException {
      throw failure;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      throw failure;
    }
  }

  // --- helpers -------------------------------------------------------------------------------

  private CipherBlock encrypt() {
    return new BlockEncryptor(context, key).encrypt(INTEGERS, Packing.SLOTS, Form.NTT);
  }

  private byte[] wire() {
    try (CipherBlock block = encrypt()) {
      return TestBlocks.wire(context, block, LABEL);
    }
  }

  /** Bytes whose header claims another number of columns, consistently. */
  private static byte[] withColumns(byte[] wire, int columns) {
    ByteBuffer buffer = ByteBuffer.wrap(wire).order(ByteOrder.LITTLE_ENDIAN);
    long columnBytes = buffer.getLong(92) / buffer.getInt(132);
    buffer.putInt(132, columns).putLong(92, columnBytes * columns);
    return TestBlocks.withFixedChecksums(wire);
  }

  private static void assertSurvives(HeContext context, CipherBlock block) {
    byte[] wire = TestBlocks.wire(context, block, LABEL);
    try {
      BlockCodec.Labelled read =
          new BlockCodec(context).read(new ByteArrayInputStream(wire), header -> {});
      try (CipherBlock copy = read.block()) {
        assertEquals(LABEL, read.header().label());
        assertEquals(block.parameters(), copy.parameters());
        assertEquals(block.shape(), copy.shape());
        assertEquals(block.packing(), copy.packing());
        assertEquals(block.records(), copy.records());
        assertEquals(block.scale(), copy.scale());
        assertEquals(block.isSeeded(), copy.isSeeded());
        assertArrayEquals(wire, TestBlocks.wire(context, copy, LABEL));
        assertEquals(expanded(context, block), expanded(context, copy));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** All residues, those that the wire leaves to the seed included. */
  private static List<ByteBuffer> expanded(HeContext context, CipherBlock block) {
    int columns = block.shape().ciphertexts();
    int[] identity = new int[columns * columns];
    for (int i = 0; i < columns; i++) {
      identity[i * columns + i] = 1;
    }
    try (CipherBlock copy =
        new BlockEvaluator(context).apply(IntegerLayer.dense(columns, columns, identity), block)) {
      return TestBlocks.columns(context, copy);
    }
  }

  private static InvalidBlockException refused(HeContext context, byte[] wire) {
    long handles = NativeMemory.openHandles();
    var e = assertThrows(InvalidBlockException.class, () -> TestBlocks.read(context, wire).close());
    assertEquals(handles, NativeMemory.openHandles());
    assertFalse(e.getMessage().contains("@"), "values, not identities: " + e.getMessage());
    return e;
  }

  private void assertRefused(String named, byte[] wire) {
    String message = refused(context, wire).getMessage();
    assertTrue(message.contains(named), () -> "'" + message + "' does not name '" + named + "'");
  }

  private static void assertRefused(String named, Executable call) {
    long handles = NativeMemory.openHandles();
    String message = assertThrows(InvalidBlockException.class, call).getMessage();
    assertTrue(message.contains(named), () -> "'" + message + "' does not name '" + named + "'");
    assertEquals(handles, NativeMemory.openHandles());
  }
}
