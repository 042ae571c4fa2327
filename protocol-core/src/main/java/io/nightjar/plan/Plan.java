package io.nightjar.plan;

import io.nightjar.crypto.BlockShape;
import io.nightjar.crypto.CipherBlock;
import io.nightjar.crypto.EncryptionParameters;
import io.nightjar.crypto.Form;
import io.nightjar.crypto.HeParameters;
import io.nightjar.crypto.Packing;
import io.nightjar.crypto.PaillierParameters;
import io.nightjar.crypto.Scheme;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Layer;
import io.nightjar.model.ResidualAdd;
import io.nightjar.model.Shape;
import io.nightjar.model.Softmax;
import io.nightjar.model.Task;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything that both parties of a job agree on; it contains no weights.
 *
 * <p>The scales of a round's outputs say how large the largest weight of each row can be, and
 * nothing more of it.
 *
 * @param protocol its name on the command line
 * @param privacy what is done to keep the model from the data owner
 * @param model the model's name
 * @param task what the outputs mean
 * @param classes names of the classes; none for a regression
 * @param input what a record looks like
 * @param encryption its parameters, of lattices or of Paillier; what is said of rings, primes and
 *     noise is for lattices only
 * @param packing where the values of records go
 * @param form of uploads
 * @param resultLimbs primes that results are divided down to
 * @param floodBits results are hidden under noise of so many bits; 0 for none
 * @param draws S
 * @param clipSigmas where draws are cut off
 * @param activationBits bits of inputs and activations
 * @param weightBits bits of weights
 * @param preparation what the data owner applies to the records before the first upload
 * @param rounds in order: of uploads, and results
 * @param scaleBits bits of what real numbers are multiplied by; 0 where integers are encrypted
 * @param levels what executors evaluate in the one round of a sealed protocol; none in others
 */
public record Plan(
    String protocol,
    ModelPrivacy privacy,
    String model,
    Task task,
    List<String> classes,
    InputSpec input,
    EncryptionParameters encryption,
    Packing packing,
    Form form,
    int resultLimbs,
    int floodBits,
    int draws,
    double clipSigmas,
    int activationBits,
    int weightBits,
    List<Layer> preparation,
    List<Round> rounds,
    int scaleBits,
    List<SealedLevel> levels) {

  /** Of a normal variable that are seen at most in millions of outputs. */
  private static final double FLOOD_DEVIATIONS = 6;

  /** Copies the lists. */
  public Plan {
    classes = List.copyOf(classes);
    preparation = List.copyOf(preparation);
    rounds = List.copyOf(rounds);
    levels = List.copyOf(levels);
  }

  /** Returns whether records are encrypted with Paillier, not with lattices. */
  public boolean isPaillier() {
    return encryption instanceof PaillierParameters;
  }

  /** Returns the parameters of a plan that encrypts with Paillier. */
  public PaillierParameters paillier() {
    if (encryption instanceof PaillierParameters paillier) {
      return paillier;
    }
    throw new IllegalStateException("A plan over lattices has no parameters of Paillier");
  }

  /** Returns the parameters of a plan that encrypts with lattices. */
  public HeParameters parameters() {
    if (encryption instanceof HeParameters lattice) {
      return lattice;
    }
    throw new IllegalStateException("A plan over Paillier has no parameters of lattices");
  }

  /** Returns the memory of some columns of a full batch, as they are uploaded. */
  public long blockBytes(int columns) {
    return isPaillier()
        ? paillier().blockBytes(columns, batchSize())
        : CipherBlock.nativeBytes(parameters(), upload(columns));
  }

  /** Returns the shape of an upload. */
  public BlockShape upload(int columns) {
    return new BlockShape(columns, 2, parameters().dataLimbs(), form);
  }

  /** Returns the shape of some columns of a result: hidden ones have not been transformed again. */
  public BlockShape result(int columns) {
    boolean divided = floodBits > 0 && !isSealed();
    return new BlockShape(columns, 2, resultLimbs, divided ? Form.COEFFICIENT : form);
  }

  /**
   * Returns whether results are encrypted anew and get noise that has nothing to do with weights.
   */
  public boolean hidesResults() {
    return isSealed() || privacy != ModelPrivacy.NONE;
  }

  /** Returns the scale of sealed results: squared with each square, divided by dropped primes. */
  public double resultScale() {
    double scale = scale();
    List<Long> primes = parameters().dataPrimes();
    for (SealedLevel level : levels) {
      for (int i = 1; i <= level.dropped(); i++) {
        scale /= primes.get(level.limbs() - i);
      }
      scale *= level.squared() ? scale : 1;
    }
    return scale;
  }

  /** Returns the bits of the primes that results have. */
  public double resultBits() {
    return parameters().dataPrimes().stream()
        .limit(resultLimbs)
        .mapToDouble(prime -> Math.log((double) prime) / Math.log(2))
        .sum();
  }

  /**
   * Returns the largest error that is expected of a sealed plan's outputs: that of their
   * ciphertexts and that of the flood.
   */
  public double outputError() {
    double slot = Math.scalb(Math.sqrt(batchSize() / 3.0), floodBits) / resultScale();
    double largestScale = lastRound().outputScales().stream().reduce(0.0, Math::max);
    double flood = floodBits == 0 ? 0 : FLOOD_DEVIATIONS * slot * largestScale;
    return ciphertextError() + flood;
  }

  /**
   * Returns how many times, in bits, the flood of a sealed plan is larger than the errors that are
   * expected of its ciphertexts; below 0 if it is smaller.
   */
  public double hiddenBits() {
    double leastScale = lastRound().outputScales().stream().reduce(Double.MAX_VALUE, Math::min);
    double coefficient = ciphertextError() / leastScale * resultScale() / Math.sqrt(batchSize());
    return floodBits - NoiseModel.log2(coefficient);
  }

  private double ciphertextError() {
    return levels.get(levels.size() - 1).error();
  }

  /** Returns the bytes that the data owner's public keys take, once for a job. */
  public long keyBytes() {
    if (isPaillier()) {
      return paillier().plaintextBytes();
    }
    int columns = 1 + (isSealed() ? parameters().dataLimbs() : 0);
    long bits =
        parameters().keyPrimes().stream()
            .mapToLong(prime -> Long.SIZE - Long.numberOfLeadingZeros(prime))
            .sum();
    return (long) columns * parameters().ringDegree() * bits / Byte.SIZE;
  }

  /** Returns how many records one batch holds. */
  public int batchSize() {
    if (isPaillier()) {
      return paillier().batchSize();
    }
    return isSealed() ? parameters().ringDegree() / 2 : parameters().ringDegree();
  }

  /** Returns what the magnitude of every integer is below; 0 where real numbers are encrypted. */
  public long plainLimit() {
    return isPaillier() ? 1L << (paillier().fieldBits() - 1) : parameters().plainModulus() / 2;
  }

  /** Returns whether executors evaluate the whole network, on real numbers. */
  public boolean isSealed() {
    return !isPaillier() && parameters().scheme() == Scheme.CKKS;
  }

  /** Returns what real numbers are multiplied by before they are encrypted. */
  public double scale() {
    return Math.scalb(1.0, scaleBits);
  }

  /** Returns the last round. */
  public Round lastRound() {
    return rounds.get(rounds.size() - 1);
  }

  /** Returns how many numbers the network puts out for a record. */
  public int outputs() {
    Shape shape = lastRound().output();
    for (Layer layer : lastRound().activations()) {
      shape = layer.output(shape);
    }
    return shape.size();
  }

  /** Returns the names of the layers whose outputs residual connections add later. */
  public Set<String> residualSources() {
    return Stream.concat(
            preparation.stream(), rounds.stream().flatMap(round -> round.activations().stream()))
        .filter(ResidualAdd.class::isInstance)
        .map(layer -> ((ResidualAdd) layer).from())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Returns whether the network itself ends with probabilities. */
  public boolean endsWithSoftmax() {
    return lastRound().activations().stream().anyMatch(Softmax.class::isInstance);
  }

  /** Returns the least predicted noise margin of all rounds. */
  public double noiseMarginBits() {
    return rounds.stream().mapToDouble(Round::noiseMarginBits).min().orElseThrow();
  }

  /** Returns the bytes that a record of a full batch costs on the way to the executors. */
  public double bytesUpPerRecord() {
    return rounds.stream().mapToDouble(this::bytesUpPerRecord).sum();
  }

  /** Returns the bytes that a record of a full batch costs on the way back. */
  public double bytesDownPerRecord() {
    return rounds.stream().mapToDouble(this::bytesDownPerRecord).sum();
  }

  /**
   * Returns one round's share of {@link #bytesUpPerRecord()}: the first upload serves all draws.
   */
  public double bytesUpPerRecord(Round round) {
    int uploads = round.index() == 0 ? 1 : draws;
    double column =
        isPaillier()
            ? (double) blockBytes(1) / batchSize()
            : columnBytesPerRecord(parameters().dataLimbs());
    return uploads * column * round.inputColumns();
  }

  /** Returns one round's share of {@link #bytesDownPerRecord()}. */
  public double bytesDownPerRecord(Round round) {
    double column =
        isPaillier() ? (double) blockBytes(1) / batchSize() : 2 * columnBytesPerRecord(resultLimbs);
    return draws * column * round.outputColumns();
  }

  /** Of one polynomial. */
  private double columnBytesPerRecord(int limbs) {
    int bits =
        parameters().dataPrimes().stream()
            .limit(limbs)
            .mapToInt(prime -> Long.SIZE - Long.numberOfLeadingZeros(prime))
            .sum();
    return (double) parameters().ringDegree() / batchSize() * bits / Byte.SIZE;
  }
}
