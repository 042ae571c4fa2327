package io.nightjar.settings;

/** Which finished jobs' exchange data stays. */
public enum ExchangeKeep implements Choice {
  /** None. */
  NEVER,
  /** That of jobs that failed, so that one can look. */
  ON_FAILURE,
  /** All. */
  ALWAYS
}
