package io.nightjar.tables;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Columns of vectors as Spark's library for machine learning has them. Where that library is not on
 * the class path, as in a local Spark of this project, they are read as the structs behind them.
 */
final class MlVectors {

  private static final String TYPE_NAME = "vector";

  private static final StructType STRUCT =
      new StructType()
          .add("type", DataTypes.ByteType)
          .add("size", DataTypes.IntegerType)
          .add("indices", DataTypes.createArrayType(DataTypes.IntegerType))
          .add("values", DataTypes.createArrayType(DataTypes.DoubleType));

  private static final byte DENSE = 1;
  private static final int SIZE = 1;
  private static final int INDICES = 2;
  private static final int VALUES = 3;

  private MlVectors() {}

  /** Returns whether a column holds vectors. */
  static boolean are(DataType type) {
    return type.typeName().equals(TYPE_NAME) || isStruct(type);
  }

  private static boolean isStruct(DataType type) {
    return type instanceof StructType struct && struct.asNullable().equals(STRUCT.asNullable());
  }

  /** Returns the numbers of a column of vectors, as a list or as a struct. */
  static Column numbers(DataType type, Column column) {
    if (isStruct(type)) {
      return column;
    }
    try {
      return (Column)
          Class.forName("org.apache.spark.ml.functions")
              .getMethod("vector_to_array", Column.class, String.class)
              .invoke(null, column, "float64");
    } catch (ClassNotFoundException
        | NoSuchMethodException
        | IllegalAccessException
        | InvocationTargetException e) { // whoever has such a column has the library
      throw new IllegalStateException("Spark's library for machine learning is incomplete", e);
    }
  }

  /** Returns the numbers of a struct; of one that is no vector, none. */
  static List<Double> numbers(Row struct) {
    List<Double> values = struct.isNullAt(VALUES) ? List.of() : struct.getList(VALUES);
    if (struct.getByte(0) == DENSE) {
      return values;
    }
    int size = struct.isNullAt(SIZE) ? 0 : struct.getInt(SIZE);
    List<Integer> indices = struct.isNullAt(INDICES) ? List.of() : struct.getList(INDICES);
    if (indices.size() != values.size() || indices.stream().anyMatch(i -> i < 0 || i >= size)) {
      return List.of();
    }
    Double[] all = Collections.nCopies(size, 0.0).toArray(Double[]::new);
    for (int i = 0; i < indices.size(); i++) {
      all[indices.get(i)] = values.get(i);
    }
    return Arrays.asList(all);
  }
}
