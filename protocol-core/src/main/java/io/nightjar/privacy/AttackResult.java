package io.nightjar.privacy;

/**
 * One attack on one round: what the meter said of it, and how it went.
 *
 * @param name of the attack
 * @param records that were answered
 * @param predictedError for the rows that were attacked
 * @param measuredError of the estimates
 */
public record AttackResult(String name, int records, double predictedError, double measuredError) {}
