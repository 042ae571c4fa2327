/**
 * This package has what the protocols share that encrypt with lattices: how parameters are written
 * and read, sizes and costs, checks of blocks, and what hides the noise of results or attacks it.
 */
package io.nightjar.lattice;
