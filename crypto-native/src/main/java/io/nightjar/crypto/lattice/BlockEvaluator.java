package io.nightjar.crypto.lattice;

import io.nightjar.crypto.Cancellation;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.IntegerSlots;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.RealSlots;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.crypto.natives.Kernel;
import io.nightjar.crypto.natives.Native;
import io.nightjar.crypto.natives.NativeHandle;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Computes on encrypted blocks without any key but a relinearisation key.
 *
 * <p>Every operation returns a new block, which the caller closes. It is safe to use from many
 * threads. It does not watch the noise: the plan proves beforehand that there is room.
 */
public final class BlockEvaluator {

  private final HeContext context;
  private final Kernel kernel;
  private final Cancellation cancellation;

  /**
   * Creates an evaluator with the preferred kernel that gives up when its thread is interrupted.
   */
  public BlockEvaluator(HeContext context) {
    this(context, Kernel.preferred(), Cancellation.ON_INTERRUPT);
  }

  /** Creates an evaluator; it does not own the context. */
  public BlockEvaluator(HeContext context, Kernel kernel, Cancellation cancellation) {
    this.context = Objects.requireNonNull(context, "context");
    this.kernel = Objects.requireNonNull(kernel, "kernel");
    this.cancellation = Objects.requireNonNull(cancellation, "cancellation");
  }

  /**
   * Loads a layer, to be applied with this evaluator's kernel to any number of blocks.
   *
   * @return the layer, which the caller closes
   */
  public LoadedLayer load(IntegerLayer layer) {
    return LoadedLayer.load(context, kernel, layer);
  }

  /** Loads layers that read the same columns; the caller closes the result. */
  public LoadedLayers load(List<IntegerLayer> layers) {
    return LoadedLayers.load(context, kernel, layers);
  }

  /** Evaluates a whole layer. */
  public CipherBlock apply(LoadedLayer layer, CipherBlock input) {
    return apply(layer, layer.whole(), input);
  }

  /** Evaluates one tile of a layer: the integer product, and the bias. */
  public CipherBlock apply(LoadedLayer layer, IntegerLayer.Tile tile, CipherBlock input) {
    check(input);
    check(layer);
    layer.check(tile);
    try (NativeHandle.Use source = input.use();
        NativeHandle.Use loaded = layer.use()) {
      return derive(
          input,
          input.shape().withCiphertexts(tile.columns()),
          input.scale(),
          (c, output) ->
              Native.applyLayer(
                  c,
                  loaded.pointer(),
                  tile.firstRow(),
                  tile.rowCount(),
                  tile.firstGather(),
                  tile.gatherCount(),
                  input.packing().code(),
                  input.scale(),
                  source.pointer(),
                  output,
                  cancellation));
    }
  }

  /** Loads a layer for one block, and evaluates it. */
  public CipherBlock apply(IntegerLayer layer, CipherBlock input) {
    return apply(layer, layer.whole(), input);
  }

  /** Loads a layer for one tile of it, and evaluates that. */
  public CipherBlock apply(IntegerLayer layer, IntegerLayer.Tile tile, CipherBlock input) {
    try (LoadedLayer loaded = load(layer)) {
      return apply(loaded, tile, input);
    }
  }

  /**
   * Evaluates whole layers on the columns of a CKKS block.
   *
   * @param layers whose outputs follow each other
   */
  public CipherBlock applyAll(LoadedLayers layers, CipherBlock input) {
    context.requireScheme(Scheme.CKKS);
    check(input);
    layers.layers().forEach(this::check);
    try (NativeHandle.Use source = input.use();
        LoadedLayers.Uses loaded = layers.use()) {
      return derive(
          input,
          input.shape().withCiphertexts(layers.columns()),
          input.scale(),
          (c, output) ->
              Native.applyLayers(
                  c, loaded.pointers(), input.scale(), source.pointer(), output, cancellation));
    }
  }

  /**
   * Evaluates layers on the squares of other layers' outputs: what {@link #applyAll(LoadedLayers,
   * CipherBlock) applyAll}, {@link #square} and that again would give, bit for bit, but only the
   * result takes memory.
   *
   * @param first whose outputs are squared; if empty, the columns of the block are
   * @param layers whose outputs follow each other
   * @param input a CKKS block of two polynomials
   * @return a block of three polynomials
   */
  public CipherBlock applyToSquares(LoadedLayers first, LoadedLayers layers, CipherBlock input) {
    context.requireScheme(Scheme.CKKS);
    check(input);
    requireEqual("polynomials", 2, input.shape().polys());
    first.layers().forEach(this::check);
    layers.layers().forEach(this::check);
    try (NativeHandle.Use source = input.use();
        LoadedLayers.Uses before = first.use();
        LoadedLayers.Uses after = layers.use()) {
      return derive(
          input,
          input.shape().withCiphertexts(layers.columns()).withPolys(3),
          input.scale() * input.scale(),
          (c, output) ->
              Native.applyToSquares(
                  c,
                  before.pointers(),
                  after.pointers(),
                  input.scale(),
                  source.pointer(),
                  output,
                  cancellation));
    }
  }

  /**
   * Loads layers for one block, and evaluates them as {@link #applyAll(LoadedLayers, CipherBlock)}
   * does.
   */
  public CipherBlock applyAll(List<IntegerLayer> layers, CipherBlock input) {
    try (LoadedLayers loaded = load(layers)) {
      return applyAll(loaded, input);
    }
  }

  /**
   * Loads layers for one block, and evaluates them as {@link #applyToSquares(LoadedLayers,
   * LoadedLayers, CipherBlock)} does.
   */
  public CipherBlock applyToSquares(
      List<IntegerLayer> first, List<IntegerLayer> layers, CipherBlock input) {
    try (LoadedLayers before = load(first);
        LoadedLayers after = load(layers)) {
      return applyToSquares(before, after, input);
    }
  }

  private void check(LoadedLayer layer) {
    context.requireSame(layer.parameters(), "loaded layer");
    if (!layer.kernel().equals(kernel)) {
      throw new IllegalArgumentException(
          "The layer was loaded for kernel %s; this evaluator multiplies with %s"
              .formatted(layer.kernel().name(), kernel.name()));
    }
  }

  /** Adds two blocks column by column. */
  public CipherBlock add(CipherBlock left, CipherBlock right) {
    checkPair(left, right);
    requireEqual("shape", left.shape(), right.shape());
    requireEqual("scale", left.scale(), right.scale());
    try (NativeHandle.Use a = left.use();
        NativeHandle.Use b = right.use()) {
      return derive(
          left,
          left.shape(),
          left.scale(),
          (c, output) -> Native.add(c, a.pointer(), b.pointer(), output, cancellation));
    }
  }

  /** Adds plain integers to the slots of a BFV block. */
  public CipherBlock addPlain(CipherBlock block, IntegerSlots slots) {
    context.requireScheme(Scheme.BFV);
    return addPlain(block, slots.ciphertexts(), slots.records(), slots.slots(), slots.values());
  }

  /** Adds plain integers to a BFV block, a column to each ciphertext. */
  public CipherBlock addPlain(CipherBlock block, IntegerColumns columns) {
    return addPlain(block, IntegerSlots.of(columns));
  }

  /** Adds plain real numbers, at the block's scale, to the slots of a CKKS block. */
  public CipherBlock addPlain(CipherBlock block, RealSlots slots) {
    context.requireScheme(Scheme.CKKS);
    return addPlain(block, slots.ciphertexts(), slots.records(), slots.slots(), slots.values());
  }

  /** Adds plain real numbers to a CKKS block, a column to each ciphertext. */
  public CipherBlock addPlain(CipherBlock block, RealColumns columns) {
    return addPlain(block, RealSlots.of(columns));
  }

  private CipherBlock addPlain(
      CipherBlock block, int ciphertexts, int records, int slots, Object values) {
    check(block);
    requireEqual("columns", block.ciphertexts(), ciphertexts);
    requireEqual("records", block.records(), records);
    BlockRules.checkSlots(context.parameters(), slots);
    try (NativeHandle.Use source = block.use()) {
      return derive(
          block,
          block.shape(),
          block.scale(),
          (c, output) ->
              Native.addPlain(
                  c,
                  source.pointer(),
                  block.packing().code(),
                  block.scale(),
                  values,
                  slots,
                  output,
                  cancellation));
    }
  }

  /** Returns encryptions of zero with the shape and meaning of {@code like}, to be added to it. */
  public CipherBlock encryptionOfZero(PublicKey key, CipherBlock like) {
    check(like);
    context.requireSame(key.parameters(), "public key");
    requireEqual("polynomials", 2, like.shape().polys());
    try (NativeHandle.Use memory = key.block().use()) {
      return derive(
          like,
          like.shape(),
          like.scale(),
          (c, output) -> Native.encryptZero(c, memory.pointer(), output, cancellation));
    }
  }

  /**
   * Makes a result ready for its reader: covers the noise, which is a function of the weights.
   *
   * <p>To every column it adds an encryption of zero under the public key, and to its first
   * polynomial integers that are uniform on [-2^floodBits, 2^floodBits).
   *
   * <p>In BFV it then divides by the last primes, rounding to the nearest, and covers slots that
   * are not kept with uniform integers modulo t. The result is in coefficient form.
   *
   * <p>In CKKS all primes stay, and so do the values of all slots: to divide by a prime, {@link
   * #rescale} before. The flood is an error of the values; the result is in NTT form.
   *
   * <p>What is random is determined by the seed and the column's number, so hiding the same result
   * again gives the same bytes. One pair of seed and number must never hide two different results.
   * The README says what this proves.
   *
   * @param result a block of two polynomials in NTT form
   * @param key the public key of whoever will decrypt
   * @param seed 32 bytes, a secret of whoever computed the result
   * @param firstCiphertext the number of the block's first ciphertext; the others follow
   * @param floodBits 0 for no flood
   * @param limbs how many primes are left, from 1 to the block's
   * @param kept the slots whose values stay
   * @return a block with the same values there
   */
  public CipherBlock hide(
      CipherBlock result,
      PublicKey key,
      byte[] seed,
      long firstCiphertext,
      int floodBits,
      int limbs,
      KeptSlots kept) {
    context.requireScheme(Scheme.BFV);
    check(result);
    kept.requireFor(result);
    return hide(result, key, seed, firstCiphertext, floodBits, limbs, kept.words());
  }

  /**
   * Makes a result ready for its reader, as the other method does; of a BFV block, whose
   * ciphertexts are columns then, the slots of records are kept.
   *
   * @param limbs in CKKS, as many as the block has
   */
  public CipherBlock hide(
      CipherBlock result,
      PublicKey key,
      byte[] seed,
      long firstCiphertext,
      int floodBits,
      int limbs) {
    check(result);
    long[] kept =
        context.parameters().scheme() == Scheme.CKKS
            ? new long[0]
            : KeptSlots.ofColumns(
                    result.ciphertexts(), context.parameters().ringDegree(), result.records())
                .words();
    return hide(result, key, seed, firstCiphertext, floodBits, limbs, kept);
  }

  /** Hides a result that was checked. */
  private CipherBlock hide(
      CipherBlock result,
      PublicKey key,
      byte[] seed,
      long firstCiphertext,
      int floodBits,
      int limbs,
      long[] kept) {
    context.requireSame(key.parameters(), "public key");
    RecordNoise.checkSeed(seed);
    boolean realNumbers = context.parameters().scheme() == Scheme.CKKS;
    requireEqual("polynomials", 2, result.shape().polys());
    requireEqual("form", Form.NTT, result.shape().form());
    if (realNumbers && limbs != result.shape().limbs()) {
      throw new IllegalArgumentException(
          "Hiding a CKKS block keeps all of its %d primes, not %d: rescale it before"
              .formatted(result.shape().limbs(), limbs));
    }
    if (limbs < 1 || limbs > result.shape().limbs()) {
      throw new IllegalArgumentException(
          "A block of %d primes can keep 1 to %d of them, not %d"
              .formatted(result.shape().limbs(), result.shape().limbs(), limbs));
    }
    if (firstCiphertext < 0) {
      throw new IllegalArgumentException(
          "A column's number cannot be negative: %d".formatted(firstCiphertext));
    }
    try (NativeHandle.Use source = result.use();
        NativeHandle.Use memory = key.block().use()) {
      return derive(
          result,
          result.shape().withLimbs(limbs).withForm(realNumbers ? Form.NTT : Form.COEFFICIENT),
          result.scale(),
          (c, output) ->
              Native.hide(
                  c,
                  memory.pointer(),
                  source.pointer(),
                  seed,
                  firstCiphertext,
                  floodBits,
                  result.packing().code(),
                  kept,
                  output,
                  cancellation));
    }
  }

  /**
   * Multiplies the columns of a BFV block by plain integers, record by record, modulo t. Records
   * beyond those of the factors are multiplied by 0.
   *
   * @param block a block of slots and two polynomials in NTT form
   * @param factors as many columns as the block has, of as many records or fewer
   * @throws IllegalArgumentException if a factor is not in [-t/2, t/2), naming it
   */
  public CipherBlock multiplyPlain(CipherBlock block, IntegerColumns factors) {
    checkSlots(block);
    requireEqual("columns", factors.columns(), block.shape().ciphertexts());
    if (factors.records() > block.records()) {
      throw new IllegalArgumentException(
          "A block of %d records cannot be multiplied by factors for %d"
              .formatted(block.records(), factors.records()));
    }
    try (NativeHandle.Use source = block.use()) {
      return derive(
          block,
          block.shape(),
          block.scale(),
          (c, output) ->
              Native.multiplyPlain(
                  c, source.pointer(), factors.values(), factors.records(), output, cancellation));
    }
  }

  /**
   * Multiplies columns of a BFV block by integers that are drawn for each record.
   *
   * <p>Column i of the result is column {@code columns[i]} of the block times {@code
   * noise.sample(seed, columns[i], ringDegree)}, slot by slot and modulo t, as {@link
   * #multiplyPlain} has it. {@link IntegerLayer#NO_COLUMN} stands for the constant {@code one}: it
   * is multiplied by {@code noise.sample(seed, RecordNoise.CONSTANT_COLUMN, ringDegree)} and
   * written down as a ciphertext that hides nothing, with zeros for a second polynomial.
   *
   * @param block a block of slots and two polynomials in NTT form
   * @param seed 32 bytes, a secret
   */
  public CipherBlock perturb(
      CipherBlock block, int[] columns, RecordNoise noise, byte[] seed, long one) {
    checkSlots(block);
    RecordNoise.checkSeed(seed);
    int available = block.shape().ciphertexts();
    for (int i = 0; i < columns.length; i++) {
      if (columns[i] != IntegerLayer.NO_COLUMN && (columns[i] < 0 || columns[i] >= available)) {
        throw new IllegalArgumentException(
            "Column %d of the result is to be column %d of a block of %d; only %d stands for none"
                .formatted(i, columns[i], available, IntegerLayer.NO_COLUMN));
      }
    }
    long greatest = (context.parameters().plainModulus() - 1) / 2;
    long allowed = greatest / Math.max(1, noise.magnitude());
    if (noise.magnitude() > greatest || one < -allowed || one > allowed) {
      throw new IllegalArgumentException(
          "%s times the constant %d does not fit the plain modulus %d: products must be at most %d in magnitude"
              .formatted(noise, one, context.parameters().plainModulus(), greatest));
    }
    int[] chosen = columns.clone();
    try (NativeHandle.Use source = block.use()) {
      return derive(
          block,
          block.shape().withCiphertexts(chosen.length),
          block.scale(),
          (c, output) ->
              Native.perturb(
                  c,
                  source.pointer(),
                  chosen,
                  noise.cumulative(),
                  seed,
                  one,
                  RecordNoise.CONSTANT_COLUMN,
                  output,
                  cancellation));
    }
  }

  /**
   * Squares every column; the result has three polynomials and, in CKKS, the square of the scale.
   */
  public CipherBlock square(CipherBlock block) {
    return multiply(block, block);
  }

  /** Multiplies two blocks column by column, in slots; the result has three polynomials. */
  public CipherBlock multiply(CipherBlock left, CipherBlock right) {
    checkPair(left, right);
    requireEqual("shape", left.shape(), right.shape());
    requireEqual("polynomials", 2, left.shape().polys());
    if (left.packing() != Packing.SLOTS) {
      throw new IllegalArgumentException(
          "Only slots multiply record by record; the block packs " + left.packing());
    }
    Form needed = context.parameters().scheme() == Scheme.CKKS ? Form.NTT : Form.COEFFICIENT;
    requireEqual("form", needed, left.shape().form());
    try (NativeHandle.Use a = left.use();
        NativeHandle.Use b = right.use()) {
      return derive(
          left,
          left.shape().withPolys(3),
          left.scale() * right.scale(),
          (c, output) ->
              Native.multiply(
                  c, a.pointer(), b.pointer(), left.scale(), right.scale(), output, cancellation));
    }
  }

  /** Brings columns of three polynomials back to two. */
  public CipherBlock relinearise(CipherBlock block, RelinearisationKey key) {
    check(block);
    context.requireSame(key.parameters(), "relinearisation key");
    requireEqual("polynomials", 3, block.shape().polys());
    Form needed = context.parameters().scheme() == Scheme.CKKS ? Form.NTT : Form.COEFFICIENT;
    requireEqual("form", needed, block.shape().form());
    try (NativeHandle.Use source = block.use();
        NativeHandle.Use material = key.use()) {
      return derive(
          block,
          block.shape().withPolys(2),
          block.scale(),
          (c, output) ->
              Native.relinearise(c, source.pointer(), material.pointer(), output, cancellation));
    }
  }

  /**
   * Brings columns of three polynomials back to two, and divides by the last primes: what {@link
   * #relinearise} and {@link #rescale} would give, bit for bit.
   *
   * @param primes how many, from 0
   */
  public CipherBlock relineariseAndRescale(CipherBlock block, RelinearisationKey key, int primes) {
    context.requireScheme(Scheme.CKKS);
    check(block);
    context.requireSame(key.parameters(), "relinearisation key");
    requireEqual("polynomials", 3, block.shape().polys());
    if (primes < 0 || primes >= block.shape().limbs()) {
      throw new IllegalArgumentException(
          "A block of %d primes can be divided by 0 to %d of them, not %d"
              .formatted(block.shape().limbs(), block.shape().limbs() - 1, primes));
    }
    int limbs = block.shape().limbs() - primes;
    double scale = block.scale();
    for (int i = block.shape().limbs(); i > limbs; i--) {
      scale /= context.parameters().keyPrimes().get(i - 1);
    }
    try (NativeHandle.Use source = block.use();
        NativeHandle.Use material = key.use()) {
      return derive(
          block,
          block.shape().withPolys(2).withLimbs(limbs),
          scale,
          (c, output) ->
              Native.relineariseAndRescale(
                  c, source.pointer(), material.pointer(), output, cancellation));
    }
  }

  /** Divides a CKKS block by its last prime, and the scale with it. */
  public CipherBlock rescale(CipherBlock block) {
    context.requireScheme(Scheme.CKKS);
    check(block);
    int limbs = requireDroppable(block);
    double scale = block.scale() / context.parameters().keyPrimes().get(limbs);
    try (NativeHandle.Use source = block.use()) {
      return derive(
          block,
          block.shape().withLimbs(limbs),
          scale,
          (c, output) -> Native.rescale(c, source.pointer(), output, cancellation));
    }
  }

  /** Drops the last prime; the values stay as they are. */
  public CipherBlock switchModulus(CipherBlock block) {
    check(block);
    int limbs = requireDroppable(block);
    Form needed = context.parameters().scheme() == Scheme.CKKS ? Form.NTT : Form.COEFFICIENT;
    requireEqual("form", needed, block.shape().form());
    try (NativeHandle.Use source = block.use()) {
      return derive(
          block,
          block.shape().withLimbs(limbs),
          block.scale(),
          (c, output) ->
              Native.switchModulus(c, source.pointer(), block.scale(), output, cancellation));
    }
  }

  /** Returns the same ciphertexts written down in another form (BFV). */
  public CipherBlock toForm(CipherBlock block, Form form) {
    check(block);
    try (NativeHandle.Use source = block.use()) {
      return derive(
          block,
          block.shape().withForm(form),
          block.scale(),
          (c, output) -> Native.changeForm(c, source.pointer(), output, cancellation));
    }
  }

  private CipherBlock derive(
      CipherBlock from, BlockShape shape, double scale, CipherBlock.Filling filling) {
    return CipherBlock.create(
        context, shape, from.packing(), from.records(), scale, Optional.empty(), filling);
  }

  private void check(CipherBlock block) {
    context.requireSame(block.parameters(), "block");
    if (block.shape().limbs() > context.parameters().dataLimbs()) {
      throw new IllegalArgumentException("A key's block cannot be computed on");
    }
  }

  private void checkSlots(CipherBlock block) {
    context.requireScheme(Scheme.BFV);
    check(block);
    requireEqual("packing", Packing.SLOTS, block.packing());
    requireEqual("polynomials", 2, block.shape().polys());
    requireEqual("form", Form.NTT, block.shape().form());
  }

  private void checkPair(CipherBlock left, CipherBlock right) {
    check(left);
    check(right);
    requireEqual("packing", left.packing(), right.packing());
    requireEqual("records", left.records(), right.records());
  }

  private static int requireDroppable(CipherBlock block) {
    if (block.shape().limbs() < 2) {
      throw new IllegalArgumentException("The block has one prime left, and it cannot be dropped");
    }
    return block.shape().limbs() - 1;
  }

  private static void requireEqual(String what, Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new IllegalArgumentException(
          "The block's %s must be %s, not %s".formatted(what, expected, actual));
    }
  }
}
