package io.nightjar.records;

import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;

/**
 * What is wrong with one row.
 *
 * @param file the file it is in
 * @param row its number among the rows of data in the file, from 1
 * @param line the line of a text file that it starts on or near, from 1
 * @param column the column that is wrong, unless it is the row as a whole
 * @param why what is wrong with it, without the value
 */
record Problem(Path file, long row, OptionalLong line, Optional<String> column, String why) {

  /** Returns the exception for a row after which nothing more can be read. */
  InvalidInputException exception() {
    return new InvalidInputException(toString());
  }

  /** Returns the exception for a row after which nothing more can be read. */
  InvalidInputException exception(Throwable cause) {
    return new InvalidInputException(toString(), cause);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(Names.file(file)).append(" row ").append(row);
    line.ifPresent(number -> text.append(" (line ").append(number).append(')'));
    column.ifPresent(name -> text.append(", column ").append(Names.quote(name)));
    return text.append(": ").append(why).toString();
  }
}
