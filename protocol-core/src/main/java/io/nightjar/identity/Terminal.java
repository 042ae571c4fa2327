package io.nightjar.identity;

import java.io.Console;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;

/** Finds out whether a person sits in front of this process. */
public final class Terminal {

  private Terminal() {}

  /** Returns the console if standard input and output are a terminal. */
  @SuppressWarnings(
      "SystemConsoleNull") // what it says is asked for below, where it may be otherwise
  public static Optional<Console> console() {
    Console console = System.console();
    return console != null && isTerminal(console) ? Optional.of(console) : Optional.empty();
  }

  /**
   * Returns whether a console is a terminal; from Java 22 on there always is one, with a method
   * that says so.
   */
  private static boolean isTerminal(Console console) {
    try {
      Optional<Method> method =
          Arrays.stream(Console.class.getMethods())
              .filter(candidate -> candidate.getName().equals("isTerminal"))
              .findFirst();
      return method.isEmpty() || (boolean) method.get().invoke(console);
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
