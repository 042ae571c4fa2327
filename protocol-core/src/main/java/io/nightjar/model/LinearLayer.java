package io.nightjar.model;

/** A layer whose output is a linear (more exactly, affine) function of its input. */
public sealed interface LinearLayer extends Unary
    permits WeightedLayer, BatchNorm, AveragePool, Flatten {}
