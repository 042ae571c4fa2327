package io.nightjar.protocols;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.model.Architecture;
import io.nightjar.model.Dense;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Model;
import io.nightjar.model.Point;
import io.nightjar.model.Posterior;
import io.nightjar.model.Range;
import io.nightjar.model.Shape;
import io.nightjar.model.Task;
import io.nightjar.model.WeightSet;
import io.nightjar.plan.InvalidPlanException;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDigest;
import io.nightjar.plan.PlanJson;
import io.nightjar.plan.PlanRefusedException;
import io.nightjar.plan.SampleModels;
import io.nightjar.plan.Security;
import io.nightjar.protocol.PlanOptions;
import io.nightjar.protocol.Protocol;
import io.nightjar.protocol.ProtocolOption;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the list of protocols, and what all of them have in common. */
class ProtocolsTest {

  static List<Protocol> protocols() {
    return Protocols.all();
  }

  @Test
  void theListIsInTheOrderInWhichPeopleReadIt() {
    assertEquals(List.of("bayhenn", "cryptonets", "2p-dnn"), Protocols.names());
    assertSame(Protocols.all().get(0), Protocols.standard());
  }

  @Test
  void namesAreUniqueAndFindTheirProtocols() {
    assertEquals(Protocols.names().size(), new HashSet<>(Protocols.names()).size());
    for (Protocol protocol : Protocols.all()) {
      assertSame(protocol, Protocols.named(protocol.name()).orElseThrow());
    }
    assertTrue(Protocols.named("BAYHENN").isEmpty());
    assertTrue(Protocols.named("").isEmpty());
  }

  @Test
  void keysOfOptionsAreUniqueAndEveryOptionIsDocumented() {
    List<String> keys = Protocols.options().stream().map(ProtocolOption::key).toList();
    assertEquals(keys.size(), new HashSet<>(keys).size(), keys.toString());
    assertEquals(List.of("plan.hiddenBits", "plan.modulusBits"), keys);
    for (ProtocolOption option : Protocols.options()) {
      assertTrue(option.doc().endsWith("."), option.doc());
      assertEquals(option.standard(), PlanOptions.DEFAULT.own().get(option), "the default");
    }
  }

  /** Everything that tests run over trials for depends on this list. */
  @Test
  void everyProtocolIsTriedWithEveryPrivacyThatItOffers() {
    assertEquals(
        List.of(
            "bayhenn, model privacy none",
            "bayhenn, model privacy bayesian",
            "cryptonets, model privacy none",
            "2p-dnn, model privacy none"),
        Trial.all().stream().map(Trial::toString).toList());
    assertEquals(3, Trial.ofIntegers().size());
    assertEquals(
        EnumSet.allOf(Trial.TestLayout.class),
        Trial.ofIntegersInAllLayouts().stream().map(Trial::layout).collect(Collectors.toSet()),
        "every layout is tried with some protocol");
  }

  static List<Arguments> samples() {
    PlanOptions two = PlanOptions.DEFAULT.withDraws(2);
    PlanOptions bayesian = two.withPrivacy(ModelPrivacy.BAYESIAN);
    return List.of(
        Arguments.of("bayhenn", SampleModels.mlp(), two),
        Arguments.of("bayhenn", SampleModels.lenet(), two),
        Arguments.of("bayhenn", SampleModels.table(), two),
        Arguments.of("bayhenn", SampleModels.mlp(), bayesian),
        Arguments.of("bayhenn", SampleModels.squares(), bayesian),
        Arguments.of("cryptonets", SampleModels.squares(), two),
        Arguments.of("2p-dnn", SampleModels.mlp(), two),
        Arguments.of("2p-dnn", SampleModels.lenet(), two),
        Arguments.of("2p-dnn", SampleModels.table(), two),
        Arguments.of("2p-dnn", SampleModels.squares(), two));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aPlanIsReadAsItWasWritten(String name, Model model, PlanOptions options) {
    Protocol protocol = Protocols.named(name).orElseThrow();
    Plan plan = protocol.plan(model, options);
    String json = PlanJson.write(plan);

    Plan read = Protocols.readPlan(json);

    assertEquals(plan, read);
    assertEquals(plan.sheet(), read.sheet());
    assertEquals(json, PlanJson.write(read));
    assertEquals(PlanDigest.of(plan), PlanDigest.of(read));
    assertSame(protocol, Protocols.of(read));
    assertEquals(name, read.protocol());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aPlanOfAnUnknownProtocolIsRefused(String name, Model model, PlanOptions options) {
    Plan plan = Protocols.named(name).orElseThrow().plan(model, options);
    String json =
        PlanJson.write(plan)
            .replace("\"protocol\":\"%s\"".formatted(name), "\"protocol\":\"other\"");

    InvalidPlanException refused =
        assertThrows(InvalidPlanException.class, () -> Protocols.readPlan(json));

    assertEquals("The plan does not fit together: its protocol is 'other'", refused.getMessage());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aPlanWhoseSheetIsOfAnotherProtocolIsRefused(String name, Model model, PlanOptions options) {
    String json = PlanJson.write(Protocols.named(name).orElseThrow().plan(model, options));
    for (String other : Protocols.names()) {
      if (!other.equals(name)) {
        String changed =
            json.replace(
                "\"protocol\":\"%s\"".formatted(name), "\"protocol\":\"%s\"".formatted(other));
        assertThrows(InvalidPlanException.class, () -> Protocols.readPlan(changed), other);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.nightjar.protocols.Trial#all")
  void aPlanThatProtectsNothingIsReadOnlyByWhoeverTakesAny(Trial trial) {
    Plan plan = trial.plan(SampleModels.squares());
    String json = PlanJson.write(plan);

    assertEquals(plan, Protocols.readPlan(json, Security.ANY));
    assertThrows(InvalidPlanException.class, () -> Protocols.readPlan(json));
  }

  @ParameterizedTest
  @MethodSource("protocols")
  void equalPlansHaveEqualDigestsAndAnyOptionChangesThem(Protocol protocol) {
    PlanDigest digest = digest(protocol, PlanOptions.DEFAULT);

    assertEquals(digest, digest(protocol, PlanOptions.DEFAULT));
    assertNotEquals(digest, digest(protocol, PlanOptions.DEFAULT.withDraws(2)));
    assertNotEquals(digest, digest(protocol, PlanOptions.DEFAULT.withBits(7, 8)));
    assertNotEquals(digest, digest(protocol, PlanOptions.DEFAULT.withBits(8, 7)));
    assertNotEquals(digest, digest(protocol, PlanOptions.DEFAULT.withClip(3)));
  }

  private static PlanDigest digest(Protocol protocol, PlanOptions options) {
    return PlanDigest.of(protocol.plan(SampleModels.squares(), options));
  }

  @ParameterizedTest
  @MethodSource("protocols")
  void weightsOfTheMostBitsMakeAPlanThatIsRead(Protocol protocol) {
    Plan plan = protocol.plan(SampleModels.squares(), PlanOptions.DEFAULT.withBits(12, 16));

    assertEquals(plan, Protocols.readPlan(PlanJson.write(plan)));
  }

  @ParameterizedTest
  @MethodSource("protocols")
  void aPointEstimateHasNothingToDraw(Protocol protocol) {
    PlanRefusedException refused =
        assertThrows(
            PlanRefusedException.class,
            () -> protocol.plan(point(), PlanOptions.DEFAULT.withDraws(2)));

    assertEquals(
        "The model is a point estimate, so all 2 draws would be the same: ask for one draw",
        refused.getMessage());
    assertEquals(1, protocol.plan(point(), PlanOptions.DEFAULT).draws());
  }

  @ParameterizedTest
  @MethodSource("protocols")
  void anEnsembleHasAsManyDrawsAsMembers(Protocol protocol) {
    Architecture architecture = point().architecture();
    WeightSet weights = point().posterior().weights();
    Model ensemble =
        new Model(architecture, Posterior.ensemble(List.of(weights, weights, weights)));

    PlanRefusedException refused =
        assertThrows(
            PlanRefusedException.class,
            () -> protocol.plan(ensemble, PlanOptions.DEFAULT.withDraws(4)));

    assertEquals(
        "The ensemble has 3 members, which are its draws: ask for at most so many, not 4",
        refused.getMessage());
    assertEquals(3, protocol.plan(ensemble, PlanOptions.DEFAULT.withDraws(3)).draws());
  }

  private static Model point() {
    return new Model(
        new Architecture(
            "point",
            Task.CLASSIFICATION,
            new InputSpec(Shape.flat(2), new Range(0, 1), List.of()),
            List.of(new Dense("fc", 2, 2, false)),
            List.of("a", "b"),
            Map.of()),
        Posterior.of(new WeightSet(Map.of("fc", Point.constant(4, 0.5f)), Map.of(), Map.of())));
  }
}
