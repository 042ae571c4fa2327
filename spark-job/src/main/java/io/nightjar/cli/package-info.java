/** The command line: one class per command, and {@link io.nightjar.cli.Main} that lists them. */
package io.nightjar.cli;
