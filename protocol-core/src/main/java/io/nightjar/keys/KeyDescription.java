package io.nightjar.keys;

import java.time.Instant;
import java.util.Optional;

/**
 * What a key directory says of one of its key pairs; none of it is secret.
 *
 * @param fingerprint the fingerprint of the public key
 * @param parameters the digest of the parameters that the pair is for
 * @param description these parameters for people
 * @param made when it was made; pairs that version 1 of the directory had do not say it
 * @param plan the plan that it was made for, as JSON, if it was made for one
 */
public record KeyDescription(
    String fingerprint,
    String parameters,
    String description,
    Optional<Instant> made,
    Optional<String> plan) {}
