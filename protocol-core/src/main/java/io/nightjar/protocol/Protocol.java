package io.nightjar.protocol;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.JobSecret;
import io.nightjar.keys.KeyScheme;
import io.nightjar.keys.OwnerKey;
import io.nightjar.keys.OwnerSecret;
import io.nightjar.model.Model;
import io.nightjar.naive.NaiveProgram;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanNode;
import io.nightjar.plan.PlanRefusedException;
import io.nightjar.plan.Sheet;
import io.nightjar.privacy.AuditResult;
import io.nightjar.privacy.Leakage;
import java.util.List;
import java.util.Optional;

/**
 * A protocol that two parties can run, with everything that the rest of the project asks of it.
 *
 * <p>An implementation is the one public class of a package of its own, and a line in the list that
 * {@code io.nightjar.protocols.Protocols} reads. It has no state and is safe to use from many
 * threads. Methods that take a plan are given plans of this protocol only.
 */
public interface Protocol {

  /** Returns the name on the command line, in plans and in reports. */
  String name();

  /** Returns what the protocol is, in words that end a sentence that begins with its name. */
  String summary();

  /** Returns the options that only this protocol has. */
  List<ProtocolOption> options();

  /**
   * Plans a model.
   *
   * @throws PlanRefusedException with the layer, the number and what to change
   */
  Plan plan(Model model, PlanOptions options);

  /** Reads the sheet of a plan from another party, each field for itself. */
  Sheet readSheet(PlanNode plan);

  /** Returns what whoever makes such a plan should be warned of; mostly nothing. */
  default List<String> warnings(Plan plan) {
    return List.of();
  }

  /** Returns what becomes of values outside the model's input range, for a warning of them. */
  default String whatBecomesOfOutside() {
    return "which count as its nearer end";
  }

  /** Returns the keys that go with a plan. */
  KeyScheme keys(Plan plan);

  /** Returns how a data owner encrypts and decrypts, for as long as the secret is open. */
  OwnerCodec codec(Plan plan, OwnerSecret secret);

  /**
   * Returns a text from which {@link #openFormat} learns in another process what a job's blocks
   * are.
   */
  String format(Plan plan, OwnerKey owner);

  /**
   * Returns how blocks are written and read.
   *
   * @param format the text that {@link #format} made
   * @param resources what keeps native contexts open
   * @param mostBlockBytes the most memory that reading one block may take
   */
  BlockFormat openFormat(String format, SharedResources resources, long mostBlockBytes);

  /** Returns the model owner's arithmetic for a job. */
  RoundArithmetic arithmetic(ModelOwnerJob job);

  /** Returns the draws of a job's secret, for whoever evaluates the job in the clear. */
  Draws draws(Model model, Plan plan, JobSecret secret);

  /**
   * Predicts what results give away of the model.
   *
   * @param records some such as the data owner has; without them nothing is said of natural inputs
   * @return nothing if the data owner sees nothing but the network's outputs
   */
  Optional<Leakage> leakage(Model model, Plan plan, Optional<RealColumns> records);

  /** Predicts the same as {@link #leakage}, and attacks the model to measure it. */
  Optional<AuditResult> audit(Model model, Plan plan, Optional<RealColumns> records);

  /** Returns the straightforward program that benchmarks compare a job with. */
  NaiveProgram naiveProgram(Model model, Plan plan);

  /** Returns which of the protocol's types may go from one process of a job to another. */
  Travel travel();
}
