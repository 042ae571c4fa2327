package io.nightjar.records;

/** What the records of an input really are, in the order of the records. */
public interface Labels {

  /** Returns how many records there are. */
  int size();

  /** Returns the class of a record, given by its place in the input, or its true values. */
  double[] label(int record);

  /** Sets what a record is. */
  void set(long record, double[] label);
}
