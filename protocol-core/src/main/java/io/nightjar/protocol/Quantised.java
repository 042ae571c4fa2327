package io.nightjar.protocol;

import io.nightjar.crypto.IntegerColumns;

/**
 * Real numbers that became the integers that are encrypted.
 *
 * @param integers what they became
 * @param clamped how many lay beyond the quantiser's range, and became its nearest end
 */
public record Quantised(IntegerColumns integers, long clamped) {}
