package io.nightjar.crypto.natives;

import java.util.List;

/**
 * One of the implementations of the integer product, and of what encryption and decryption do to
 * polynomials, that this processor can run.
 *
 * <p>All of them give identical bits; they differ in speed only.
 *
 * @param name {@code avx512ifma}, {@code avx2} or {@code portable}
 * @param index its place among the available ones, fastest first
 */
public record Kernel(String name, int index) {

  /**
   * The system property that names the kernel to use instead of the fastest one. A context takes
   * its value when it is created.
   */
  public static final String PROPERTY = "nightjar.kernel";

  /** Returns the kernels that this processor supports, fastest first. */
  public static List<Kernel> available() {
    return Available.KERNELS;
  }

  /** Returns the kernel that {@value #PROPERTY} names, or the fastest one when it is not set. */
  public static Kernel preferred() {
    String name = System.getProperty(PROPERTY, "");
    return name.isBlank() ? available().get(0) : named(name);
  }

  /**
   * Returns an available kernel by its name.
   *
   * @throws IllegalArgumentException listing the available ones
   */
  public static Kernel named(String name) {
    return available().stream()
        .filter(kernel -> kernel.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Kernel '%s' is not available on this processor; it supports %s"
                        .formatted(name, available().stream().map(Kernel::name).toList())));
  }

  /**
   * Runs multiply-adds in registers only and returns how many: with the time it took, the ceiling
   * that a benchmark compares with.
   */
  public long spin(long iterations) {
    return Native.spin(index, iterations);
  }

  private static final class Available {
    static final List<Kernel> KERNELS = load();

    private static List<Kernel> load() {
      NativeLibrary.load();
      String[] names = Native.kernels();
      return java.util.stream.IntStream.range(0, names.length)
          .mapToObj(i -> new Kernel(names[i], i))
          .toList();
    }
  }
}
