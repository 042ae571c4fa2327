/**
 * What the protocols share that encrypt with lattices: how parameters are written and read, sizes
 * and costs, the noise of linear steps, checks of blocks, and what hides the noise of results.
 */
package io.nightjar.lattice;
