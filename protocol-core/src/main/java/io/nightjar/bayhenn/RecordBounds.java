package io.nightjar.bayhenn;

import io.nightjar.rounds.RowBounds;

/**
 * The bounds that the integers of one row keep within when weights are drawn for every record.
 *
 * @param means the bounds of the integer means, which are dithered
 * @param deviationSum the sum of the integer deviations
 * @param deviationSquares the sum of the squares of the integer deviations
 * @param biasDeviation the integer deviation of the bias, times what its column stands for
 */
record RecordBounds(
    RowBounds means, long deviationSum, double deviationSquares, long biasDeviation) {}
