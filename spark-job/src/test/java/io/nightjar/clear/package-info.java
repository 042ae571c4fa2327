/**
 * A toy protocol that encrypts nothing: what a protocol must provide, and nothing else. It is a
 * package of its own, and a line in a list that only its test has on the class path.
 */
package io.nightjar.clear;
