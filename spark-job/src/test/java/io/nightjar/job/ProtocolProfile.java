package io.nightjar.job;

import io.nightjar.model.Model;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.protocol.Protocol;
import io.nightjar.protocols.Protocols;
import java.util.List;
import java.util.stream.Stream;

/**
 * What small jobs of a protocol are like: three batches, the last not full. Whoever adds a protocol
 * adds its profile here, and all tests of {@link ForEachProtocol} run for it.
 *
 * @param name what tests call it
 * @param protocol the protocol
 * @param privacy what is done to keep the model from the data owner
 * @param model a network that the protocol can evaluate
 * @param records how many records make three batches
 * @param settings what makes its jobs small
 * @param otherParameters a setting with which a plan encrypts with other parameters
 * @param tolerance how far a probability may be from the reference's; 0 where results are exact
 * @param saysItsKey whether a block says under which key it is
 * @param keyRefusals what is said of public keys that are none
 */
public record ProtocolProfile(
    String name,
    Protocol protocol,
    ModelPrivacy privacy,
    Model model,
    int records,
    List<String> settings,
    String otherParameters,
    double tolerance,
    boolean saysItsKey,
    KeyRefusals keyRefusals) {

  /**
   * Parts of what is said of public keys that are none.
   *
   * @param cutShort of a key whose last byte is not there
   * @param longer of one with another byte at its end
   * @param flipped of one of which a bit is another
   * @param ofOtherParameters of one that was made for another plan
   */
  public record KeyRefusals(
      String cutShort, String longer, String flipped, String ofOtherParameters) {

    private static final KeyRefusals LATTICE =
        new KeyRefusals(
            "The block ends inside its checksum",
            "there is more in it than a key",
            "The block's payload does not match its checksum",
            "The block's parameter digest is ");

    private static final KeyRefusals PAILLIER =
        new KeyRefusals(
            "A public key of ",
            "A public key of ",
            "The public key is not one, or was changed on its way",
            "The public key is for parameters ");
  }

  private static final String SMALLER_INTEGERS = "spark.nightjar.plan.activationBits=4";

  /** The data owner activates between rounds, and knows the drawn weights. */
  public static final ProtocolProfile BAYHENN =
      new ProtocolProfile(
          "bayhenn",
          Protocols.named("bayhenn").orElseThrow(),
          ModelPrivacy.NONE,
          TestNetworks.withRelu(1),
          5_000,
          List.of(),
          SMALLER_INTEGERS,
          0,
          false,
          KeyRefusals.LATTICE);

  /** Weights are drawn for every record, and results are hidden. */
  public static final ProtocolProfile PRIVATE_BAYHENN =
      new ProtocolProfile(
          "private bayhenn",
          Protocols.named("bayhenn").orElseThrow(),
          ModelPrivacy.BAYESIAN,
          TestNetworks.withRelu(1),
          20_000,
          List.of(),
          SMALLER_INTEGERS,
          0,
          false,
          KeyRefusals.LATTICE);

  /** Executors evaluate the whole network. */
  public static final ProtocolProfile CRYPTONETS =
      new ProtocolProfile(
          "cryptonets",
          Protocols.named("cryptonets").orElseThrow(),
          ModelPrivacy.NONE,
          TestNetworks.withSquare(1),
          10_000,
          List.of(),
          "spark.nightjar.plan.hiddenBits=40",
          2e-3,
          false,
          KeyRefusals.LATTICE);

  /** As bayhenn over Paillier, with the shortest modulus that is taken. */
  public static final ProtocolProfile TWO_PARTY_DNN =
      new ProtocolProfile(
          "2p-dnn",
          Protocols.named("2p-dnn").orElseThrow(),
          ModelPrivacy.NONE,
          TestNetworks.withRelu(1),
          2_000,
          List.of("spark.nightjar.plan.modulusBits=2048"),
          SMALLER_INTEGERS,
          0,
          true,
          KeyRefusals.PAILLIER);

  private static final List<ProtocolProfile> ALL =
      List.of(BAYHENN, PRIVATE_BAYHENN, CRYPTONETS, TWO_PARTY_DNN);

  /**
   * Returns the profile of each protocol that there is; the first of them, where it has several.
   */
  public static Stream<ProtocolProfile> ofEachProtocol() {
    return Protocols.all().stream().map(ProtocolProfile::of);
  }

  /** Returns every profile, of which a protocol has one for each way that it encrypts results. */
  public static Stream<ProtocolProfile> all() {
    return Stream.concat(ofEachProtocol(), ALL.stream()).distinct();
  }

  /** Returns the profile of a name. */
  public static ProtocolProfile named(String name) {
    return ALL.stream().filter(profile -> profile.name().equals(name)).findFirst().orElseThrow();
  }

  /** Returns the same with another network. */
  ProtocolProfile with(Model other) {
    return new ProtocolProfile(
        name,
        protocol,
        privacy,
        other,
        records,
        settings,
        otherParameters,
        tolerance,
        saysItsKey,
        keyRefusals);
  }

  private static ProtocolProfile of(Protocol protocol) {
    return ALL.stream()
        .filter(profile -> profile.protocol().equals(protocol))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "Protocol '%s' has no profile: say in ProtocolProfile what small jobs of it are like"
                        .formatted(protocol.name())));
  }

  @Override
  public String toString() {
    return name;
  }
}
