package io.nightjar.calibration;

import io.nightjar.model.Range;

/**
 * What was found of a layer's output.
 *
 * @param layer its name
 * @param range over which it is to be quantised
 * @param ends the least and the largest value that was seen
 */
public record LayerRange(String layer, Range range, Range ends) {}
