/** How things are written for people: here, so that all modules write them in one way. */
package io.nightjar.text;
