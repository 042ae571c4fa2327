package io.nightjar.cli;

/** What a command's exit code means; scripts and alerts rely on it. */
final class ExitCode {

  static final int DONE = 0;
  static final int FAILED = 1;

  /** Usage or bad input: one clear line on standard error. */
  static final int BAD_INPUT = 2;

  /** Refused by policy: another plan, another input for the same draws, a budget. */
  static final int REFUSED = 3;

  private ExitCode() {}
}
