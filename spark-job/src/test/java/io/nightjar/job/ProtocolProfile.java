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
 * @param tolerance how far a probability may be from the reference's; 0 where results are exact
 * @param underAnotherKey a part of what is said of results that another key would decrypt
 */
public record ProtocolProfile(
    String name,
    Protocol protocol,
    ModelPrivacy privacy,
    Model model,
    int records,
    List<String> settings,
    double tolerance,
    String underAnotherKey) {

  /** The data owner activates between rounds, and knows the drawn weights. */
  public static final ProtocolProfile BAYHENN =
      new ProtocolProfile(
          "bayhenn",
          Protocols.named("bayhenn").orElseThrow(),
          ModelPrivacy.NONE,
          TestNetworks.withRelu(1),
          5_000,
          List.of(),
          0,
          "noise margin");

  /** Weights are drawn for every record, and results are hidden. */
  public static final ProtocolProfile PRIVATE_BAYHENN =
      new ProtocolProfile(
          "private bayhenn",
          Protocols.named("bayhenn").orElseThrow(),
          ModelPrivacy.BAYESIAN,
          TestNetworks.withRelu(1),
          20_000,
          List.of(),
          0,
          "noise margin");

  /** Executors evaluate the whole network. */
  public static final ProtocolProfile CRYPTONETS =
      new ProtocolProfile(
          "cryptonets",
          Protocols.named("cryptonets").orElseThrow(),
          ModelPrivacy.NONE,
          TestNetworks.withSquare(1),
          10_000,
          List.of(),
          2e-3,
          "the plan's bound is");

  /** As bayhenn over Paillier, with the shortest modulus that is taken. */
  public static final ProtocolProfile TWO_PARTY_DNN =
      new ProtocolProfile(
          "2p-dnn",
          Protocols.named("2p-dnn").orElseThrow(),
          ModelPrivacy.NONE,
          TestNetworks.withRelu(1),
          2_000,
          List.of("spark.nightjar.plan.modulusBits=2048"),
          0,
          "The block's key digest is");

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
        name, protocol, privacy, other, records, settings, tolerance, underAnotherKey);
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
