package io.nightjar.cli;

/** The exit codes of commands; scripts and alerts rely on them. */
final class ExitCode {

  static final int DONE = 0;
  static final int FAILED = 1;

  /** The command line or the input was wrong; one clear line on standard error says how. */
  static final int BAD_INPUT = 2;

  /**
   * A policy refused the job: another plan, another input for the same draws, a budget, a marked
   * key, results that no honest evaluation gives. Nothing that refuses may be asked again without a
   * person who looks.
   */
  static final int REFUSED = 3;

  private ExitCode() {}
}
