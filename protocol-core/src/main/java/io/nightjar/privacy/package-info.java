/**
 * What is known of a model's privacy under a plan, as values, as JSON and as text; whoever measures
 * it is elsewhere.
 */
package io.nightjar.privacy;
