/**
 * The benchmarks, each measured beside the naive program that it is compared with.
 *
 * <p>A ratio means something only if both of its sides ran on the same machine at the same time. So
 * the yardstick is part of the product: a straightforward program for each protocol, measured in
 * turn with whole jobs ({@link io.nightjar.bench.EndToEndBench}) or with single layers ({@link
 * io.nightjar.bench.KernelBench}). Nothing but the commands {@code bench e2e} and {@code bench
 * kernel} uses this package.
 */
package io.nightjar.bench;
