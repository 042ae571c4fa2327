/** This package has the one list of protocols that there are, by name. */
package io.nightjar.protocols;
