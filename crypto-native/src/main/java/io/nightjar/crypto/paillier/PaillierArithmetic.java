package io.nightjar.crypto.paillier;

import java.util.Arrays;
import java.util.Locale;

/** What computes modulo the large numbers of Paillier. All give the same results. */
public enum PaillierArithmetic {
  /** This library's own kernel, on eight numbers at a time. */
  KERNEL,
  /** GMP's powers, and Java's products. */
  GMP,
  /** Java alone. */
  JAVA;

  /** The system property that names another one than the kernel. */
  public static final String PROPERTY = "nightjar.paillier.arithmetic";

  /** Returns the one that {@value #PROPERTY} names, or the kernel where it is not set. */
  public static PaillierArithmetic preferred() {
    String name = System.getProperty(PROPERTY, "");
    if (name.isBlank()) {
      return KERNEL;
    }
    return Arrays.stream(values())
        .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s is '%s'; it must be kernel, gmp or java".formatted(PROPERTY, name)));
  }
}
