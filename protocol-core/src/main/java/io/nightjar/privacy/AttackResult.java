package io.nightjar.privacy;

/**
 * The outcome of one attack on one round, beside what the meter predicted.
 *
 * @param name the name of the attack
 * @param records how many records were answered
 * @param predictedError the error that the meter predicts for the rows that were attacked
 * @param measuredError the error of the estimates
 */
public record AttackResult(String name, int records, double predictedError, double measuredError) {}
