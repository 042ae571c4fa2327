/**
 * This package has what all straightforward programs share that benchmarks compare jobs with; every
 * protocol has such a program.
 */
package io.nightjar.naive;
