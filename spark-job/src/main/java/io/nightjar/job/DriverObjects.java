package io.nightjar.job;

import java.io.ObjectInputFilter;
import java.io.ObjectInputFilter.Status;
import java.util.List;
import java.util.Optional;

/**
 * What classes a driver takes in the Java objects that executors send it: those of the Java
 * platform, of Scala, of Spark and of Nightjar, and none of the many libraries that lie beside them
 * on the class path.
 *
 * <p>This narrows what an executor can have the driver do; it does not make the driver safe from
 * one, because Spark's own classes do much when they are read.
 */
final class DriverObjects {

  private static final List<String> TAKEN = List.of("io.nightjar.", "org.apache.spark.", "scala.");

  private static final String PLATFORM = "java.base";

  private static volatile boolean narrow;

  private DriverObjects() {}

  /** Has this process take no others, unless it was started with a filter of its own. */
  static synchronized void narrow() {
    narrow = true;
    if (Optional.ofNullable(ObjectInputFilter.Config.getSerialFilter()).isEmpty()) {
      ObjectInputFilter.Config.setSerialFilter(DriverObjects::check);
    }
  }

  /** Has this process take whatever it is sent: no executors are there that could send it. */
  static synchronized void widen() {
    narrow = false;
  }

  private static Status check(ObjectInputFilter.FilterInfo info) {
    return Optional.<Class<?>>ofNullable(info.serialClass())
        .filter(type -> narrow)
        .map(type -> isTaken(type) ? Status.ALLOWED : Status.REJECTED)
        .orElse(Status.UNDECIDED);
  }

  private static boolean isTaken(Class<?> type) {
    Class<?> element = type;
    while (element.isArray()) {
      element = element.getComponentType();
    }
    String name = element.getName();
    return PLATFORM.equals(element.getModule().getName())
        || TAKEN.stream().anyMatch(name::startsWith);
  }
}
