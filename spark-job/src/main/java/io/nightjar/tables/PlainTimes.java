package io.nightjar.tables;

import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.TimestampType;

/**
 * Dates and times as the numbers that Spark has for them: which classes of Java stand for them in
 * rows, and whether these have the old calendar, depends on a session's settings.
 */
final class PlainTimes {

  private PlainTimes() {}

  /** Returns the type of what stands for values of a type. */
  static DataType plain(DataType type) {
    if (type instanceof DateType) {
      return DataTypes.IntegerType;
    }
    return type instanceof TimestampType ? DataTypes.LongType : type;
  }

  /** Returns what stands for the values of a column. */
  static Column plain(DataType type, Column column) {
    if (type instanceof DateType) {
      return functions.unix_date(column);
    }
    return type instanceof TimestampType ? functions.unix_micros(column) : column;
  }

  /** Returns the value that a number stands for, and anything else as it is. */
  static Object value(DataType type, Object plain) {
    if (type instanceof DateType && plain instanceof Integer day) {
      return LocalDate.ofEpochDay(day);
    }
    return type instanceof TimestampType && plain instanceof Long micros
        ? Instant.EPOCH.plus(micros, ChronoUnit.MICROS)
        : plain;
  }
}
