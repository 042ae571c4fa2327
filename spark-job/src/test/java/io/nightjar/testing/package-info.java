/** What tests say about themselves: which of them are slow. */
package io.nightjar.testing;
