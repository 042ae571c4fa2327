package io.nightjar.identity;

import java.time.Instant;

/**
 * What a directory says of one of its identities; none of it is secret.
 *
 * @param identity the identity
 * @param made when it was made
 */
public record IdentityDescription(Identity identity, Instant made) {}
