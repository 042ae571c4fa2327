/**
 * Straightforward programs, against SEAL and from the textbook, that benchmarks compare with and
 * tests take for an oracle.
 */
package io.nightjar.crypto.naive;
