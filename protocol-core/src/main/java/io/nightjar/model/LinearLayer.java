package io.nightjar.model;

/** A layer that is a linear (more exactly, affine) map of its input. */
public sealed interface LinearLayer extends Layer
    permits WeightedLayer, BatchNorm, AveragePool, Flatten {}
