/** The scripts of {@code submit-scripts}, run as an operator runs them. */
package io.nightjar.scripts;
