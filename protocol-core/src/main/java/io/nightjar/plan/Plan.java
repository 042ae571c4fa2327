package io.nightjar.plan;

import io.nightjar.crypto.EncryptionParameters;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Joint;
import io.nightjar.model.Layer;
import io.nightjar.model.Shapes;
import io.nightjar.model.Softmax;
import io.nightjar.model.Task;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Everything that both parties of a job agree on; it contains no weights.
 *
 * <p>The scales of a round's outputs say how large the largest weight of each row can be, and
 * nothing more of it.
 *
 * @param header what every plan says
 * @param rounds the uploads and results, in order
 * @param sheet what only the plan's protocol understands
 */
public record Plan(PlanHeader header, List<Round> rounds, Sheet sheet) {

  /** Copies the list. */
  public Plan {
    rounds = List.copyOf(rounds);
  }

  /** Returns the protocol's name on the command line. */
  public String protocol() {
    return header.protocol();
  }

  /** Returns what is done to keep the model from the data owner. */
  public ModelPrivacy privacy() {
    return header.privacy();
  }

  /** Returns the model's name. */
  public String model() {
    return header.model();
  }

  /** Returns what the outputs mean. */
  public Task task() {
    return header.task();
  }

  /** Returns the names of the classes; none for a regression. */
  public List<String> classes() {
    return header.classes();
  }

  /** Returns what a record looks like. */
  public InputSpec input() {
    return header.input();
  }

  /** Returns S, how many draws from the posterior each record is scored with. */
  public int draws() {
    return header.draws();
  }

  /** Returns where draws are cut off, in standard deviations. */
  public double clipSigmas() {
    return header.clipSigmas();
  }

  /** Returns the bits of inputs and activations. */
  public int activationBits() {
    return header.activationBits();
  }

  /** Returns the bits of weights. */
  public int weightBits() {
    return header.weightBits();
  }

  /** Returns what the data owner applies to the records before the first upload. */
  public List<Layer> preparation() {
    return header.preparation();
  }

  /** Returns what records are encrypted with. */
  public EncryptionParameters encryption() {
    return sheet.encryption();
  }

  /** Returns how the numbers of a batch lie in ciphertexts. */
  public Layout layout() {
    return sheet.layout();
  }

  /** Returns how many records one batch holds. */
  public int batchSize() {
    return layout().records();
  }

  /** Returns the memory that a round's upload of a full batch takes. */
  public long uploadBytes(Round round) {
    return sheet.blockBytes(layout().uploaded(round));
  }

  /** Returns the last round. */
  public Round lastRound() {
    return rounds.get(rounds.size() - 1);
  }

  /** Returns how many uploads of each batch a round has: the first round's serves all draws. */
  public int uploads(int round) {
    return round == 0 ? 1 : draws();
  }

  /** Returns how many numbers the network puts out for a record. */
  public int outputs() {
    Shapes shapes = new Shapes(input().shape());
    preparation().forEach(shapes::next);
    for (Round round : rounds) {
      shapes.put(round.result(), round.output());
      round.activations().forEach(shapes::next);
    }
    return shapes.current().size();
  }

  /** Returns the names of the layers whose outputs are read by others than the next. */
  public Set<String> jointSources() {
    return Joint.sources(Stream.concat(preparation().stream(), ownersFrom(0)));
  }

  /** Returns those of them that are read in a round or after it. */
  public Set<String> jointSources(int round) {
    return Joint.sources(ownersFrom(round));
  }

  private Stream<Layer> ownersFrom(int round) {
    return rounds.stream().skip(round).flatMap(one -> one.activations().stream());
  }

  /** Returns whether the network itself ends with probabilities. */
  public boolean endsWithSoftmax() {
    List<Layer> last = lastRound().activations();
    return !last.isEmpty() && last.get(last.size() - 1) instanceof Softmax;
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

  /** Returns one round's share of {@link #bytesUpPerRecord()}. */
  public double bytesUpPerRecord(Round round) {
    return uploads(round.index()) * sheet.uploadBytesPerRecord() * layout().uploaded(round);
  }

  /** Returns one round's share of {@link #bytesDownPerRecord()}. */
  public double bytesDownPerRecord(Round round) {
    return draws() * sheet.resultBytesPerRecord() * layout().returned(round);
  }
}
