/** Straightforward programs that benchmarks compare jobs with: every protocol has one. */
package io.nightjar.naive;
