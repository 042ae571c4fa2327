package io.nightjar.identity;

import java.util.List;
import java.util.Optional;

/**
 * The identities of one owner, opened: the one in use, and those before it that still sign beside
 * it, so that who knows only them goes on knowing the owner.
 */
public final class Identities implements AutoCloseable {

  private final List<IdentitySecret> secrets;

  /** Takes identities over, the one in use first. */
  Identities(List<IdentitySecret> secrets) {
    this.secrets = List.copyOf(secrets);
  }

  /** Returns an identity that nobody has seen before and nobody keeps. */
  public static Identities fresh() {
    return new Identities(List.of(IdentitySecret.draw()));
  }

  /** Returns the identity in use. */
  public IdentitySecret inUse() {
    return secrets.get(0);
  }

  /** Returns all of them, the one in use first. */
  public List<IdentitySecret> all() {
    return secrets;
  }

  /** Returns the public halves of all of them. */
  public List<Identity> identities() {
    return secrets.stream().map(IdentitySecret::identity).toList();
  }

  /** Returns the secret of an identity, if it is one of these. */
  public Optional<IdentitySecret> find(Identity identity) {
    return secrets.stream().filter(secret -> secret.identity().equals(identity)).findFirst();
  }

  @Override
  public void close() {
    secrets.forEach(IdentitySecret::close);
  }

  @Override
  public String toString() {
    return "Identities" + identities();
  }
}
