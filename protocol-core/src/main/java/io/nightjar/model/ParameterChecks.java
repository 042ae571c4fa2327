package io.nightjar.model;

/** Checks that several kinds of parameters share; each throws {@link InvalidModelException}. */
final class ParameterChecks {

  private ParameterChecks() {}

  static void checkFinite(String what, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new InvalidModelException(
            "%s [%d] is %s: it must be finite".formatted(what, i, values[i]));
      }
    }
  }

  static void checkNotNegative(String what, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] < 0) {
        throw new InvalidModelException(
            "%s [%d] is %s: it must not be negative".formatted(what, i, values[i]));
      }
    }
  }
}
