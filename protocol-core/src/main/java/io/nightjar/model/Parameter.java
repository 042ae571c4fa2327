package io.nightjar.model;

/** What is known of the numbers of one parameter tensor, in the tensor's order. */
public sealed interface Parameter permits Gaussian, Point {

  /** Returns how many numbers there are. */
  int size();

  /** Returns the mean of one of them. */
  float mean(int i);

  /** Returns the standard deviation of one of them, which is 0 for a point estimate. */
  float std(int i);

  /** Returns all means, not copied: the caller must not change them. */
  float[] means();
}
