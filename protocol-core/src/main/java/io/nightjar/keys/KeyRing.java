package io.nightjar.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The key pairs of a directory; the first is in use, the others are kept for jobs that were begun
 * with them. All secrets are under the same passphrase.
 *
 * @param pairs at least one
 */
record KeyRing(List<Pair> pairs) {

  /** A key pair without its public key, which is in a file of its own. */
  static final class Pair {
    private final KeyDescription description;
    private final byte[] secret;

    /**
     * Creates a pair.
     *
     * @param description what may be said of it
     * @param secret the secret key under a passphrase
     */
    Pair(KeyDescription description, byte[] secret) {
      this.description = description;
      this.secret = secret.clone();
    }

    KeyDescription description() {
      return description;
    }

    byte[] secret() {
      return secret.clone();
    }

    String fingerprint() {
      return description.fingerprint();
    }

    @Override
    public String toString() {
      return "Pair[%s]".formatted(fingerprint());
    }
  }

  KeyRing {
    pairs = List.copyOf(pairs);
  }

  /** Returns the pair in use. */
  Pair current() {
    return pairs.get(0);
  }

  Optional<Pair> find(String fingerprint) {
    return pairs.stream().filter(pair -> pair.fingerprint().equals(fingerprint)).findFirst();
  }

  /** Returns the ring with another pair in use. */
  KeyRing with(Pair fresh) {
    return new KeyRing(Stream.concat(Stream.of(fresh), pairs.stream()).toList());
  }

  /** Returns the ring without a pair that is not in use. */
  KeyRing without(String fingerprint) {
    return new KeyRing(
        pairs.stream().filter(pair -> !pair.fingerprint().equals(fingerprint)).toList());
  }

  /** Returns the ring with other bytes for each of its secrets. */
  KeyRing withSecrets(List<byte[]> secrets) {
    List<Pair> changed = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      changed.add(new Pair(pairs.get(i).description(), secrets.get(i)));
    }
    return new KeyRing(changed);
  }
}
