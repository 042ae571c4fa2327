package io.nightjar.bayhenn;

import io.nightjar.rounds.RowBounds;

/**
 * What the integers of one row keep within when weights are drawn for every record.
 *
 * @param means what the integer means, which are dithered, keep within
 * @param deviationSum the sum of the integer deviations
 * @param deviationSquares the sum of their squares
 * @param biasDeviation the integer deviation of the bias, times what its column stands for
 */
record RecordBounds(
    RowBounds means, long deviationSum, double deviationSquares, long biasDeviation) {}
