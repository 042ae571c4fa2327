package io.nightjar.protocols;

import io.nightjar.plan.InvalidPlanException;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanReader;
import io.nightjar.plan.Security;
import io.nightjar.protocol.Protocol;
import io.nightjar.protocol.ProtocolOption;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * The list of all protocols, which is the file {@code
 * META-INF/services/io.nightjar.protocol.Protocol}.
 *
 * <p>Whoever needs to know of a protocol asks here by its name; nobody else sees the packages of
 * protocols.
 */
public final class Protocols {

  /**
   * The protocols are found by this class's own loader, because Spark gives job jars a loader of
   * their own.
   */
  private static final List<Protocol> ALL =
      ServiceLoader.load(Protocol.class, Protocols.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .toList();

  private Protocols() {}

  /** Returns all protocols; the first is what is used where nobody chooses. */
  public static List<Protocol> all() {
    return ALL;
  }

  /** Returns the protocol that is used where nobody chooses. */
  public static Protocol standard() {
    return ALL.get(0);
  }

  /** Returns the names of all protocols. */
  public static List<String> names() {
    return ALL.stream().map(Protocol::name).toList();
  }

  /** Returns the options that only one protocol has, of all protocols. */
  public static List<ProtocolOption> options() {
    return ALL.stream().flatMap(protocol -> protocol.options().stream()).toList();
  }

  /** Returns the protocol of a name, if there is one. */
  public static Optional<Protocol> named(String name) {
    return ALL.stream().filter(protocol -> protocol.name().equals(name)).findFirst();
  }

  /** Returns the protocol of a plan. */
  public static Protocol of(Plan plan) {
    return named(plan.protocol())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no protocol '%s'; there are %s".formatted(plan.protocol(), names())));
  }

  /**
   * Reads a plan from another party: its parameters must have 128-bit security before classical
   * computers.
   *
   * @throws InvalidPlanException if anything is not as it must be
   */
  public static Plan readPlan(String json) {
    return readPlan(json, Security.STANDARD);
  }

  /** Reads a plan whose parameters come up to a security. */
  public static Plan readPlan(String json, Security least) {
    return PlanReader.read(
        json, (protocol, plan) -> named(protocol).map(known -> known.readSheet(plan)), least);
  }
}
