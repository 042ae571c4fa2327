package io.nightjar.plan;

/**
 * What the integers of one row keep within when weights are drawn for every record.
 *
 * @param means of the integer means, which are dithered
 * @param deviationSum of the integer deviations
 * @param deviationSquares the sum of their squares
 * @param biasDeviation the integer deviation of the bias, times what its column stands for
 */
record RecordBounds(
    RowBounds means, long deviationSum, double deviationSquares, long biasDeviation) {}
