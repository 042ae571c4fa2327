/**
 * The native library: how it is loaded, the boundary to it, who owns what is in it, and what may be
 * asked of it directly.
 *
 * <p>{@link io.nightjar.crypto.natives.Native} and {@link io.nightjar.crypto.natives.NativeHandle}
 * are public for the packages under {@code io.nightjar.crypto} only: whoever else calls them can
 * crash the JVM.
 */
package io.nightjar.crypto.natives;
