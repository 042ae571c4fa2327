package io.nightjar.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.function.Executable;

/** Asserts that something is refused, and in which words. */
final class Refusals {

  private Refusals() {}

  static void assertRefused(String message, Executable action) {
    assertEquals(message, assertThrows(InvalidModelException.class, action).getMessage());
  }
}
