/** Rules about the structure of all three modules, which the build checks. */
package io.nightjar.rules;
