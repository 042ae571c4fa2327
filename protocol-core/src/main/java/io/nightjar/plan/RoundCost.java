package io.nightjar.plan;

/**
 * The rough cost of a round to the executors for one batch, so that its work can be cut into tasks
 * of equal length. Being right within a factor is good enough.
 *
 * @param readNanos the time that reading an upload takes, once in every task that uses it
 * @param drawNanos the time that every task needs to prepare a draw, whatever part of it it does
 * @param evaluateNanos the time that evaluating a draw takes, which tasks can share
 * @param grain how many ciphertexts of the result are worth a task of their own at the least
 */
public record RoundCost(double readNanos, double drawNanos, double evaluateNanos, int grain) {}
