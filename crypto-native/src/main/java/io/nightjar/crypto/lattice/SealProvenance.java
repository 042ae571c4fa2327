package io.nightjar.crypto.lattice;

import io.nightjar.crypto.natives.Native;
import io.nightjar.crypto.natives.NativeLibrary;
import java.util.Locale;
import java.util.Optional;

/**
 * Which SEAL the native library was linked with, as its build wrote it down.
 *
 * @param version such as {@code 4.4.3}
 * @param origin the way that it came to the build, such as {@code source tree}
 * @param sha256 the digest of the list of the digests of its sources, in the form of sha256sum;
 *     nothing for a package, of which the build sees no sources
 */
public record SealProvenance(String version, Kind kind, String origin, Optional<String> sha256) {

  /** What the build knows of the sources. */
  public enum Kind {
    /** Every file is as Microsoft released it. */
    UPSTREAM("as Microsoft released it"),
    /** Every file is as in a fork that the build knows file by file. */
    FORK("a fork, not Microsoft's release: NOTICE says what differs"),
    /** It was installed, and is what its package says. */
    PACKAGE("sources not checked"),
    /** Whoever built it named a tree that the build has no digests of. */
    UNKNOWN("no release that the build has digests of");

    private final String meaning;

    Kind(String meaning) {
      this.meaning = meaning;
    }
  }

  /** Returns the one in the native library. */
  public static SealProvenance linked() {
    NativeLibrary.load();
    String[] built = Native.sealProvenance();
    return new SealProvenance(
        Native.sealVersion(),
        Kind.valueOf(built[0].toUpperCase(Locale.ROOT)),
        built[1],
        Optional.of(built[2]).filter(digest -> !digest.isEmpty()));
  }

  /** Returns all of it in one line. */
  public String describe() {
    return "%s (%s), %s%s"
        .formatted(
            version,
            origin,
            kind.meaning,
            sha256.map(digest -> "; sources have SHA-256 " + digest).orElse(""));
  }
}
